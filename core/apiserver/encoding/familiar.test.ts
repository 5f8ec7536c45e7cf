import { expect, test } from 'vitest';
import { builtInSchemas } from '#core/api/definition';
import { type JsonObject, utf8 } from '#core/base';
import { decodeObject, type DecodeParts } from './decode.ts';
import { FamiliarMembers } from './familiar.ts';

const expected = { group: '', version: 'v1', kind: 'Pod', schema: builtInSchemas.kind('', 'v1', 'Pod')! };
const env = Array.from({ length: 20 }, (_, i) => ({ value: 'x', name: `V${i}` }));
const spec = { containers: [{ image: 'web:1', name: 'web', env }] };
const pod = (name: string, more: object = {}) => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec, ...more });

function reader() {
  const parts: DecodeParts = {
    parts: { gates: { enabled: () => false } },
    bodyLimit: 1e6,
    familiar: new FamiliarMembers(),
  };
  return (text: string) => {
    const body = { kind: 'bytes', contentType: 'application/json', read: () => Promise.resolve(utf8(text)) } as const;
    return decodeObject(parts, body, expected, false);
  };
}

/** Fails where anybody writes into what is shared. */
function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null) Object.values(value).forEach(frozen);
  return Object.freeze(value);
}

test('equal texts of a member give the very same value, decoded as if it were new', async () => {
  const read = reader();
  const one = await read(JSON.stringify(pod('one')));
  frozen(one.object);
  const two = await read(JSON.stringify(pod('two')));
  expect(two.object['spec']).toBe(one.object['spec']);
  expect(two).toEqual(await reader()(JSON.stringify(pod('two'))));
});

test.each([
  ['an unknown field', JSON.stringify(pod('p', { spec: { ...spec, extra: 1 } }))],
  ['a field given twice', JSON.stringify(pod('p')).replace('"image"', '"image":"a","image"')],
  ['an empty list', JSON.stringify(pod('p', { spec: { ...spec, volumes: [] } }))],
])('%s is told each time', async (_what, text) => {
  const read = reader();
  const first = await read(text);
  expect(first.doubts.length > 0 || first.hollow).toBe(true);
  expect(await read(text)).toEqual(first);
});

test('the text of one member is no other member', async () => {
  const read = reader();
  await read(JSON.stringify(pod('one')));
  const { object, doubts } = await read(JSON.stringify({ ...pod('two'), spec: undefined, status: spec }));
  expect((object as { readonly status?: JsonObject }).status).toEqual({});
  expect(doubts).toEqual(['unknown field "status.containers"']);
});

test('a flood of others makes it forget, and only that', async () => {
  const read = reader();
  const one = await read(JSON.stringify(pod('one')));
  for (let i = 0; i < 300; i++) {
    await read(JSON.stringify(pod('other', { spec: { ...spec, nodeName: `n${i}` } })));
    if (i % 30 === 0) expect((await read(JSON.stringify(pod('again')))).object['spec']).toBe(one.object['spec']);
  }
  for (let i = 0; i < 300; i++) await read(JSON.stringify(pod('other', { spec: { ...spec, nodeName: `m${i}` } })));
  const late = await read(JSON.stringify(pod('late')));
  expect(late.object['spec']).not.toBe(one.object['spec']);
  expect(late.object['spec']).toEqual(one.object['spec']);
});
