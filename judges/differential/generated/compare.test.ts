import { expect, test } from 'vitest';
import { compareAnswers, essence } from './compare.ts';

test.each([
  { it: 'a text', message: 'a: Invalid value: "x": no', is: 'a: Invalid value: "x": no' },
  {
    it: 'a struct',
    message: '[a: Invalid value: {"A":{"b":"}"}}: no, b: Required value]',
    is: '[a: Invalid value: …: no, b: Required value]',
  },
  {
    it: 'a struct in a text',
    message: 'patch: Invalid value: "{\\"a\\":1}": json',
    is: 'patch: Invalid value: …: json',
  },
  { it: 'a difference of Go values', message: 'spec: Forbidden: no\n@@ -1', is: 'spec: Forbidden: no' },
])('the essence of $it', ({ message, is }) => expect(essence(message)).toBe(is));

const refused = (causes: readonly object[], message = 'm') => ({
  status: 422,
  body: { reason: 'Invalid', message, details: { causes } } as never,
});
const cause = (field: string, message = 'no') => ({ reason: 'FieldValueInvalid', field, message });

test.each([
  {
    it: 'equal causes in another order',
    theirs: refused([cause('a'), cause('b')]),
    ours: refused([cause('b'), cause('a')], 'n'),
    level: undefined,
  },
  {
    it: 'a cause that is missing',
    theirs: refused([cause('a'), cause('b')]),
    ours: refused([cause('a')]),
    level: 'reason',
  },
  { it: 'another text', theirs: refused([cause('a')]), ours: refused([cause('a', 'yes')]), level: 'message' },
  { it: 'another status', theirs: refused([]), ours: { status: 201, body: {} }, level: 'status' },
  {
    it: 'another value',
    theirs: { status: 200, body: { a: 1 } },
    ours: { status: 200, body: { a: 2 } },
    level: 'body',
  },
  {
    it: 'a warning',
    theirs: { status: 200, warnings: ['w'], body: {} },
    ours: { status: 200, body: {} },
    level: 'warnings',
  },
])('$it', ({ theirs, ours, level }) => expect(compareAnswers(theirs, ours)?.level).toBe(level));
