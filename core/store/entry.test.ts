import { textOf, utf8 } from '#core/base';
import type { KubeObject } from '#core/machinery/object';
import { expect, test } from 'vitest';
import { createEntries } from './entry.ts';
import { jsonEncoding, type Encoding } from './encoding.ts';

const json = jsonEncoding();

const objectOf = (more: object) =>
  ({ apiVersion: 'v1', kind: 'X', metadata: { name: 'a' }, ...more }) as unknown as KubeObject;

const counting = () => {
  const counts = { encoded: 0, decoded: 0 };
  const encoding: Encoding = {
    encode: (object) => (counts.encoded++, json.encode(object)),
    decode: (bytes) => (counts.decoded++, json.decode(bytes)),
  };
  return { counts, encoding };
};

test.each([
  {
    it: 'plain',
    object: objectOf({ data: { a: 'ä€😀' } }),
    text: '{"apiVersion":"v1","kind":"X","metadata":{"name":"a"},"data":{"a":"ä€😀"}}',
  },
  {
    it: 'a long integer',
    object: objectOf({ n: 2n ** 60n }),
    text: '{"apiVersion":"v1","kind":"X","metadata":{"name":"a"},"n":1152921504606846976}',
  },
  {
    it: 'undefined left out',
    object: objectOf({ a: undefined, l: [1n] }),
    text: '{"apiVersion":"v1","kind":"X","metadata":{"name":"a"},"l":[1]}',
  },
  {
    it: 'field sets as text and as objects',
    object: objectOf({
      metadata: {
        managedFields: [{ manager: 'a', fieldsV1: { text: '{"f:x":{}}' } }, { fieldsV1: { 'f:y': {} } }],
        name: 'a',
      },
    }),
    text: '{"apiVersion":"v1","kind":"X","metadata":{"managedFields":[{"manager":"a","fieldsV1":{"f:x":{}}},{"fieldsV1":{"f:y":{}}}],"name":"a"}}',
  },
])('the default encoding writes $it', ({ object, text }) => {
  expect(textOf(json.encode(object))).toBe(text);
});

test.each([
  '{"metadata":{},"spec":{"n":9007199254740993,"least":-9223372036854775808,"f":0.1,"small":1e-7,"big":1e+21}}',
  '{"metadata":{"managedFields":[{"manager":"a","fieldsV1":{"f:x":{},"k:{\\"n\\":12345678901234567890}":{}}}]},"spec":{"id":"1234567890123456"}}',
])('what was read back is written byte for byte the same: %s', (text) => {
  expect(textOf(json.encode(json.decode(utf8(text))))).toBe(text);
});

test('a long integer is found wherever it stands', () => {
  for (let shift = 0; shift < 40; shift++) {
    const text = `{"a":"${'x'.repeat(shift)}","n":9007199254740993}`;
    expect(textOf(json.encode(json.decode(utf8(text))))).toBe(text);
  }
});

test('long integers and field sets come back in the form that they have in memory, sets shared', () => {
  const read = (name: string) =>
    json.decode(
      utf8(`{"metadata":{"name":"${name}","managedFields":[{"fieldsV1":{"f:x":{}}}]},"spec":{"n":9007199254740993}}`),
    );
  const [one, other] = [read('a'), read('b')];
  expect(one).toMatchObject({ spec: { n: 9007199254740993n } });
  expect(one.metadata.managedFields![0]!.fieldsV1).toEqual({ text: '{"f:x":{}}' });
  expect(other.metadata.managedFields![0]!.fieldsV1).toBe(one.metadata.managedFields![0]!.fieldsV1);
});

test('a member called __proto__ is data', () => {
  const bytes = json.encode(JSON.parse('{"metadata":{},"data":{"__proto__":{"a":1}}}') as KubeObject);
  expect(textOf(json.encode(json.decode(bytes)))).toBe('{"metadata":{},"data":{"__proto__":{"a":1}}}');
});

test('each form is made once while there is room, and the object stays the same one', () => {
  const { counts, encoding } = counting();
  const entries = createEntries(encoding, 1000, () => 'object');
  const written = entries.fromObject('k', 1, objectOf({}), 0);
  expect(written.bytes).toBe(written.bytes);
  const read = entries.fromBytes('k', 1, written.bytes, 0);
  expect(read.object).toBe(read.object);
  expect(counts).toEqual({ encoded: 1, decoded: 1 });
});

test.each([
  { form: 'object' as const, counts: { encoded: 1, decoded: 40 } },
  { form: 'bytes' as const, counts: { encoded: 1, decoded: 80 } },
])('an entry that is kept as $form goes back to it when there is no room', ({ form, counts: expected }) => {
  const { counts, encoding } = counting();
  const bytes = encoding.encode(objectOf({}));
  const entries = createEntries(encoding, bytes.length * 3, () => form);
  const many = Array.from({ length: 40 }, (_, index) => entries.fromBytes(`k${index}`, 1, bytes, 0));
  for (let round = 0; round < 2; round++) for (const entry of many) expect(entry.object).toEqual(objectOf({}));
  expect(counts).toEqual(expected);
});

test('what is read again and again stays when others go', () => {
  const { counts, encoding } = counting();
  const bytes = encoding.encode(objectOf({}));
  const entries = createEntries(encoding, bytes.length * 4, () => 'bytes');
  const favourite = entries.fromBytes('favourite', 1, bytes, 0);
  for (let index = 0; index < 100; index++) {
    expect(favourite.object).toBeDefined();
    expect(entries.fromBytes(`k${index}`, 1, bytes, 0).object).toBeDefined();
  }
  expect(counts.decoded).toBe(101);
});
