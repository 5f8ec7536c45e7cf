import { expect, test } from 'vitest';
import { type Json, parseJson, utf8 } from '#core/base';
import { normalise } from '#core/machinery/schema';
import { vectors } from '../facts/vectors.ts';
import { builtInSchemas } from './built-in.ts';

const pod = builtInSchemas.kind('', 'v1', 'Pod')!;
const configMap = builtInSchemas.kind('', 'v1', 'ConfigMap')!;
const deployment = builtInSchemas.kind('apps', 'v1', 'Deployment')!;
const lease = builtInSchemas.kind('coordination.k8s.io', 'v1', 'Lease')!;
const clusterRole = builtInSchemas.kind('rbac.authorization.k8s.io', 'v1', 'ClusterRole')!;

test.each(vectors.map(({ json }) => ({ json, it: json.slice(0, 60) })))(
  'leaves alone what the original wrote: $it',
  ({ json }) => {
    const value = parseJson(utf8(json)).value as unknown as {
      kind: string;
      apiVersion: string;
      metadata?: { managedFields?: { fieldsV1: unknown }[] };
    };
    for (const entry of value.metadata?.managedFields ?? []) entry.fieldsV1 = { text: JSON.stringify(entry.fieldsV1) };
    const [group, version] = value.apiVersion.includes('/') ? value.apiVersion.split('/') : ['', value.apiVersion];
    const schema = builtInSchemas.kind(group!, version!, value.kind)!;
    expect(normalise(schema, value as never)).toEqual({ value, unknown: [], hollow: false });
    expect(normalise(schema, value as never).value).toBe(value);
  },
);

test.each([
  {
    form: 'given',
    spec: { drivers: [] },
    metadata: { labels: {}, finalizers: [] },
    hollow: true,
  },
  { form: 'written', spec: { drivers: [] }, metadata: {}, hollow: false },
  { form: 'stored', spec: { drivers: null }, metadata: {}, hollow: false },
] as const)('what is empty, $form', ({ form, spec, metadata, hollow }) => {
  const given = {
    kind: 'CSINode',
    apiVersion: 'storage.k8s.io/v1',
    metadata: { labels: {}, finalizers: [] },
    spec: { drivers: [] },
  };
  const schema = builtInSchemas.kind('storage.k8s.io', 'v1', 'CSINode')!;
  const normal = normalise(schema, given, form);
  expect(normal).toEqual({ value: { ...given, metadata, spec }, unknown: [], hollow });
});

test('what is empty in a list that is compared as a whole counts', () => {
  const rules = [{ apiGroups: [''], resources: ['pods'], verbs: ['get'], resourceNames: [] }];
  const role = { kind: 'Role', apiVersion: 'rbac.authorization.k8s.io/v1', metadata: {}, rules };
  const schema = builtInSchemas.kind('rbac.authorization.k8s.io', 'v1', 'Role')!;
  expect(normalise(schema, role, 'written').value['rules']).toEqual(rules);
  const [stored] = normalise(schema, role, 'stored').value['rules'] as { resourceNames?: unknown }[];
  expect(stored?.resourceNames).toBeUndefined();
});

test.each([
  { given: 3_000_000_000, is: -1_294_967_296 },
  { given: 2, is: 2 },
  { given: 1e20, is: 0 },
])('a number that is converted is cut to its bits: $given', ({ given, is }) => {
  const value = { kind: 'Deployment', apiVersion: 'apps/v1', metadata: {}, spec: { replicas: given } };
  const { spec } = normalise(deployment, value, 'given', 'map').value as { spec: { replicas?: number } };
  expect(spec.replicas).toBe(is);
});

test('keys of what has no schema keep their order only in a document', () => {
  const data = { b: 1, a: { d: 1, c: 1 } };
  const value = { kind: 'ControllerRevision', apiVersion: 'apps/v1', metadata: {}, data, revision: 1 };
  const schema = builtInSchemas.kind('apps', 'v1', 'ControllerRevision')!;
  const text = (source: 'document' | 'sorted') =>
    JSON.stringify(normalise(schema, value, 'given', source).value['data']);
  expect(text('document')).toBe('{"b":1,"a":{"d":1,"c":1}}');
  expect(text('sorted')).toBe('{"a":{"c":1,"d":1},"b":1}');
});

test.each([
  { data: [1, null, 255], is: 'AQD/' },
  { data: 'YQ==', is: 'YQ==' },
])('bytes of $data', ({ data, is }) => {
  const secret = { kind: 'Secret', apiVersion: 'v1', metadata: {}, data: { a: data } };
  const { value } = normalise(builtInSchemas.kind('', 'v1', 'Secret')!, secret);
  expect(value['data']).toEqual({ a: is });
});

test.each([
  { text: 'YQ=', at: 3 },
  { text: 'YQ', at: 0 },
  { text: 'YWJjY', at: 4 },
  { text: 'Y!==', at: 1 },
])('illegal base64 $text', ({ text, at }) => {
  const secret = { kind: 'Secret', apiVersion: 'v1', metadata: {}, data: { a: text } };
  expect(() => normalise(builtInSchemas.kind('', 'v1', 'Secret')!, secret)).toThrow(
    `illegal base64 data at input byte ${at}`,
  );
});

test('orders fields and keys, writes what Go writes, drops what it omits', () => {
  const { value, unknown } = normalise(pod, {
    spec: {
      containers: [{ image: 'b', name: 'a', bar: 1, resources: { limits: { memory: '0.5Gi', cpu: 1 } } }],
      nodeSelector: {},
    },
    metadata: { labels: { b: null, a: 'x' }, creationTimestamp: null, generateName: '' },
    zzz: {},
  });
  expect(JSON.stringify(value)).toBe(
    '{"metadata":{"labels":{"a":"x","b":""}},"spec":{"containers":[{"name":"a","image":"b","resources":{"limits":{"cpu":"1","memory":"512Mi"}}}]},"status":{}}',
  );
  expect(unknown).toEqual(['spec.containers[0].bar', 'zzz']);
  expect(JSON.stringify(normalise(clusterRole, { rules: [] }).value)).toBe('{"metadata":{},"rules":null}');
  expect(JSON.stringify(normalise(lease, { spec: { renewTime: '2026-01-01T01:00:00.000001+01:00' } }).value)).toBe(
    '{"metadata":{},"spec":{"renewTime":"2026-01-01T00:00:00.000001Z"}}',
  );
});

/** Measured: what follows `cannot be handled as a X: `. */
test.each<{ schema: typeof pod; value: Json; says: string }>([
  {
    schema: configMap,
    value: { data: 5 },
    says: 'json: cannot unmarshal number into Go struct field ConfigMap.data of type map[string]string',
  },
  {
    schema: configMap,
    value: { data: { a: 5 } },
    says: 'json: cannot unmarshal number into Go struct field ConfigMap.data of type string',
  },
  {
    schema: configMap,
    value: { data: [1] },
    says: 'json: cannot unmarshal array into Go struct field ConfigMap.data of type map[string]string',
  },
  { schema: configMap, value: { binaryData: { a: '!!' } }, says: 'illegal base64 data at input byte 0' },
  {
    schema: configMap,
    value: { immutable: 'x' },
    says: 'json: cannot unmarshal string into Go struct field ConfigMap.immutable of type bool',
  },
  {
    schema: configMap,
    value: { metadata: [] },
    says: 'json: cannot unmarshal array into Go struct field ConfigMap.metadata of type v1.ObjectMeta',
  },
  {
    schema: configMap,
    value: { metadata: { name: 5 } },
    says: 'json: cannot unmarshal number into Go struct field ObjectMeta.metadata.name of type string',
  },
  {
    schema: configMap,
    value: { metadata: { creationTimestamp: 'x' } },
    says: 'parsing time "x" as "2006-01-02T15:04:05Z07:00": cannot parse "x" as "2006"',
  },
  {
    schema: configMap,
    value: { metadata: { creationTimestamp: 5 } },
    says: 'json: cannot unmarshal number into Go struct field ObjectMeta.metadata.creationTimestamp of type string',
  },
  {
    schema: configMap,
    value: { metadata: { generation: 1.5 } },
    says: 'json: cannot unmarshal number 1.5 into Go struct field ObjectMeta.metadata.generation of type int64',
  },
  {
    schema: configMap,
    value: { metadata: { ownerReferences: {} } },
    says: 'json: cannot unmarshal object into Go struct field ObjectMeta.metadata.ownerReferences of type []v1.OwnerReference',
  },
  {
    schema: deployment,
    value: { spec: { replicas: 3000000000 } },
    says: 'json: cannot unmarshal number 3000000000 into Go struct field DeploymentSpec.spec.replicas of type int32',
  },
  {
    schema: deployment,
    value: { spec: { strategy: { rollingUpdate: { maxSurge: true } } } },
    says: 'json: cannot unmarshal bool into Go struct field RollingUpdateDeployment.spec.strategy.rollingUpdate.maxSurge of type int32',
  },
  {
    schema: deployment,
    value: { spec: { template: { spec: { containers: [{ image: 5 }] } } } },
    says: 'json: cannot unmarshal number into Go struct field Container.spec.template.spec.containers.image of type string',
  },
  {
    schema: pod,
    value: { spec: { containers: [{ resources: { limits: { cpu: 'x' } } }] } },
    says: "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
  },
  {
    schema: lease,
    value: { spec: { renewTime: '2026-01-01T00:00:00Z' } },
    says: 'parsing time "2026-01-01T00:00:00Z" as "2006-01-02T15:04:05.000000Z07:00": cannot parse "Z" as ".000000"',
  },
  {
    schema: lease,
    value: { spec: { renewTime: '2026-01-01' } },
    says: 'parsing time "2026-01-01" as "2006-01-02T15:04:05.000000Z07:00": cannot parse "" as "T"',
  },
])('refuses with $says', ({ schema, value, says }) => {
  expect(() => normalise(schema, value)).toThrow(expect.objectContaining({ name: 'NormaliseFailure', message: says }));
});
