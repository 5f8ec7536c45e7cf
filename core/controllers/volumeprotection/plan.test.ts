import { expect, test } from 'vitest';
import type { PersistentVolumeClaim, Pod } from '#core/api/types/core/v1';
import { attributesOf, claimsOf, finalizersOf, holds } from './plan.ts';

const F = 'kubernetes.io/pvc-protection';
const leaving = '2026-01-01T00:00:00Z';

test.each([
  { it: 'protects what lives', has: ['x'], leaves: false, isUsed: false, wants: ['x', F] },
  { it: 'leaves what is protected', has: [F], leaves: false, isUsed: false, wants: undefined },
  { it: 'keeps what is used', has: [F], leaves: true, isUsed: true, wants: undefined },
  { it: 'lets go of what nobody uses', has: ['x', F], leaves: true, isUsed: false, wants: ['x'] },
  { it: 'protects nothing that is leaving', has: ['x'], leaves: true, isUsed: true, wants: undefined },
])('$it', ({ has, leaves, isUsed, wants }) => {
  const metadata = { name: 'a', finalizers: has, ...(leaves ? { deletionTimestamp: leaving } : {}) };
  expect(finalizersOf({ apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata }, F, isUsed)).toEqual(wants);
});

const pod = (more: { spec?: object; metadata?: object } = {}) =>
  ({
    metadata: { name: 'p', namespace: 'd', uid: '1', ...more.metadata },
    spec: {
      nodeName: 'n',
      volumes: [
        { name: 'v', persistentVolumeClaim: { claimName: 'a' } },
        { name: 'e', ephemeral: {} },
      ],
      ...more.spec,
    },
  }) as unknown as Pod;
const claim = (name: string, owner = '') =>
  ({ metadata: { name, ownerReferences: owner === '' ? [] : [{ uid: owner }] } }) as unknown as PersistentVolumeClaim;

test.each([
  { it: 'a pod on a node holds its claim', wants: true },
  { it: 'a pod without a node holds none', of: { spec: { nodeName: '' } }, wants: false },
  { it: 'another claim is free', claim: claim('b'), wants: false },
  { it: 'a claim made for the pod is held', claim: claim('p-e', '1'), wants: true },
  { it: 'one of that name made for another is free', claim: claim('p-e', '2'), wants: false },
  {
    it: 'a claim made for a pod that is done is free',
    claim: claim('p-e', '1'),
    of: { metadata: { deletionTimestamp: leaving, deletionGracePeriodSeconds: 0 } },
    wants: false,
  },
])('$it', ({ of, claim: one = claim('a'), wants }) => expect(holds(pod(of), one)).toBe(wants));

test('what pods and claims name', () => {
  expect(claimsOf(pod())).toEqual(['a', 'p-e']);
  const named = { spec: { volumeAttributesClassName: 'gold' }, status: { currentVolumeAttributesClassName: 'silver' } };
  expect(attributesOf(named as unknown as PersistentVolumeClaim)).toEqual(['gold', 'silver']);
  expect(attributesOf(undefined)).toEqual([]);
});
