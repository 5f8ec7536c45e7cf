import { expect, test } from 'vitest';
import { problemsOf, recorded, told } from './replay.ts';

test.each(recorded)('$it', (one) =>
  expect(problemsOf(one).map(told).toSorted()).toEqual(one.causes.map(told).toSorted()),
);
