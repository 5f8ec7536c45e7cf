import { expect, test } from 'vitest';
import { problemsOf, recorded, told } from './replay.ts';

test.each(recorded)('$it', (one) => {
  const inOrder = (causes: readonly string[]) =>
    one.anyOrder === true ? causes.map(told).toSorted() : causes.map(told);
  expect(inOrder(problemsOf(one))).toEqual(inOrder(one.causes));
});
