import { expect, test } from 'vitest';
import { danglingCondition } from './dangling.ts';

test.each([
  [true, 'False', 'Found', 'This FlowSchema references the PriorityLevelConfiguration object named "a" and it exists'],
  [
    false,
    'True',
    'NotFound',
    'This FlowSchema references the PriorityLevelConfiguration object named "a" but there is no such object',
  ],
])('a priority level that exists: %s', (exists, status, reason, message) =>
  expect(danglingCondition('a', exists, 0)).toEqual({
    type: 'Dangling',
    status,
    lastTransitionTime: '1970-01-01T00:00:00Z',
    reason,
    message,
  }),
);
