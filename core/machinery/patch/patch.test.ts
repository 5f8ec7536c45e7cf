import { expect, test } from 'vitest';
import type { Json, JsonObject } from '#core/base';
import type { Field, ObjectSchema, Schema } from '#core/machinery/schema';
import { StatusError } from '#core/machinery/status';
import { applyJsonPatch, applyMergePatch, applyStrategicMergePatch, openedByMerge } from './index.ts';

const refusalOf = (act: () => unknown): { code: number; why: string } => {
  try {
    act();
  } catch (failure) {
    if (!(failure instanceof StatusError)) throw failure;
    return { code: failure.code, why: failure.status.details?.causes?.[0]?.message ?? failure.message };
  }
  throw new Error('it was not refused');
};

const document = { a: { b: [1, 2, 3], 'x/y': 'z' }, l: ['p'] };

test.each<{ operations: Json; result: Json }>([
  { operations: [], result: document },
  { operations: [{ op: 'add', path: '/n', value: null }], result: { ...document, n: null } },
  {
    operations: [{ op: 'add', path: '/a/b/1', value: 9 }],
    result: { ...document, a: { ...document.a, b: [1, 9, 2, 3] } },
  },
  {
    operations: [{ op: 'add', path: '/a/b/-', value: 9 }],
    result: { ...document, a: { ...document.a, b: [1, 2, 3, 9] } },
  },
  { operations: [{ op: 'remove', path: '/a/b/-1' }], result: { ...document, a: { ...document.a, b: [1, 2] } } },
  {
    operations: [{ op: 'replace', path: '/a/x~1y', value: 1 }],
    result: { ...document, a: { ...document.a, 'x/y': 1 } },
  },
  { operations: [{ op: 'replace', path: '/new', value: 1 }], result: { ...document, new: 1 } },
  { operations: [{ op: 'replace', path: '', value: { q: 1 } }], result: { q: 1 } },
  { operations: [{ op: 'move', from: '/l', path: '/a/l' }], result: { a: { ...document.a, l: ['p'] } } },
  {
    operations: [
      { op: 'copy', from: '/l', path: '/m' },
      { op: 'add', path: '/m/-', value: 'q' },
      { op: 'add', path: '/l/0', value: 'o' },
    ],
    result: { ...document, l: ['o', 'p'], m: ['p', 'q'] },
  },
  { operations: [{ op: 'test', path: '/a/b', value: [1, 2, 3] }], result: document },
  { operations: [{ op: 'test', path: '/missing', value: null }], result: document },
])('JSON patch $operations', ({ operations, result }) => {
  const before = JSON.stringify(document);
  expect(applyJsonPatch(document, operations)).toEqual(result);
  expect(JSON.stringify(document)).toBe(before);
});

test('what a JSON patch opens has its keys in order, the rest stays as it was', () => {
  const patched = applyJsonPatch({ z: { b: 1, a: 2 }, c: { e: 1, d: { g: 1, f: 1 } } }, [
    { op: 'add', path: '/c/b', value: { y: 1, x: 2 } },
  ]);
  expect(JSON.stringify(patched)).toBe('{"c":{"b":{"y":1,"x":2},"d":{"g":1,"f":1},"e":1},"z":{"b":1,"a":2}}');
});

test('a JSON patch shares what it does not touch and never writes a prototype', () => {
  const patched = applyJsonPatch(document, [{ op: 'add', path: '/l/-', value: 'q' }]) as typeof document;
  expect(patched.a).toBe(document.a);
  const odd = applyJsonPatch({}, [{ op: 'add', path: '/__proto__', value: { polluted: true } }]) as object;
  expect(Object.getPrototypeOf(odd)).toBe(Object.prototype);
  expect(Object.keys(odd)).toEqual(['__proto__']);
});

test.each<{ operations: Json; code: number; why: string }>([
  {
    operations: {},
    code: 400,
    why: 'error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp',
  },
  {
    operations: [1],
    code: 400,
    why: 'error decoding patch: json: cannot unmarshal number into Go value of type handlers.jsonPatchOp',
  },
  { operations: [{ op: 'test', path: '/a/b', value: [] }], code: 422, why: 'testing value /a/b failed: test failed' },
  { operations: [{ op: 'fly', path: '/a' }], code: 422, why: 'Unexpected kind: fly' },
  {
    operations: [{ op: 'remove', path: '/q' }],
    code: 422,
    why: "error in remove for path: '/q': Unable to remove nonexistent key: q: missing value",
  },
  {
    operations: [{ op: 'add', path: '/a/b/7', value: 1 }],
    code: 422,
    why: "error in add for path: '/a/b/7': Unable to access invalid index: 7: invalid index referenced",
  },
  {
    operations: [{ op: 'add', path: '/q/r', value: 1 }],
    code: 422,
    why: 'add operation does not apply: doc is missing path: "/q/r": missing value',
  },
  {
    operations: [{ op: 'add', value: 1 }],
    code: 422,
    why: 'add operation failed to decode path: operation missing path field: missing value',
  },
  {
    operations: Array.from({ length: 10_001 }, () => ({ op: 'test', path: '/a' })),
    code: 413,
    why: 'Request entity too large: The allowed maximum operations in a JSON patch is 10000, got 10001',
  },
  {
    operations: [
      { op: 'add', path: '/s', value: ['x'.repeat(1000)] },
      ...Array.from({ length: 30 }, () => ({ op: 'copy', from: '/s', path: '/s/-' })),
    ],
    code: 422,
    why: 'exceeding the limit 3145728',
  },
])('refuses JSON patch $why', ({ operations, code, why }) => {
  const refusal = refusalOf(() => applyJsonPatch(document, operations));
  expect(refusal.code).toBe(code);
  // The original says no more of an operation that fails than that it does.
  expect(refusal.why).toContain(code === 422 ? 'the server rejected our request due to an error in our request' : why);
});

test.each<{ patch: Json; result: Json }>([
  { patch: {}, result: { a: { b: 1, c: [1] } } },
  { patch: { a: { b: null, d: { e: null, f: 1 } } }, result: { a: { c: [1], d: { f: 1 } } } },
  { patch: { a: [1, null] }, result: { a: [1, null] } },
  { patch: { q: { r: null } }, result: { a: { b: 1, c: [1] }, q: {} } },
])('merge patch $patch', ({ patch, result }) =>
  expect(applyMergePatch({ a: { b: 1, c: [1] } }, patch)).toEqual(result),
);

test('what a merge patch opens is shown by name, the rest as it was', () => {
  const document = { z: { b: 1, a: { y: 1, x: 1 } }, kept: { b: 1, a: 1 } };
  const patch = { z: { n: [{ d: 1, c: 1 }], a: { y: 2 } } };
  const shown = JSON.stringify(openedByMerge(applyMergePatch(document, patch), patch));
  expect(shown).toBe('{"kept":{"b":1,"a":1},"z":{"a":{"x":1,"y":2},"b":1,"n":[{"c":1,"d":1}]}}');
});

test('a merge patch is an object', () => expect(refusalOf(() => applyMergePatch({}, [])).code).toBe(400));

const text: Schema = { type: 'string' };
const whole: Schema = { type: 'int32' };
const struct = (fields: Record<string, Schema | Partial<Field>>): ObjectSchema => {
  const list = Object.entries(fields).map(([name, given]): Field => {
    const field = 'type' in given ? { schema: given as Schema } : (given as Partial<Field>);
    return { name, schema: text, required: false, pointer: false, omitempty: true, ...field };
  });
  return {
    type: 'object',
    fields: list,
    byName: new Map(list.map((field) => [field.name, field])),
    mapType: 'granular',
  };
};
const listOf = (items: Schema): Schema => ({ type: 'list', items, listType: 'atomic', keys: [] });

const port = struct({ containerPort: whole, protocol: text });
const container = struct({
  name: text,
  image: text,
  args: listOf(text),
  ports: { schema: listOf(port), patchStrategy: ['merge'], patchMergeKey: 'containerPort' },
});
const schema = struct({
  labels: { type: 'map', values: text, mapType: 'granular' },
  finalizers: { schema: listOf(text), patchStrategy: ['merge'] },
  strategy: { schema: struct({ type: text, rolling: struct({ surge: whole }) }), patchStrategy: ['retainKeys'] },
  whole: { schema: struct({ a: text, b: text }), patchStrategy: ['replace'] },
  containers: { schema: listOf(container), patchStrategy: ['merge'], patchMergeKey: 'name' },
});

const names = (...all: readonly string[]) => all.map((name) => ({ name }));

test.each<{ it: string; original: JsonObject; patch: JsonObject; result: JsonObject }>([
  {
    it: 'merges maps and removes by null',
    original: { labels: { a: '1', b: '2' } },
    patch: { labels: { a: null, c: '3' } },
    result: { labels: { b: '2', c: '3' } },
  },
  {
    it: 'replaces by directive',
    original: { labels: { a: '1' } },
    patch: { labels: { $patch: 'replace', b: '2' } },
    result: { labels: { b: '2' } },
  },
  {
    it: 'empties by directive',
    original: { labels: { a: '1' } },
    patch: { labels: { $patch: 'delete' } },
    result: { labels: {} },
  },
  {
    it: 'merges items by key',
    original: { containers: [{ name: 'a', image: '1' }] },
    patch: { containers: [{ name: 'a', image: '2' }] },
    result: { containers: [{ name: 'a', image: '2' }] },
  },
  {
    it: 'puts new items first',
    original: { containers: names('a') },
    patch: { containers: [{ name: 'b', image: null }] },
    result: { containers: [{ name: 'b', image: null }, { name: 'a' }] },
  },
  {
    it: 'takes what is new as it is, but for $patch',
    original: {},
    patch: { labels: { $retainKeys: ['a'], a: 'b' }, strategy: { $patch: 'delete' } },
    result: { labels: { $retainKeys: ['a'], a: 'b' } },
  },
  {
    it: 'removes an item',
    original: { containers: names('a', 'b') },
    patch: { containers: [{ name: 'a', $patch: 'delete' }] },
    result: { containers: names('b') },
  },
  {
    it: 'replaces a merging list',
    original: { containers: names('a', 'b') },
    patch: { containers: [{ $patch: 'replace' }, { name: 'c' }] },
    result: { containers: names('c') },
  },
  {
    it: 'replaces atomic lists',
    original: { containers: [{ name: 'a', args: ['x', 'y'] }] },
    patch: { containers: [{ name: 'a', args: ['z'] }] },
    result: { containers: [{ name: 'a', args: ['z'] }] },
  },
  {
    it: 'merges nested lists',
    original: { containers: [{ name: 'a', ports: [{ containerPort: 80 }] }] },
    patch: { containers: [{ name: 'a', ports: [{ containerPort: 80, protocol: 'TCP' }, { containerPort: 81 }] }] },
    result: { containers: [{ name: 'a', ports: [{ containerPort: 80, protocol: 'TCP' }, { containerPort: 81 }] }] },
  },
  {
    it: 'unites scalars',
    original: { finalizers: ['a', 'b'] },
    patch: { finalizers: ['c', 'a'] },
    result: { finalizers: ['c', 'a', 'b'] },
  },
  {
    it: 'removes scalars',
    original: { finalizers: ['a', 'b'] },
    patch: { '$deleteFromPrimitiveList/finalizers': ['a'] },
    result: { finalizers: ['b'] },
  },
  {
    it: 'keeps the keys asked for',
    original: { strategy: { type: 'R', rolling: { surge: 1 } } },
    patch: { strategy: { $retainKeys: ['type'], type: 'X' } },
    result: { strategy: { type: 'X' } },
  },
  {
    it: 'replaces by the schema',
    original: { whole: { a: '1', b: '2' } },
    patch: { whole: { a: '3' } },
    result: { whole: { a: '3' } },
  },
  {
    it: 'orders items',
    original: { containers: names('a', 'b', 'c', 'd') },
    patch: { '$setElementOrder/containers': names('d', 'a'), containers: [] },
    result: { containers: names('b', 'c', 'd', 'a') },
  },
  {
    it: 'orders and changes',
    original: { containers: names('a', 'b') },
    patch: { '$setElementOrder/containers': names('n', 'b', 'a'), containers: names('n') },
    result: { containers: names('n', 'b', 'a') },
  },
  {
    it: 'orders scalars',
    original: { finalizers: ['a', 'b', 'c'] },
    patch: { '$setElementOrder/finalizers': ['c', 'a'], '$deleteFromPrimitiveList/finalizers': ['b'] },
    result: { finalizers: ['c', 'a'] },
  },
  {
    it: 'drops directives where there is nothing',
    original: {},
    patch: {
      containers: [
        { name: 'a', $patch: 'delete' },
        { name: 'b', image: null },
      ],
      labels: { $patch: 'delete' },
    },
    result: { containers: names('b') },
  },
  {
    it: 'takes a key of null for a key',
    original: { containers: names('a') },
    patch: { containers: [{ name: null, image: 'x' }] },
    result: { containers: [{ name: null, image: 'x' }, ...names('a')] },
  },
])('strategic merge $it', ({ original, patch, result }) => {
  const before = JSON.stringify(original);
  expect(applyStrategicMergePatch(schema, original, patch)).toEqual(result);
  expect(JSON.stringify(original)).toBe(before);
});

test.each<{ patch: Json; why: string; code?: number }>([
  { patch: [], why: 'json: cannot unmarshal array into Go value of type map[string]interface {}' },
  { patch: { containers: [{ image: 'x' }] }, why: 'does not contain declared merge key: name', code: 500 },
  { patch: { containers: ['a'] }, why: 'list element types are not identical', code: 500 },
  { patch: { labels: { $patch: 'merge' } }, why: 'unknown patch type: merge', code: 500 },
  { patch: { strategy: { $retainKeys: ['a'], type: 'x' } }, why: 'invalid patch format of retainKeys' },
  {
    patch: { '$setElementOrder/containers': [{ name: 'z' }], containers: [{ name: 'c' }] },
    why: "doesn't match $setElementOrder list",
    code: 500,
  },
])('refuses strategic merge: $why', ({ patch, why, code = 400 }) => {
  const original = { containers: names('c'), labels: { a: '1' }, strategy: { type: 'R' } };
  const refusal = refusalOf(() => applyStrategicMergePatch(schema, original, patch));
  expect(refusal).toMatchObject({ code });
  expect(refusal.why).toContain(why);
});
