import { describe, expect, test } from 'vitest';
import { type Json, type Random, seededRandom, stringify } from '#core/base';
import type { ObjectSchema, Schema } from '#core/machinery/schema';
import { decodeCbor, decodeCborSequence } from './decode.ts';
import { encodeCbor } from './encode.ts';
import { READ, REFUSED, WRITTEN } from './measured.ts';

const bytes = (text: string) => Uint8Array.fromHex(text);
const refusal = (given: Uint8Array): string => {
  try {
    return `read: ${stringify(decodeCbor(given).value)}`;
  } catch (failure) {
    return (failure as Error).message;
  }
};

describe('as the original', () => {
  test.each(READ)('%s is read as %s', (given, json) => {
    // Go writes what is no UTF-8, and zero below zero, as JavaScript does not.
    const wants = json.replaceAll(String.raw`\ufffd`, '\ufffd').replace(/^-0$/, '0');
    expect(stringify(decodeCbor(bytes(given)).value).replaceAll('\u0001', String.raw`\u0001`)).toBe(wants);
  });
  test.each(REFUSED)('%s is refused: %s', (given, why) => expect(refusal(bytes(given))).toBe(why));
  test.each(WRITTEN)('%s is written as %s', (json, wants) => {
    const isFloat = /^-?\d+\.0$/.test(json);
    const value = json.length > 15 && /^-?\d+$/.test(json) ? BigInt(json) : (JSON.parse(json) as Json);
    expect(encodeCbor(value, isFloat ? { type: 'float64' } : undefined).toHex()).toBe(wants);
  });
});

test('arrays, maps and tags lie within each other a thousand deep, no deeper', () => {
  const nested = (depth: number, head: string) => bytes(`${head.repeat(depth)}01`);
  const tooDeep = 'cbor: exceeded max nested level 1000';
  expect(refusal(nested(1000, '81'))).toMatch(/^read/);
  expect(refusal(nested(1001, '81'))).toBe(tooDeep);
  expect(refusal(nested(1002, 'c4'))).toBe(tooDeep);
  expect(refusal(nested(1001, '9f'))).toBe(tooDeep);
});

test('no length makes it wait or take memory', () => {
  for (const head of ['9a7fffffff', 'ba001fffff', '5b7fffffffffffffff', '7affffffff', '9b000fffffffffffff'])
    expect(refusal(bytes(head))).toMatch(/^(unexpected EOF|cbor: exceeded max number of elements)/);
});

test('a key is a key, whatever its name', () => {
  const { value } = decodeCbor(bytes('a1495f5f70726f746f5f5f01'));
  expect(Object.entries(value as object)).toEqual([['__proto__', 1]]);
  expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
});

test('items follow each other', () => {
  expect(decodeCborSequence(bytes('d9d9f7a141610101d9d9f780'))).toEqual([{ a: 1 }, 1, []]);
  expect(() => decodeCborSequence(bytes('0181'))).toThrow('unexpected EOF');
});

test('whole numbers that came as floats are told', () => {
  expect(decodeCbor(bytes('a2416101416282f93c00f93e00')).spelled).toEqual([{ path: ['b', 0], text: '1' }]);
});

test('a schema tells bytes and floats', () => {
  const field = (name: string, schema: Schema) => ({ name, schema, required: false, pointer: false, omitempty: true });
  const fields = [
    field('data', { type: 'map', values: { type: 'bytes' }, mapType: 'granular' }),
    field('maximum', { type: 'float64' }),
    field('text', { type: 'string' }),
  ];
  const byName = new Map(fields.map((one) => [one.name, one]));
  const schema: ObjectSchema = { type: 'object', fields, byName, mapType: 'granular' };
  const value = { data: { a: 'AQID' }, maximum: 5, text: 'AQID' };
  const encoded = encodeCbor(value, schema);
  expect(encoded.toHex()).toBe('a34464617461a14161d6430102034474657874444151494447' + '6d6178696d756df94500');
  expect(decodeCbor(encoded).value).toEqual(value);
});

test('what is written is read again', () => {
  const random = seededRandom(7);
  for (let round = 0; round < 2000; round++) {
    const value = anything(random, 4);
    expect(decodeCbor(encodeCbor(value)).value).toEqual(value);
  }
});

test('bytes at random are read or refused, never anything else', () => {
  const random = seededRandom(8);
  for (let round = 0; round < 5000; round++) {
    const some = Uint8Array.from({ length: 1 + Math.floor(random.next() * 12) }, () => Math.floor(random.next() * 256));
    expect(refusal(some)).toMatch(/^(read: |cbor: |unexpected EOF$)/);
  }
});

const NUMBERS = [
  0,
  1,
  -1,
  23,
  24,
  255,
  256,
  65535,
  65536,
  2 ** 32,
  -(2 ** 32) - 1,
  Number.MAX_SAFE_INTEGER,
  0.5,
  0.1,
  1e300,
];
const WORDS = ['', 'a', 'ü', 'abc', '__proto__', '\u{1f600}', 'x'.repeat(300)];

function anything(random: Random, depth: number): Json {
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random.next() * from.length)]!;
  const kind = Math.floor(random.next() * (depth === 0 ? 5 : 7));
  const count = Math.floor(random.next() * 5);
  const many = <T>(make: () => T): T[] => Array.from({ length: count }, make);
  switch (kind) {
    case 0:
      return pick([null, true, false]);
    case 1:
      return pick(NUMBERS);
    case 2:
      return pick([2n ** 63n - 1n, -(2n ** 63n), 2n ** 53n]);
    case 3:
      return Math.floor((random.next() - 0.5) * 1e6) / 8;
    case 4:
      return pick(WORDS);
    case 5:
      return many(() => anything(random, depth - 1));
    default:
      return Object.fromEntries(many(() => [pick(WORDS), anything(random, depth - 1)]));
  }
}
