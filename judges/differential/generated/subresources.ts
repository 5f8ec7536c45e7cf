import { type Json, type JsonObject, type Random, stringify } from '#core/base';
import type { Kind } from './kinds.ts';
import type { Step } from './life.ts';
import { isObject } from './places.ts';
import { oneOf, plausible } from './values.ts';

type Make = (random: Random, kind: Kind, path: string, stored: JsonObject) => Step;

const DRY = '?dryRun=All&fieldManager=judge';
const nameOf = (stored: JsonObject): Json => (isObject(stored['metadata']) ? (stored['metadata']['name'] ?? '') : '');
const sends = (method: string, it: string, path: string, type: Step['type'], body: Json): Step => ({
  it,
  method,
  path: path + DRY,
  ...(type === undefined ? {} : { type }),
  body: stringify(body),
});
const json = 'application/json' as const;
const merge = 'application/merge-patch+json' as const;
const strategic = 'application/strategic-merge-patch+json' as const;

/** A request to each foreign-kind subresource that an object may have, now right, now wrong. */
export const subresourceStep: Readonly<Record<string, Make>> = {
  scale: (random, kind, path, stored) => {
    const replicas = oneOf<Json>(random, [0, 1, 5, -1, 'x', null, 1.5]);
    const scale = {
      apiVersion: 'autoscaling/v1',
      kind: 'Scale',
      metadata: { name: nameOf(stored), namespace: kind.namespace ?? '' },
      spec: { replicas },
    };
    return oneOf(random, [
      sends('PUT', 'put of scale', path, json, scale),
      sends('PUT', 'put of scale by another name', path, json, {
        ...scale,
        metadata: { name: 'other', namespace: kind.namespace ?? '' },
      }),
      sends('PUT', 'put of scale of another kind', path, json, { ...scale, apiVersion: 'v1' }),
      sends('PATCH', 'merge patch of scale', path, merge, { spec: { replicas } }),
      sends('PATCH', 'JSON patch of scale', path, 'application/json-patch+json', [
        { op: 'replace', path: '/spec/replicas', value: replicas },
      ]),
      sends('PATCH', 'apply of scale', path, 'application/apply-patch+yaml', scale),
      { it: 'get of scale', method: 'GET', path },
    ]);
  },
  binding: (random, kind, path, stored) => {
    const target = oneOf<Json>(random, [
      { kind: 'Node', name: 'node-1' },
      { name: 'node-1' },
      { kind: 'Pod', name: 'x' },
      {},
      { kind: 'Node', name: '' },
      null,
    ]);
    return sends('POST', 'bind', path, json, {
      apiVersion: 'v1',
      kind: 'Binding',
      metadata: {
        name: oneOf<Json>(random, [nameOf(stored), nameOf(stored), 'other']),
        namespace: kind.namespace ?? '',
      },
      target,
    });
  },
  eviction: (random, kind, path, stored) =>
    sends('POST', 'evict', path, json, {
      apiVersion: oneOf(random, ['policy/v1', 'policy/v1', 'policy/v1beta1']),
      kind: 'Eviction',
      metadata: {
        name: oneOf<Json>(random, [nameOf(stored), nameOf(stored), 'other']),
        namespace: kind.namespace ?? '',
      },
      deleteOptions: oneOf<Json>(random, [
        {},
        { gracePeriodSeconds: 0 },
        { gracePeriodSeconds: -1 },
        { preconditions: { uid: 'x' } },
        { dryRun: ['All'] },
      ]),
    }),
  ephemeralcontainers: (random, _, path) => {
    const container = oneOf<JsonObject>(random, [
      { name: 'debug', image: 'debug' },
      { name: 'main', image: 'debug' },
      { name: 'debug', image: 'debug', ports: [{ containerPort: 1 }] },
      { name: 'debug', image: 'debug', targetContainerName: 'nobody' },
      { image: 'debug' },
      { name: 'debug' },
      { name: 'debug', image: 'd', resources: { limits: { cpu: '1' } } },
      { name: 'debug', image: 'd', livenessProbe: { tcpSocket: { port: 1 } } },
    ]);
    return oneOf(random, [
      sends('PATCH', 'strategic patch of ephemeral containers', path, strategic, {
        spec: { ephemeralContainers: [container] },
      }),
      sends('PATCH', 'merge patch of ephemeral containers', path, merge, {
        spec: { ephemeralContainers: [container], nodeName: 'x' },
      }),
      sends('PATCH', 'merge patch of others than ephemeral containers', path, merge, {
        spec: { containers: [container] },
      }),
    ]);
  },
  resize: (random, _, path) => {
    const resources = oneOf<JsonObject>(random, [
      { requests: { cpu: '100m' } },
      { limits: { cpu: '1' } },
      { requests: { cpu: '2' }, limits: { cpu: '1' } },
      { requests: { 'example.com/x': '1' } },
      { requests: { memory: 'x' } },
      {},
    ]);
    return oneOf(random, [
      sends('PATCH', 'strategic patch of sizes', path, strategic, {
        spec: { containers: [{ name: 'main', resources }] },
      }),
      sends('PATCH', 'merge patch of sizes', path, merge, {
        spec: { containers: [{ name: 'main', image: 'other', resources }] },
      }),
    ]);
  },
  token: (random, kind, path) =>
    sends('POST', 'token', path, json, {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenRequest',
      metadata: oneOf<Json>(random, [{}, { name: 'other' }, { namespace: kind.namespace ?? '' }]),
      spec: oneOf<Json>(random, [
        {},
        { expirationSeconds: 600 },
        { expirationSeconds: 5 },
        { expirationSeconds: 2 ** 33 },
        { audiences: ['a'] },
        { audiences: [''] },
        { boundObjectRef: { kind: 'Pod', apiVersion: 'v1', name: 'none' } },
        { boundObjectRef: { kind: 'Bogus', apiVersion: 'v1', name: 'none' } },
        5,
      ]),
    }),
  finalize: (random, _, path, stored) =>
    sends('PUT', 'finalize', path, json, {
      ...stored,
      spec: oneOf<Json>(random, [
        { finalizers: [] },
        { finalizers: ['kubernetes', 'example.com/x'] },
        { finalizers: ['bad'] },
        {},
        { finalizers: [''] },
      ]),
    }),
  approval: (random, kind, path, stored) => {
    const condition = kind.schema.byName.get('status')!.schema;
    const conditions = condition.type === 'object' ? condition.byName.get('conditions')!.schema : condition;
    const all = oneOf<Json>(random, [
      [{ type: 'Approved', status: 'True', reason: 'R' }],
      [{ type: 'Denied', status: 'True' }],
      [{ type: 'Approved', status: 'False' }],
      [
        { type: 'Approved', status: 'True' },
        { type: 'Denied', status: 'True' },
      ],
      [{ type: 'Failed', status: 'True' }],
      plausible(random, conditions, 'conditions'),
    ]);
    return sends('PUT', 'approve', path, json, { ...stored, status: { conditions: all } });
  },
};
