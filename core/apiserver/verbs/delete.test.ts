import { expect, test } from 'vitest';
import type { ResourceDefinition, Strategy } from '#core/api/definition';
import { registryOf, builtInDefinitions } from '#core/api/definition';
import type { KubeObject, ObjectMeta } from '#core/machinery/object';
import { finalizersFor, planDeletion } from './delete.ts';
import { deleteOptions } from './options.ts';

test.each([
  { has: [], asks: {}, wants: [] },
  { has: ['a/b'], asks: {}, wants: ['a/b'] },
  { has: [], asks: { propagationPolicy: 'Foreground' }, wants: ['foregroundDeletion'] },
  { has: ['a/b'], asks: { propagationPolicy: 'Orphan' }, wants: ['a/b', 'orphan'] },
  { has: ['foregroundDeletion'], asks: {}, wants: ['foregroundDeletion'] },
  { has: ['foregroundDeletion'], asks: { propagationPolicy: 'Background' }, wants: [] },
  { has: ['orphan'], asks: { propagationPolicy: 'Foreground' }, wants: ['foregroundDeletion'] },
  { has: [], asks: { orphanDependents: true }, wants: ['orphan'] },
  { has: ['foregroundDeletion'], asks: { orphanDependents: false }, wants: [] },
])('finalizers $has with $asks become $wants', ({ has, asks, wants }) =>
  expect(finalizersFor(has, deleteOptions(asks), undefined)).toEqual(wants),
);

const registry = registryOf(builtInDefinitions());
const now = Date.parse('2026-01-01T00:00:00Z');
const AT = '2026-01-01T00:00:00Z';

function planned(resource: string, strategy: Strategy, metadata: ObjectMeta, asks: object, more: object = {}) {
  const definition: ResourceDefinition = { ...registry.resource('', resource)!, strategy };
  const object: KubeObject = { kind: definition.kind, apiVersion: 'v1', metadata, ...more };
  const { marked, removes, marksFirst } = planDeletion({ definition }, object, deleteOptions(asks as never), now);
  const { deletionTimestamp: at, deletionGracePeriodSeconds: grace, finalizers } = marked.metadata;
  return { removes, marksFirst, same: marked === object, at, grace, finalizers };
}

const graceful: Strategy = { gracePeriod: (_, asked) => asked ?? 30 };

test.each([
  { it: 'goes at once', of: {}, asks: {}, wants: { removes: true, marksFirst: false, same: true } },
  {
    it: 'is held by a finalizer',
    of: { finalizers: ['a/b'] },
    asks: {},
    wants: { removes: false, marksFirst: true, at: AT, grace: 0, finalizers: ['a/b'] },
  },
  {
    it: 'stays held',
    of: { finalizers: ['a/b'], deletionTimestamp: AT, deletionGracePeriodSeconds: 0 },
    asks: {},
    wants: { removes: false, marksFirst: false, same: true },
  },
  {
    it: 'is held for its dependents',
    of: {},
    asks: { propagationPolicy: 'Foreground' },
    wants: { removes: false, marksFirst: true, at: AT, grace: 0, finalizers: ['foregroundDeletion'] },
  },
])('a configmap $it', ({ of, asks, wants }) => expect(planned('configmaps', {}, of, asks)).toMatchObject(wants));

test.each([
  {
    it: 'is given its grace',
    of: {},
    asks: {},
    wants: { removes: false, marksFirst: true, at: '2026-01-01T00:00:30Z', grace: 30 },
  },
  {
    it: 'is given the grace asked for',
    of: {},
    asks: { gracePeriodSeconds: 5 },
    wants: { removes: false, at: '2026-01-01T00:00:05Z', grace: 5 },
  },
  {
    it: 'goes at once, marked before',
    of: {},
    asks: { gracePeriodSeconds: 0 },
    wants: { removes: true, marksFirst: true, at: AT, grace: 0 },
  },
  {
    it: 'takes a negative grace as one second',
    of: {},
    asks: { gracePeriodSeconds: -1 },
    wants: { removes: false, grace: 1 },
  },
  {
    it: 'gets no longer grace later',
    of: { deletionTimestamp: '2026-01-01T00:00:05Z', deletionGracePeriodSeconds: 5 },
    asks: { gracePeriodSeconds: 7 },
    wants: { removes: false, same: true },
  },
  {
    it: 'gets a shorter one',
    of: { deletionTimestamp: '2026-01-01T00:00:30Z', deletionGracePeriodSeconds: 30 },
    asks: { gracePeriodSeconds: 7 },
    wants: { removes: false, marksFirst: true, at: '2026-01-01T00:00:07Z', grace: 7 },
  },
  {
    it: 'goes when its grace is taken away',
    of: { deletionTimestamp: '2026-01-01T00:00:30Z', deletionGracePeriodSeconds: 30 },
    asks: { gracePeriodSeconds: 0 },
    wants: { removes: true, marksFirst: false, grace: 0 },
  },
  {
    it: 'stays for its finalizer',
    of: { finalizers: ['a/b'] },
    asks: { gracePeriodSeconds: 0 },
    wants: { removes: false, marksFirst: true, grace: 0, finalizers: ['a/b'] },
  },
  {
    it: 'stays for its finalizer, however often it is asked to go',
    of: { finalizers: ['a/b'], deletionTimestamp: AT, deletionGracePeriodSeconds: 0 },
    asks: { gracePeriodSeconds: 0 },
    wants: { removes: false, marksFirst: false, same: true },
  },
])('a pod $it', ({ of, asks, wants }) => expect(planned('pods', graceful, of, asks)).toMatchObject(wants));

test('a namespace is held by its own finalizers, and says so', () => {
  const held = { spec: { finalizers: ['kubernetes'] }, status: { phase: 'Active' } };
  expect(planned('namespaces', {}, {}, {}, held)).toMatchObject({
    removes: false,
    marksFirst: true,
    at: AT,
    grace: undefined,
  });
  expect(planned('namespaces', {}, {}, {}, { spec: {} })).toMatchObject({ removes: true });
});
