import { expect, test } from 'vitest';
import { ttlOf } from './plan.ts';

test.each([
  { it: 'nothing is old in a small cluster', count: 1, used: [], wants: 0 },
  { it: 'the shortest that goes is told first', count: 95, used: [], wants: 0 },
  { it: 'one step up', count: 101, used: [0], wants: 15 },
  { it: 'stays up while the count allows', count: 95, used: [0, 15], wants: 15 },
  { it: 'goes down below', count: 89, used: [15], wants: 0 },
  { it: 'what no step knows is forgotten', count: 460, used: [7], wants: 15 },
  { it: 'there is no end', count: 100_000, used: [60], wants: 300 },
])('$it', ({ count, used, wants }) => expect(ttlOf(count, used)).toBe(wants));
