import type { JsonObject } from '#core/base';
import type { Scenario, Step } from '../scenario.ts';
import { APPLY, JSON_PATCH, MERGE_PATCH, PROTOBUF, STRATEGIC_PATCH, TABLE } from './accept.ts';
import { life, type Subject } from './life.ts';
import { get, patch, post, put, remove } from './steps.ts';

const GROUP = 'judged.example.com';
const CRDS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const GADGETS = `/apis/${GROUP}/v1/namespaces/{{ns}}/gadgets`;
const OLD_GADGETS = `/apis/${GROUP}/v1beta1/namespaces/{{ns}}/gadgets`;

const spec: JsonObject = {
  type: 'object',
  required: ['size'],
  properties: {
    size: { type: 'integer', format: 'int32', minimum: 0, maximum: 100 },
    ratio: { type: 'number', exclusiveMinimum: true, minimum: 0 },
    colour: { type: 'string', enum: ['red', 'green'], default: 'red' },
    code: { type: 'string', pattern: '^[a-z]+$', minLength: 2, maxLength: 5 },
    when: { type: 'string', format: 'date-time' },
    where: { type: 'string', format: 'ipv4' },
    bytes: { type: 'string', format: 'byte' },
    note: { type: 'string', nullable: true },
    port: { 'x-kubernetes-int-or-string': true },
    tags: { type: 'array', items: { type: 'string' }, 'x-kubernetes-list-type': 'set', maxItems: 3 },
    parts: {
      type: 'array',
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['name'],
      items: {
        type: 'object',
        required: ['name'],
        properties: { name: { type: 'string' }, count: { type: 'integer', default: 1 } },
      },
    },
    any: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
    sizes: { type: 'object', additionalProperties: { type: 'integer' }, maxProperties: 2 },
    template: { type: 'object', 'x-kubernetes-embedded-resource': true, 'x-kubernetes-preserve-unknown-fields': true },
    limits: {
      type: 'object',
      properties: { low: { type: 'integer' }, high: { type: 'integer' } },
      default: { low: 1 },
    },
  },
  'x-kubernetes-validations': [
    { rule: "self.size < 50 || self.colour == 'green'", message: 'large ones are green', fieldPath: '.colour' },
    { rule: '!has(oldSelf.code) || self.code == oldSelf.code', messageExpression: "'code was ' + oldSelf.code" },
  ],
};
const statusSchema: JsonObject = {
  type: 'object',
  properties: {
    size: { type: 'integer' },
    selector: { type: 'string' },
    conditions: {
      type: 'array',
      items: {
        type: 'object',
        properties: Object.fromEntries(
          ['type', 'status', 'reason', 'message', 'lastTransitionTime'].map((field) => [field, { type: 'string' }]),
        ),
      },
    },
  },
};
const schemaOf = (properties: JsonObject): JsonObject => ({
  openAPIV3Schema: { type: 'object', required: ['spec'], properties },
});
const v1: JsonObject = {
  name: 'v1',
  served: true,
  storage: true,
  subresources: {
    status: {},
    scale: {
      specReplicasPath: '.spec.size',
      statusReplicasPath: '.status.size',
      labelSelectorPath: '.status.selector',
    },
  },
  schema: schemaOf({ spec, status: statusSchema }),
  selectableFields: [{ jsonPath: '.spec.colour' }],
  additionalPrinterColumns: [
    { name: 'Size', type: 'integer', jsonPath: '.spec.size', description: 'how large' },
    { name: 'Ratio', type: 'number', jsonPath: '.spec.ratio', priority: 1 },
    { name: 'Tags', type: 'string', jsonPath: '.spec.tags' },
    { name: 'First', type: 'string', jsonPath: '.spec.parts[0].name' },
    { name: 'Green', type: 'boolean', jsonPath: '.spec.any.green' },
    { name: 'When', type: 'date', jsonPath: '.spec.when' },
  ],
};
/** Versions whose schemas are the same would be told apart in another way. */
const v1beta1: JsonObject = {
  name: 'v1beta1',
  served: true,
  storage: false,
  deprecated: true,
  deprecationWarning: 'gadgets of old are going',
  schema: schemaOf({ spec: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } }),
};
const crd: JsonObject = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `gadgets.${GROUP}` },
  spec: {
    group: GROUP,
    names: { plural: 'gadgets', kind: 'Gadget', shortNames: ['gd'], categories: ['all', 'judged'] },
    scope: 'Namespaced',
    versions: [v1, v1beta1],
  },
};

const gadget = (name: string, more: JsonObject, apiVersion = 'v1'): JsonObject => ({
  apiVersion: `${GROUP}/${apiVersion}`,
  kind: 'Gadget',
  metadata: { name },
  spec: { size: 1, ...more },
});

const subject: Subject = {
  collection: GADGETS,
  name: 'gadget',
  verbs: ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'],
  subresources: [
    { name: 'status', verbs: ['get', 'patch', 'update'] },
    { name: 'scale', verbs: ['get', 'patch', 'update'] },
  ],
  bodies: [
    gadget('gadget', { ratio: 0.5, parts: [{ name: 'a' }], any: { green: true } }),
    gadget('full', {
      ratio: 1.5,
      colour: 'green',
      code: 'abc',
      when: '2020-01-02T03:04:05Z',
      where: '10.0.0.1',
      bytes: 'AAEC',
      note: null,
      port: 'http',
      tags: ['a', 'b'],
      parts: [{ name: 'a', count: 2 }, { name: 'b' }],
      any: { deep: [{ x: 1 }] },
      sizes: { s: 1 },
      template: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'x', nothing: 1 }, spec: { y: 1 } },
      limits: { high: 2 },
    }),
  ],
  hasProtobuf: false,
};

/** Each with one fault, but the first. */
const faulty: readonly JsonObject[] = [
  { unknown: 1, limits: { low: 2, nothing: 3 } },
  { size: -1 },
  { size: 101 },
  { size: 1.5 },
  { size: 'x' },
  { size: null },
  { ratio: 0 },
  { colour: 'blue' },
  { colour: null },
  { code: 'A' },
  { code: 'abcdefgh' },
  { when: 'yesterday' },
  { where: 'here' },
  { bytes: '***' },
  { port: 1.5 },
  { port: { a: 1 } },
  { tags: ['a', 'a'] },
  { tags: ['a', 'b', 'c', 'd'] },
  { tags: 'a' },
  { parts: [{ name: 'a' }, { name: 'a' }] },
  { parts: [{}] },
  { parts: [{ name: 'a', extra: 1 }] },
  { any: 5 },
  { sizes: { a: 1, b: 2, c: 3 } },
  { sizes: { a: 'x' } },
  { template: {} },
  { template: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 5 } } },
  { size: 60 },
];

/** Custom resources, from their definition to its end. */
export const customResources: Scenario = {
  name: 'custom-resources',
  steps: [
    get(`/apis/${GROUP}/v1`),
    get(GADGETS),
    post(CRDS, crd),
    get(`${CRDS}/gadgets.${GROUP}`, { until: '"reason":"InitialNamesAccepted"' }),
    get(GADGETS, { until: 200, quiet: true }),
    get(`/apis/${GROUP}`, { until: 200, quiet: true }),
    get(`/apis/${GROUP}`),
    get(`/apis/${GROUP}/v1`),
    get(`/apis/${GROUP}/v1beta1`),
    get(`/apis/${GROUP}/v2`),
    get(`/openapi/v3/apis/${GROUP}/v1`, { until: 200 }),
    get(`/openapi/v3/apis/${GROUP}/v1beta1`, { until: 200 }),
    ...life(subject),
    ...refused(),
    ...changed(),
    ...selected(),
    remove(GADGETS),
    remove(`${CRDS}/gadgets.${GROUP}`),
    get(`${CRDS}/gadgets.${GROUP}`, { until: 404, quiet: true }),
    get(GADGETS, { until: 404 }),
    get(`/apis/${GROUP}/v1`, { until: 404 }),
  ],
};

function refused(): readonly Step[] {
  const dry = `${GADGETS}?dryRun=All`;
  return [
    ...faulty.map((one) => post(dry, gadget('faulty', one))),
    ...faulty.slice(0, 2).map((one) => post(`${dry}&fieldValidation=Strict`, gadget('faulty', one))),
    ...faulty.slice(0, 2).map((one) => post(`${dry}&fieldValidation=Ignore`, gadget('faulty', one))),
    post(dry, { ...gadget('faulty', {}), spec: null }),
    post(dry, { apiVersion: `${GROUP}/v1`, kind: 'Gadget', metadata: { name: 'faulty' } }),
    post(dry, { ...gadget('faulty', {}), kind: 'Gizmo' }),
    post(dry, { ...gadget('faulty', {}), apiVersion: `${GROUP}/v1beta1` }),
    post(dry, { ...gadget('faulty', {}), metadata: { name: 'Bad_name', labels: { '!': '?' } } }),
    post(dry, { ...gadget('faulty', {}), metadata: { name: 'a', nothing: 1 } }),
    post(dry, 'k8s', { headers: { 'content-type': 'application/vnd.kubernetes.protobuf' } }),
    post(dry, gadget('faulty', {}), { headers: PROTOBUF }),
    post(
      dry,
      '{"apiVersion":"judged.example.com/v1","kind":"Gadget","metadata":{"name":"a"},"spec":{"size":1,"size":2}}',
    ),
  ];
}

function changed(): readonly Step[] {
  const path = `${GADGETS}/changing`;
  return [
    post(GADGETS, gadget('changing', { code: 'abc', tags: ['a'], parts: [{ name: 'a', count: 1 }], status: 1 })),
    get(`${OLD_GADGETS}/changing`),
    get(`${OLD_GADGETS}/changing`, { headers: TABLE }),
    put(`${OLD_GADGETS}/changing`, gadget('changing', { code: 'abc', size: 2 }, 'v1beta1')),
    put(path, gadget('changing', { code: 'xyz' })),
    patch(path, { spec: { size: 70 } }, MERGE_PATCH),
    patch(path, { spec: { colour: null, nothing: 1 } }, MERGE_PATCH),
    patch(path, [{ op: 'add', path: '/spec/tags', value: ['a', 'a'] }], JSON_PATCH),
    patch(path, { spec: { size: 3 } }, STRATEGIC_PATCH),
    patch(`${path}?fieldManager=one`, gadget('changing', { code: 'abc', parts: [{ name: 'b' }], tags: ['b'] }), APPLY),
    patch(
      `${path}?fieldManager=two`,
      gadget('changing', { code: 'abc', parts: [{ name: 'b', count: 5 }], size: 2 }),
      APPLY,
    ),
    patch(`${path}?fieldManager=two`, gadget('changing', { code: 'abc', parts: [{ name: 'c' }] }), APPLY),
    patch(
      `${OLD_GADGETS}/changing?fieldManager=one&force=true`,
      gadget('changing', { code: 'abc', size: 4 }, 'v1beta1'),
      APPLY,
    ),
    patch(`${path}?fieldManager=one`, { ...gadget('changing', {}), nothing: 1 }, APPLY),
    put(`${path}/status`, { ...gadget('changing', { size: 9 }), status: { size: 7, selector: 'a=b', nothing: 1 } }),
    get(`${path}/scale`),
    patch(`${path}/status`, { status: { size: 'x' } }, MERGE_PATCH),
    get(path),
    get(`${path}/nothing`),
  ];
}

function selected(): readonly Step[] {
  return [
    post(GADGETS, gadget('green', { colour: 'green', size: 60, when: '2020-01-02T03:04:05Z' })),
    get(GADGETS),
    get(GADGETS, { headers: TABLE }),
    get(`${GADGETS}?limit=1`, { save: { continue: 'metadata.continue' } }),
    get(`${GADGETS}?limit=1&continue={{continue}}`),
    get(`${GADGETS}?fieldSelector=spec.colour%3Dgreen`),
    get(`${GADGETS}?fieldSelector=spec.colour!%3Dgreen`, { headers: TABLE }),
    get(`${OLD_GADGETS}?fieldSelector=spec.colour%3Dgreen`),
    get(`/apis/${GROUP}/v1/gadgets?fieldSelector=metadata.namespace%3D{{ns}}`),
  ];
}
