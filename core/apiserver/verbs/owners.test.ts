import { expect, test } from 'vitest';
import { withoutTwinOwners } from './owners.ts';

const owner = (uid: string, name = 'o') => ({ apiVersion: 'v1', kind: 'ConfigMap', name, uid });
const owned = (...ownerReferences: ReturnType<typeof owner>[]) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'a', ownerReferences },
});

test.each([
  { it: 'different owners stay', owners: [owner('1'), owner('2')], left: 2, warned: undefined },
  { it: 'one uid with two names is two owners', owners: [owner('1'), owner('1', 'p')], left: 2, warned: undefined },
  { it: 'a twin goes', owners: [owner('1'), owner('1'), owner('1')], left: 1, warned: /entries; .*observed: 1, 1$/ },
])('$it', ({ owners, left, warned }) => {
  const warnings: string[] = [];
  const { metadata } = withoutTwinOwners(owned(...owners), warnings, false);
  expect(metadata.ownerReferences).toHaveLength(left);
  expect(warnings).toEqual(warned === undefined ? [] : [expect.stringMatching(warned)]);
});

test('after admission the warning says so', () => {
  const warnings: string[] = [];
  withoutTwinOwners(owned(owner('1'), owner('1')), warnings, true);
  expect(warnings[0]).toContain('contains duplicate entries after mutating admission happens;');
});
