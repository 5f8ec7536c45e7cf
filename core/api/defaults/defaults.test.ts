import { expect, test } from 'vitest';
import { type JsonObject, stringify } from '#core/base';
import { builtInSchemas } from '#core/api/definition';
import { featureGates } from '#core/api/gates';
import { parseApiVersion } from '#core/machinery/object';
import { normalise } from '#core/machinery/schema';
import { builtInDefaults } from './defaults.ts';
import { pullPolicyOf } from './image.ts';
import { created } from './recorded/created.ts';

const defaults = builtInDefaults({ gates: featureGates(), now: () => 0 });

interface Recorded {
  readonly given: { readonly apiVersion: string; readonly kind: string; readonly metadata: { readonly name: string } };
  readonly created: JsonObject;
}

const cases = created.map((text) => JSON.parse(text) as Recorded);

/** The parts that admission and strategies add to, and that were left out of the record. */
const OTHERS: Readonly<Record<string, readonly string[]>> = {
  DaemonSet: ['metadata.annotations'],
  Job: ['metadata', 'spec.template.metadata'],
  Node: ['spec'],
  Namespace: ['spec'],
  Pod: ['status'],
  PersistentVolume: ['status'],
};

function without(object: JsonObject, path: readonly string[]): JsonObject {
  const [first, ...rest] = path;
  const { [first!]: inner, ...others } = object;
  if (rest.length === 0) return others;
  return Object.fromEntries(
    Object.entries(object).map(([key, value]) => [key, key === first ? without(inner as JsonObject, rest) : value]),
  );
}

test.each(cases.map((one, index) => ({ ...one, it: `${index} ${one.given.kind}` })))(
  'fills in what the original does: $it',
  ({ given, created: expected }) => {
    const { group, version } = parseApiVersion(given.apiVersion);
    const { value } = normalise(builtInSchemas.kind(group, version, given.kind)!, given as never);
    let made = defaults(value, group, version, given.kind);
    for (const path of OTHERS[given.kind] ?? []) made = without(made, path.split('.'));
    expect(stringify(made)).toBe(JSON.stringify(expected));
    // What has its defaults is not touched again.
    const again = normalise(
      builtInSchemas.kind(group, version, given.kind)!,
      defaults(value, group, version, given.kind),
    );
    expect(defaults(again.value, group, version, given.kind)).toBe(again.value);
  },
);

test('pods of one spec have one spec with its defaults, under the gates of their server', () => {
  const spec = { containers: [{ name: 'c', image: 'i' }], resources: { limits: { cpu: '1' } } };
  const pod = (name: string) => ({ kind: 'Pod', apiVersion: 'v1', metadata: { name }, spec });
  const [one, other] = [pod('a'), pod('b')].map((object) => defaults(object, '', 'v1', 'Pod'));
  expect(other!['spec']).toBe(one!['spec']);
  expect(other!['metadata']).toEqual({ name: 'b' });
  const closed = builtInDefaults({ gates: featureGates({ PodLevelResources: false }), now: () => 0 });
  expect(one!['spec']).toMatchObject({ resources: { requests: { cpu: '1' } } });
  expect(closed(pod('c'), '', 'v1', 'Pod')['spec']).toMatchObject({ resources: { limits: { cpu: '1' } } });
  expect(closed(pod('c'), '', 'v1', 'Pod')['spec']).not.toMatchObject({ resources: { requests: { cpu: '1' } } });
});

test.each([
  ['nginx', 'Always'],
  ['nginx:latest', 'Always'],
  ['nginx:1', 'IfNotPresent'],
  ['localhost:5000/a/b', 'Always'],
  ['localhost:5000/a/b:v1', 'IfNotPresent'],
  [`nginx@sha256:${'0'.repeat(64)}`, 'IfNotPresent'],
  ['UPPER/case', 'Always'],
  ['UPPER', 'IfNotPresent'],
  ['', 'IfNotPresent'],
])('pulls %s %s', (image, policy) => expect(pullPolicyOf(image)).toBe(policy));

test('a secret keeps text as data', () => {
  const secret = { apiVersion: 'v1', kind: 'Secret', metadata: {}, data: { a: 'eA==' }, stringData: { b: 'hi' } };
  const { stringData: _, ...rest } = secret;
  const kept = { ...rest, data: { a: 'eA==', b: 'aGk=' }, type: 'Opaque' };
  expect(defaults(secret, '', 'v1', 'Secret')).toEqual(kept);
});
