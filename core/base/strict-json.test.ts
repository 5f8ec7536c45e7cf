import { expect, test } from 'vitest';
import { parseJson, sameJson, stringify, utf8 } from './index.ts';

const parse = (text: string, maxDepth = 100) => parseJson(utf8(text), { maxDepth });

test.each([
  {
    it: 'reads plain values',
    text: ' {"a":[1,-2.5,true,null,"x"]} ',
    value: { a: [1, -2.5, true, null, 'x'] },
  },
  { it: 'keeps 2^53-1 a number', text: '9007199254740991', value: 9007199254740991 },
  { it: 'makes 2^53 a bigint', text: '[9007199254740992]', value: [9007199254740992n] },
  {
    it: 'keeps int64 exact',
    text: '{"a":-9223372036854775808}',
    value: { a: -9223372036854775808n },
  },
  {
    it: 'makes a float of what no int64 holds',
    text: '18446744073709551616',
    value: 18446744073709551616,
  },
  {
    it: 'reads a long fraction as a float',
    text: '0.12345678901234567890',
    value: 0.12345678901234568,
  },
  { it: 'reads exponents', text: '[1e3,2.5E-1]', value: [1000, 0.25] },
  {
    it: 'does not count a colon within a string',
    text: '{"a":"b:c:\\"d\\":"}',
    value: { a: 'b:c:"d":' },
  },
  { it: 'joins surrogate escapes', text: '"\\ud83d\\ude00"', value: '😀' },
  { it: 'replaces a lone surrogate', text: '"\\ud83d!"', value: '\ufffd!' },
])('$it', ({ text, value }) => expect(parse(text).value).toEqual(value));

test.each([
  { it: 'finds a duplicate', text: '{"a":1,"a":2}', value: { a: 2 }, duplicates: ['a'] },
  {
    it: 'locates them and names each once',
    text: '{"spec":{"replicas":1,"c":[{"n":1},{"n":1,"n":2,"\\u006e":3}],"replicas":2}}',
    value: { spec: { replicas: 2, c: [{ n: 1 }, { n: 3 }] } },
    duplicates: ['spec.c[1].n', 'spec.replicas'],
  },
])('$it', ({ text, value, duplicates }) => expect(parse(text)).toMatchObject({ value, duplicates }));

test('tells whole numbers that are not written as such, with their place', () => {
  const { spelled } = parse('{"a":[1,1.0,{"b":1e3}],"c":0.5,"d":9223372036854775808}');
  expect(spelled).toEqual([
    { path: ['a', 1], text: '1.0' },
    { path: ['a', 2, 'b'], text: '1e3' },
    { path: ['d'], text: '9223372036854775808' },
  ]);
});

test('tells what stood where a key was given again', () => {
  const { repeats } = parse('{"a":{"b":1,"b":null}}');
  expect(repeats).toEqual([{ path: ['a', 'b'], text: 'a.b', earlier: 1 }]);
});

test.each([
  ['', 'unexpected end of JSON input'],
  ['{"a":1', 'unexpected end of JSON input'],
  ['{a:1}', "invalid character 'a' looking for beginning of object key string"],
  ['{"a":1,}', "invalid character '}' looking for beginning of object key string"],
  ['[1,]', "invalid character ']' looking for beginning of value"],
  ['[1 2]', "invalid character '2' after array element"],
  ['{"a" 1}', "invalid character '1' after object key"],
  ['{"a":1 "b":2}', `invalid character '"' after object key:value pair`],
  ['tru', "invalid character ' ' in literal true (expecting 'e')"],
  ['nuxl', "invalid character 'x' in literal null (expecting 'l')"],
  ['{} x', "invalid character 'x' after top-level value"],
  ['"a\nb"', "invalid character '\\n' in string literal"],
  ['"\\q"', "invalid character 'q' in string escape code"],
  ['"\\u12g4"', "invalid character 'g' in \\u hexadecimal character escape"],
  ['01', "invalid character '1' after top-level value"],
  ['-x', "invalid character 'x' in numeric literal"],
  ['1e400', 'cannot unmarshal number 1e400 into Go value of type float64'],
  ['[[[[1]]]]', 'exceeded max depth'],
])('refuses %s', (text, message) => expect(() => parse(text, 3)).toThrow(message));

test('refuses bytes that are not UTF-8', () => {
  expect(() => parseJson(new Uint8Array([0x22, 0xff, 0x22]))).toThrow('invalid UTF-8');
});

test('holds __proto__ as data, on both ways', () => {
  for (const text of ['{"__proto__":{"polluted":1}}', '{"__proto__":{"polluted":9007199254740993}}']) {
    const { value } = parse(text);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(Object.hasOwn(value as object, '__proto__')).toBe(true);
    expect(stringify(value)).toBe(text);
  }
});

test.each([
  [{ a: '<b>&\u2028\u2029' }, '{"a":"\\u003cb\\u003e\\u0026\\u2028\\u2029"}'],
  [{ a: 9007199254740993n, b: undefined }, '{"a":9007199254740993}'],
  [
    {
      kind: 'Pod',
      metadata: { name: 'p', managedFields: [{ manager: 'm', fieldsV1: { text: '{"f:a":{}}' } }] },
    },
    '{"kind":"Pod","metadata":{"name":"p","managedFields":[{"manager":"m","fieldsV1":{"f:a":{}}}]}}',
  ],
  [
    {
      items: [{ metadata: { managedFields: [{ fieldsV1: { text: '{"f:<":{}}' } }] } }, { metadata: {} }],
    },
    '{"items":[{"metadata":{"managedFields":[{"fieldsV1":{"f:\\u003c":{}}}]}},{"metadata":{}}]}',
  ],
])('writes as Go does: %#', (value, text) => expect(stringify(value)).toBe(text));

test.each([
  [{ a: 1, b: [1, { c: 2 }] }, { b: [1, { c: 2 }], a: 1 }, true],
  [{ a: 1 }, { a: 1, b: undefined }, true],
  [{ a: 1, b: 2 }, { a: 1, c: 2 }, false],
  [{ a: null }, {}, false],
  [[], {}, false],
  [[1, 2], [2, 1], false],
])('compares %j with %j: %s', (left, right, same) => expect(sameJson(left, right)).toBe(same));
