import { expect, test } from 'vitest';
import { dnsLabelProblems, objectName } from '#core/machinery/names';
import type { KubeObject, ObjectMeta } from '#core/machinery/object';
import type { Field, ObjectSchema, Schema } from '#core/machinery/schema';
import type { Problem } from '#core/machinery/status';
import {
  absent,
  at,
  check,
  each,
  metadataProblems,
  metadataUpdateProblems,
  nonEmpty,
  oneOf,
  present,
  range,
  type Rules,
  selectorProblems,
  structureProblems,
  uniqueBy,
  when,
} from './index.ts';

const shown = (problems: readonly Problem[]) => problems.map(({ path, message }) => `${path}: ${message}`);

interface Port {
  readonly name?: string;
  readonly port?: number;
  readonly protocol?: string;
}
interface Thing {
  readonly spec?: { readonly type?: string; readonly ports?: readonly Port[]; readonly secret?: string };
}

const rules: Rules<Thing> = [
  at('spec.type', present(), oneOf('A', 'B')),
  at(
    'spec.ports',
    nonEmpty(),
    uniqueBy<Port>('name'),
    each<Port>(at('port', range(1, 65535)), at('protocol', oneOf('TCP', 'UDP'))),
  ),
  when((thing) => thing.spec?.type === 'A', at('spec.secret', absent('may not be set for this type'))),
];

test.each<{ value: Thing; wants: readonly string[] }>([
  { value: {}, wants: ['spec.type: Required value', 'spec.ports: Required value'] },
  { value: { spec: { type: 'A', ports: [{ port: 1 }] } }, wants: [] },
  {
    value: {
      spec: {
        type: 'C',
        ports: [
          { name: 'a', port: 0 },
          { name: 'a', port: 80, protocol: 'X' },
        ],
      },
    },
    wants: [
      'spec.type: Unsupported value: "C": supported values: "A", "B"',
      'spec.ports[1].name: Duplicate value: "a"',
      'spec.ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive',
      'spec.ports[1].protocol: Unsupported value: "X": supported values: "TCP", "UDP"',
    ],
  },
  {
    value: { spec: { type: 'A', ports: [{}], secret: 's' } },
    wants: ['spec.secret: Forbidden: may not be set for this type'],
  },
])('rules on $value', ({ value, wants }) => expect(shown(check(rules, value))).toEqual(wants));

const meta = (metadata: ObjectMeta): KubeObject => ({ apiVersion: 'v1', kind: 'Thing', metadata });
const named = { namespaced: true, validateName: objectName(dnsLabelProblems) };

test.each<{ metadata: ObjectMeta; wants: readonly (string | RegExp)[] }>([
  { metadata: { name: 'a', namespace: 'b', labels: { 'x/y': 'z' }, finalizers: ['a.b/c'] }, wants: [] },
  {
    metadata: {},
    wants: ['metadata.name: Required value: name or generateName is required', 'metadata.namespace: Required value'],
  },
  {
    metadata: { name: 'A', namespace: 'b' },
    wants: [/^metadata.name: Invalid value: "A": a lowercase RFC 1123 label/],
  },
  {
    metadata: { name: 'a', namespace: 'b', labels: { '-': 'ok' } },
    wants: [/^metadata.labels: Invalid value: "-": name part/],
  },
  {
    metadata: { name: 'a', namespace: 'b', annotations: { a: 'x'.repeat(300_000) } },
    wants: ['metadata.annotations: Too long: may not be more than 262144 bytes'],
  },
  {
    metadata: { name: 'a', namespace: 'b', ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', name: 'p', uid: '' }] },
    wants: ['metadata.ownerReferences.uid: Invalid value: "": must not be empty'],
  },
  {
    metadata: { name: 'a', namespace: 'b', finalizers: ['orphan', 'foregroundDeletion'] },
    wants: [/cannot be both set$/],
  },
])('metadata $metadata.name', ({ metadata, wants }) => {
  const problems = shown(metadataProblems(meta(metadata), named));
  expect(problems).toHaveLength(wants.length);
  for (const [i, want] of wants.entries()) expect(problems[i]).toMatch(want);
});

test('metadata that may not change', () => {
  const old = meta({
    name: 'a',
    namespace: 'b',
    uid: '1',
    deletionTimestamp: '2026-01-01T00:00:00Z',
    finalizers: ['x/y'],
  });
  expect(metadataUpdateProblems(old, old)).toEqual([]);
  const next = meta({ ...old.metadata, uid: '2', finalizers: ['x/y', 'x/z'] });
  expect(shown(metadataUpdateProblems(next, old))).toEqual([
    'metadata.finalizers: Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{"x/z"}',
    'metadata.uid: Invalid value: "2": field is immutable',
  ]);
});

const field = (name: string, schema: Schema, required = false): Field => ({
  name,
  schema,
  required,
  pointer: false,
  omitempty: true,
});
const struct = (...fields: Field[]): ObjectSchema => ({
  type: 'object',
  fields,
  byName: new Map(fields.map((one) => [one.name, one])),
  mapType: 'granular',
});

test('what the schema says', () => {
  const text: Schema = { type: 'string' };
  const item = struct(field('name', text, true), field('mode', { type: 'string', enum: ['a', 'b'] }));
  const schema = struct(
    field('items', { type: 'list', items: item, listType: 'map', keys: ['name'] }),
    field('set', { type: 'list', items: text, listType: 'set', keys: [] }),
  );
  const value = { items: [{ name: 'x', mode: 'c' }, { name: 'x' }, { mode: 'a' }], set: ['p', 'p'] };
  expect(shown(structureProblems(schema, value))).toEqual([
    'items[0].mode: Unsupported value: "c": supported values: "a", "b"',
    'items[2].name: Required value',
    'items[1]: Duplicate value: {"name":"x"}',
    'set[1]: Duplicate value: "p"',
  ]);
});

test('selectors in objects', () => {
  const problems: Problem[] = [];
  selectorProblems(
    {
      matchLabels: { a: '-' },
      matchExpressions: [
        { key: 'a', operator: 'In' },
        { key: 'b', operator: 'X', values: ['1'] },
      ],
    },
    's',
    problems,
  );
  expect(problems.map(({ path, reason }) => `${path} ${reason}`)).toEqual([
    's.matchLabels FieldValueInvalid',
    's.matchExpressions[0].values FieldValueRequired',
    's.matchExpressions[1].operator FieldValueInvalid',
  ]);
});
