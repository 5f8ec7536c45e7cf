import { expect, test } from 'vitest';
import { FieldDecoder, FieldFailure } from './field-decoder.ts';
import { encodeHead, staticIndexes } from './field-encoder.ts';
import { huffman } from './huffman.ts';

const bytesOf = (hex: string) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
const decoder = (limits = {}) => new FieldDecoder(huffman(), { table: 4096, list: 65_536, fields: 256, ...limits });
const first = [
  [':method', 'GET'],
  [':scheme', 'http'],
  [':path', '/'],
  [':authority', 'www.example.com'],
];
const third = [
  [':method', 'GET'],
  [':scheme', 'https'],
  [':path', '/index.html'],
  [':authority', 'www.example.com'],
  ['custom-key', 'custom-value'],
];

// RFC 7541, appendices C.3 and C.4.
test.each([
  [
    'plain',
    [
      '828684410f7777772e6578616d706c652e636f6d',
      '828684be58086e6f2d6361636865',
      '828785bf400a637573746f6d2d6b65790c637573746f6d2d76616c7565',
    ],
  ],
  [
    'shortened',
    [
      '828684418cf1e3c2e5f23a6ba0ab90f4ff',
      '828684be5886a8eb10649cbf',
      '828785bf408825a849e95ba97d7f8925a849e95bb8e8b4bf',
    ],
  ],
])('three blocks on one connection, %s', (_, blocks) => {
  const fields = decoder();
  const read = blocks.map((block) => fields.decode(bytesOf(block)));
  expect(read).toEqual([first, [...first, ['cache-control', 'no-cache']], third]);
});

// RFC 7541, appendix C.6: a table of 256 bytes, from which fields fall.
test('old fields fall out of a table that is full', () => {
  const fields = decoder({ table: 256 });
  const blocks = [
    '488264025885aec3771a4b6196d07abe941054d444a8200595040b8166e082a62d1bff6e919d29ad171863c78f0b97c8e9ae82ae43d3',
    '4883640effc1c0bf',
  ];
  const [one, two] = blocks.map((block) => fields.decode(bytesOf(block)));
  expect(one).toEqual([
    [':status', '302'],
    ['cache-control', 'private'],
    ['date', 'Mon, 21 Oct 2013 20:13:21 GMT'],
    ['location', 'https://www.example.com'],
  ]);
  expect(two).toEqual([[':status', '307'], ...one!.slice(1)]);
});

test.each([
  ['there is no field 0', '80'],
  ['there is no such field', 'ff00'],
  ['a number without end', 'ffffffffffffff'],
  ['a text beyond the block', '000a61'],
  ['a table beyond its bound', '3fffffff03'],
  ['a table resized behind a field', '8220'],
  ['the end within a text', '0084ffffffff0161'],
  ['eight bits too many', '0082f8ff0161'],
])('%s ends the connection', (_, block) => {
  expect(() => decoder().decode(bytesOf(block))).toThrow(FieldFailure);
});

test('too many fields are told, and what follows is still understood', () => {
  const fields = decoder({ fields: 3 });
  expect(fields.decode(bytesOf('828684410f7777772e6578616d706c652e636f6d'))).toBeUndefined();
  expect(fields.decode(bytesOf('be'))).toEqual([[':authority', 'www.example.com']]);
});

test('heads are read as they were written: long, beyond ASCII, without line ends and words about the connection', () => {
  const headers = {
    'content-type': 'application/json',
    'x-own': 'y'.repeat(300),
    warning: 'a\r\nb: c',
    'transfer-encoding': 'chunked',
    empty: '',
  };
  const fields = decoder().decode(encodeHead(staticIndexes(), 200, headers));
  expect(fields).toEqual([
    [':status', '200'],
    ['content-type', 'application/json'],
    ['x-own', 'y'.repeat(300)],
    ['warning', 'a  b: c'],
    ['empty', ''],
  ]);
  const other = decoder().decode(encodeHead(staticIndexes(), 201, { warning: 'ü' }));
  expect(other).toEqual([
    [':status', '201'],
    ['warning', '\u00c3\u00bc'],
  ]);
});
