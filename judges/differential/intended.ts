import type { Difference } from './compare.ts';

/** Differences that are meant to be, and why. */
export interface Intended {
  readonly reason: string;
  is(difference: Difference, scenario: string, title: string): boolean;
}

export const intended: readonly Intended[] = [
  {
    reason: 'Version and build are our own.',
    is: ({ path }, _, title) => title === 'GET /version' && path.startsWith('body.'),
  },
];
