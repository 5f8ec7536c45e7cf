import { expect, test } from 'vitest';
import type { Json } from '#core/base';
import { mismatch } from './mismatch.ts';
import type { Schema } from './model.ts';

const text: Schema = { type: 'string' };
const list: Schema = { type: 'list', items: text, listType: 'atomic', keys: [] };

test.each<{ schema: Schema; value: Json; says: string }>([
  { schema: text, value: [], says: 'unrecognized type: string' },
  { schema: text, value: 5, says: 'cannot convert int64 to string' },
  { schema: { type: 'int32' }, value: 'x', says: 'unrecognized type: int32' },
  { schema: list, value: 1.5, says: 'cannot restore slice from float64' },
  { schema: { type: 'map', values: text, mapType: 'granular' }, value: [], says: 'cannot restore map from slice' },
])('a value that was read already: $says', ({ schema, value, says }) =>
  expect(mismatch([], ['a'], schema, value).ofConversion).toBe(says),
);
