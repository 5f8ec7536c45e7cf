import type { Difference } from './compare.ts';

/** Differences that are meant to be, and why. */
export interface Intended {
  readonly reason: string;
  is(difference: Difference, scenario: string, title: string): boolean;
}

export const intended: readonly Intended[] = [
  {
    reason: 'Descriptions of columns are prose, which is not copied.',
    is: ({ path }) => /columnDefinitions\[[^\]]*\]\.description$/.test(path),
  },
  {
    reason: 'What nodes need for the cluster DNS and Service rules is there from the start.',
    is: ({ path }, scenario) =>
      scenario === 'empty-cluster' && /\[(kube-system\/)?(kube-dns|10\.96\.0\.10|kubernode:[a-z-]+)\]$/.test(path),
  },
  {
    reason: 'Version and build are our own.',
    is: ({ path }, _, title) => (title === 'GET /version' && path.startsWith('body.')) || path === 'body.info.version',
  },
];
