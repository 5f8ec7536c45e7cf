import { expect, test } from 'vitest';
import { pods } from '#core/api/tokens';
import type { ObjectMeta } from '#core/machinery/object';
import { createGraph, type Item } from './graph.ts';
import { plan, type Standing } from './plan.ts';

const owner = (uid: string, blockOwnerDeletion = true) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  name: uid,
  uid,
  blockOwnerDeletion,
});
const object = (uid: string, more: Partial<ObjectMeta> = {}) => ({
  metadata: { uid, name: uid, namespace: 'a', ...more },
});
const leaving = (finalizer: string) => ({ deletionTimestamp: 'now', finalizers: [finalizer] });

test('dependents are looked at when their owner goes', () => {
  const graph = createGraph();
  expect(graph.put(pods, object('o')).examine).toEqual([]);
  expect(graph.put(pods, object('d', { ownerReferences: [owner('o')] })).examine).toEqual([]);
  expect(graph.remove('o').examine).toEqual(['d']);
  expect(graph.size).toBe(1);
});

test('one whose owner is not there is looked at, and one that gets such an owner', () => {
  const graph = createGraph();
  expect(graph.put(pods, object('d', { ownerReferences: [owner('gone')] })).examine).toEqual(['d']);
  graph.put(pods, object('o'));
  graph.put(pods, object('e', { ownerReferences: [owner('o')] }));
  expect(graph.put(pods, object('e', { ownerReferences: [owner('o')], labels: { a: 'b' } })).examine).toEqual([]);
  expect(graph.put(pods, object('e', { ownerReferences: [owner('lost')] })).examine).toEqual(['e']);
});

test('an owner that waits has itself and its dependents looked at, and again as each goes', () => {
  const graph = createGraph();
  graph.put(pods, object('o'));
  graph.put(pods, object('d', { ownerReferences: [owner('o')] }));
  graph.put(pods, object('free', { ownerReferences: [owner('o', false)] }));
  expect(graph.put(pods, object('o', leaving('foregroundDeletion'))).examine).toEqual(['o', 'd', 'free']);
  expect(graph.blocking('o').map(({ uid }) => uid)).toEqual(['d']);
  expect(graph.remove('d').examine).toEqual(['o']);
  expect(graph.blocking('o')).toEqual([]);
});

test('an owner that lets go is told once', () => {
  const graph = createGraph();
  graph.put(pods, object('o'));
  expect(graph.put(pods, object('o', leaving('orphan'))).orphan).toEqual(['o']);
  expect(graph.put(pods, object('o', leaving('orphan'))).orphan).toEqual([]);
});

const item = (foreground = false): Item => ({
  uid: 'x',
  of: pods,
  namespace: 'a',
  name: 'x',
  owners: [],
  leaving: foreground,
  foreground,
  orphaning: false,
});

test.each<{ it: string; standings: Standing[]; dependents?: Item[]; finalizers?: string[]; wants: object }>([
  { it: 'one without owners stays', standings: [], wants: { do: 'nothing' } },
  { it: 'one with its owner stays', standings: ['solid'], wants: { do: 'nothing' } },
  {
    it: 'one that lost its only owner goes',
    standings: ['absent'],
    wants: { do: 'delete', policy: 'Background', unblock: false },
  },
  {
    it: 'one that lost all owners goes',
    standings: ['absent', 'absent'],
    wants: { do: 'delete', policy: 'Background', unblock: false },
  },
  {
    it: 'one of several owners is dropped',
    standings: ['absent', 'solid'],
    wants: { do: 'drop', owners: [{ uid: '0' }] },
  },
  {
    it: 'an owner that waits is dropped where another stays',
    standings: ['solid', 'waiting'],
    wants: { do: 'drop', owners: [{ uid: '1' }] },
  },
  {
    it: 'one whose owner waits goes',
    standings: ['waiting'],
    wants: { do: 'delete', policy: 'Background', unblock: false },
  },
  {
    it: 'and takes its own dependents first',
    standings: ['waiting'],
    dependents: [item()],
    wants: { do: 'delete', policy: 'Foreground', unblock: false },
  },
  {
    it: 'a circle is cut',
    standings: ['waiting'],
    dependents: [item(true)],
    wants: { do: 'delete', policy: 'Foreground', unblock: true },
  },
  {
    it: 'what it asked for is kept',
    standings: ['absent'],
    finalizers: ['orphan'],
    wants: { do: 'delete', policy: 'Orphan', unblock: false },
  },
  { it: 'a reference that makes no sense saves it', standings: ['senseless', 'absent'], wants: { do: 'nothing' } },
])('$it', ({ standings, dependents = [], finalizers = [], wants }) => {
  const ownerReferences = standings.map((_, index) => owner(String(index)));
  const latest = object('x', { ownerReferences, finalizers });
  expect(plan({ item: item(), latest, standing: ({ uid }) => standings[Number(uid)]!, dependents })).toMatchObject(
    wants,
  );
});
