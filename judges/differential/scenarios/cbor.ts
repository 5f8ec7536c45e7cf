import type { JsonObject } from '#core/base';
import type { Scenario } from '../scenario.ts';
import { CBOR } from './accept.ts';
import { answersInForm, CONFIG_MAPS, configMap, get, patch, post, put, remove } from './steps.ts';

const PODS = '/api/v1/namespaces/{{ns}}/pods';
const SECRETS = '/api/v1/namespaces/{{ns}}/secrets';
const DEFINITIONS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const WIDGETS = '/apis/cbor.example/v1/namespaces/{{ns}}/widgets';
const BOTH = { headers: { ...CBOR, 'content-type': 'application/cbor' } };
const APPLY = { ...CBOR, 'content-type': 'application/apply-patch+cbor' };
const METADATA = { headers: { accept: 'application/cbor;as=PartialObjectMetadata;v=v1;g=meta.k8s.io' } };
const METADATA_LIST = { headers: { accept: 'application/cbor;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io' } };
const bytes = (hex: string) => Uint8Array.fromHex(hex);
const ofKind = (kind: string, name: string, more: JsonObject): JsonObject => ({
  apiVersion: 'v1',
  kind,
  metadata: { name },
  ...more,
});
const widget = (name: string, more: JsonObject = {}): JsonObject => ({
  apiVersion: 'cbor.example/v1',
  kind: 'Widget',
  metadata: { name },
  spec: { size: 1, ratio: 0.5, more: { deep: [1, null, 'x'] } },
  ...more,
});
const container = { name: 'a', image: 'b', resources: { requests: { cpu: '1' } }, ports: [{ containerPort: 80 }] };
const pod = (name: string, spec: JsonObject): JsonObject => ofKind('Pod', name, { spec });

const accepts = [
  'application/cbor',
  'application/cbor-seq',
  'application/cbor-seq, application/json',
  'application/cbor, application/json',
  'application/json, application/cbor',
  'application/json;q=0.5, application/cbor',
  'application/cbor;pretty=1',
  'application/cbor;stream=watch',
  'application/cbor;as=Table;v=v1;g=meta.k8s.io',
  'application/cbor;as=Table;v=v1;g=meta.k8s.io, application/json',
  'application/cbor;as=Nothing;v=v1;g=meta.k8s.io',
  'application/yaml',
  'application/*',
  'nonsense',
];

/** No object of the kind, in bytes. */
const faulty = [
  '',
  '78',
  '7b7d',
  'f6',
  '80',
  '01',
  'f4',
  '4161',
  'a001',
  'a24164a041640a',
  'a1446b696e6405',
  'a14161f97c00',
  'a16464617461a2416140416140',
  'a1486d65746164617461a1446e616d656180',
  'a1416162ff',
  '9f',
  'a14161c200',
];

/** Written otherwise than we write it, but well. */
const otherwise = [
  // Texts as texts; a map of indefinite length, with a text in pieces.
  'a1686d65746164617461a1646e616d656161',
  'bf486d65746164617461bf446e616d657f61626162ffffff',
  // A tagged time that is no time of its own.
  'a2486d65746164617461a1446e616d6561634464617461a14174c074323030362d30312d30325431353a30343a30355a',
  // Bytes of base64 without a tag.
  'a2486d65746164617461a1446e616d6561644a62696e61727944617461a141624441514944',
];

const wrongTypes: readonly JsonObject[] = [
  { containers: [{ ...container, image: 5 }] },
  { containers: [{ ...container, image: -5 }] },
  { containers: [{ name: 'a', ports: [{ containerPort: 'x' }] }] },
  { containers: [{ name: 'a', ports: [{ containerPort: 99999999999 }] }] },
  { containers: { name: 'a' } },
  { containers: [5] },
  { hostNetwork: 'x' },
  { hostNetwork: 0.5, containers: [container] },
  { activeDeadlineSeconds: 1.5, containers: [container] },
  { nodeSelector: { a: true }, containers: [container] },
  { nodeSelector: [], containers: [container] },
  { securityContext: [], containers: [container] },
  { securityContext: 'x', containers: [container] },
];

/** CBOR, where its gate is on: what is sent, what is answered, what is refused. */
export const cbor: Scenario = {
  name: 'cbor',
  cluster: 'cbor',
  steps: [
    post(CONFIG_MAPS, configMap('a', { data: { k: 'v', empty: '' }, binaryData: { b: 'AQID', none: '' } }), BOTH),
    get(`${CONFIG_MAPS}/a`, { save: { rv: 'metadata.resourceVersion' } }),
    ...accepts.flatMap(answersInForm),
    get(`${CONFIG_MAPS}?limit=1`, { headers: CBOR }),
    get(SECRETS, { headers: CBOR }),
    get(SECRETS, METADATA_LIST),
    get(CONFIG_MAPS, METADATA_LIST),
    get(CONFIG_MAPS, METADATA),
    get(`${CONFIG_MAPS}/a`, METADATA),
    get(`${CONFIG_MAPS}/absent`, METADATA),
    get('/api/v1/namespaces/{{ns}}/nothings', { headers: CBOR }),
    get(CONFIG_MAPS, { headers: CBOR, as: 'anonymous' }),
    get('/version', { headers: CBOR }),
    put(`${CONFIG_MAPS}/a`, configMap('a', { data: { k: 'w' } }), BOTH),
    patch(`${CONFIG_MAPS}/ap`, configMap('ap', { data: { k: 'v' } }), APPLY),
    patch(`${CONFIG_MAPS}/ap?fieldManager=m`, configMap('ap', { data: { k: 'v' } }), APPLY),
    patch(`${CONFIG_MAPS}/ap?fieldManager=n`, configMap('ap', { data: { k: 'w' } }), APPLY),
    patch(`${CONFIG_MAPS}/ap?fieldManager=n&force=true`, configMap('ap', { data: { k: 'w' } }), APPLY),
    patch(`${CONFIG_MAPS}/ap?fieldManager=m&fieldValidation=Strict`, configMap('ap', { other: 1 }), APPLY),
    patch(`${CONFIG_MAPS}/ap?fieldManager=m`, configMap('ap', { data: { k: 1 } }), APPLY),
    ...['a24164a041640a', '01', 'f6', '80', '78', ''].map((hex) =>
      patch(`${CONFIG_MAPS}/ap?fieldManager=m`, bytes(hex), APPLY),
    ),
    patch(`${CONFIG_MAPS}/ap`, '{}', { ...CBOR, 'content-type': 'application/nonsense' }),
    post(SECRETS, ofKind('Secret', 's', { type: 'Opaque', data: { a: 'AQID' }, stringData: { b: 'text' } }), BOTH),
    patch(
      `${PODS}/p?fieldManager=m`,
      pod('p', { automountServiceAccountToken: false, containers: [container] }),
      APPLY,
    ),
    get(`${PODS}/p`, { headers: CBOR }),
    get(PODS, { headers: CBOR }),
    ...wrongTypes.map((spec) => post(PODS, pod('q', spec), BOTH)),
    ...faulty.map((hex) => post(CONFIG_MAPS, bytes(hex), BOTH)),
    ...otherwise.map((hex) => post(`${CONFIG_MAPS}?dryRun=All`, bytes(hex), BOTH)),
    post(CONFIG_MAPS, configMap('c', { binaryData: { a: 5 } }), BOTH),
    post(CONFIG_MAPS, configMap('c', { data: { a: 5 } }), BOTH),
    post(CONFIG_MAPS, configMap('c', { apiVersion: 'v2' }), BOTH),
    post(CONFIG_MAPS, configMap('c', { kind: 'Pod' }), BOTH),
    ...['', '&fieldValidation=Strict', '&fieldValidation=Ignore'].flatMap((how) => [
      post(`${CONFIG_MAPS}?dryRun=All${how}`, configMap('d', { other: 1, another: 2 }), BOTH),
      post(`${PODS}?dryRun=All${how}`, pod('d', { containers: [{ ...container, other: 1 }] }), BOTH),
    ]),
    post(CONFIG_MAPS, 'x', { headers: { ...CBOR, 'content-type': 'application/nonsense' } }),
    remove(`${CONFIG_MAPS}/a`, bytes('a24164a041640a'), BOTH),
    remove(`${CONFIG_MAPS}/a`, { kind: 'DeleteOptions', apiVersion: 'v1', preconditions: { uid: 'x' } }, BOTH),
    remove(`${CONFIG_MAPS}/a`, { kind: 'DeleteOptions', apiVersion: 'v1' }, BOTH),
    get(`${CONFIG_MAPS}?watch=true&timeoutSeconds=1&resourceVersion={{rv}}`, { headers: CBOR }),
    get(`${CONFIG_MAPS}?watch=true&timeoutSeconds=1&resourceVersion=1&resourceVersionMatch=Exact`, { headers: CBOR }),
    get(`${PODS}?watch=true&timeoutSeconds=1&resourceVersion={{rv}}`, METADATA),
    get(
      `${PODS}?watch=true&timeoutSeconds=1&allowWatchBookmarks=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan`,
      { headers: CBOR },
    ),
    post(
      DEFINITIONS,
      {
        apiVersion: 'apiextensions.k8s.io/v1',
        kind: 'CustomResourceDefinition',
        metadata: { name: 'widgets.cbor.example' },
        spec: {
          group: 'cbor.example',
          scope: 'Namespaced',
          names: { plural: 'widgets', singular: 'widget', kind: 'Widget', listKind: 'WidgetList' },
          versions: [
            {
              name: 'v1',
              served: true,
              storage: true,
              schema: {
                openAPIV3Schema: {
                  type: 'object',
                  properties: {
                    spec: {
                      type: 'object',
                      properties: {
                        size: { type: 'integer', maximum: 5, default: 2 },
                        ratio: { type: 'number' },
                        bytes: { type: 'string', format: 'byte' },
                        more: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
                      },
                    },
                  },
                },
              },
            },
          ],
        },
      },
      BOTH,
    ),
    get(`${DEFINITIONS}/widgets.cbor.example`, { until: '"type":"Established"', quiet: true }),
    get(WIDGETS, { until: 200, quiet: true }),
    post(WIDGETS, widget('x', { spec: { size: 1, ratio: 0.5, bytes: 'AQID' } }), BOTH),
    post(`${WIDGETS}?fieldValidation=Strict`, widget('y', { other: 1 }), BOTH),
    post(WIDGETS, widget('z', { spec: { size: 'x' } }), BOTH),
    post(WIDGETS, { apiVersion: 'cbor.example/v1', metadata: { name: 'z' } }, BOTH),
    post(WIDGETS, { kind: 'Widget', metadata: { name: 'z' } }, BOTH),
    post(WIDGETS, widget('z', { apiVersion: 'cbor.example/v2' }), BOTH),
    ...['f6', '01', 'a24164a041640a'].map((hex) => post(WIDGETS, bytes(hex), BOTH)),
    get(WIDGETS, { headers: CBOR }),
    get(`${WIDGETS}?limit=1`, { headers: CBOR }),
    get(`${WIDGETS}/x`, METADATA),
    patch(`${WIDGETS}/x?fieldManager=m&force=true`, widget('x', { spec: { size: 3 } }), APPLY),
    patch(`${WIDGETS}/x`, '{}', { ...CBOR, 'content-type': 'application/nonsense' }),
    post(WIDGETS, 'x', { headers: { ...CBOR, 'content-type': 'application/nonsense' } }),
    get(`${WIDGETS}?watch=true&timeoutSeconds=1&resourceVersion=0`, { headers: CBOR }),
    // what is told of it
    get('/openapi/v3/apis/batch/v1'),
    get('/openapi/v3/apis/apps'),
    get('/openapi/v3/apis'),
  ],
};
