import { expect, test } from 'vitest';
import type { Pod } from '#core/api/types/core/v1';
import { virtualTurns } from '#core/base';
import { type ClusterChange, defaultPlugins } from './plugins/index.ts';
import { schedulingQueue, type Waiting } from './queue.ts';
import { podInfoOf } from './snapshot.ts';

const info = (name: string, priority = 0) =>
  podInfoOf({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'default', uid: name },
    spec: { priority, containers: [] },
  } as Pod);

const setUp = () => {
  const turns = virtualTurns(() => Promise.resolve(), 0);
  return { turns, queue: schedulingQueue(turns, defaultPlugins, () => {}) };
};

const nameOf = (waiting: Waiting | undefined) => waiting?.info.uid;

test('the highest priority goes first, then who came first', () => {
  const { queue } = setUp();
  queue.put(info('first'));
  queue.put(info('second'));
  queue.put(info('urgent', 10));
  expect([nameOf(queue.take()), nameOf(queue.take()), nameOf(queue.take())]).toEqual(['urgent', 'first', 'second']);
  expect(queue.take()).toBeUndefined();
});

test('one that is gone is passed over', () => {
  const { queue } = setUp();
  queue.put(info('gone'));
  queue.put(info('there'));
  queue.remove('gone');
  expect(nameOf(queue.take())).toBe('there');
  expect(queue.size).toBe(1);
});

test('each failure doubles the back-off, up to ten seconds', async () => {
  const { turns, queue } = setUp();
  queue.put(info('p'));
  for (const milliseconds of [1000, 2000, 4000, 8000, 10_000, 10_000]) {
    queue.retry(queue.take()!);
    await turns.advance(milliseconds - 1);
    expect(queue.take(), `before ${milliseconds} ms`).toBeUndefined();
    await turns.advance(1);
    queue.put(info('p'));
  }
});

test.each<{ by: string; change: ClusterChange; wakes: boolean }>([
  { by: 'NodeResourcesFit', change: 'podRemoved', wakes: true },
  { by: 'NodeResourcesFit', change: 'nodeAdded', wakes: true },
  { by: 'NodeResourcesFit', change: 'podAdded', wakes: false },
  { by: 'TaintToleration', change: 'nodeChanged', wakes: true },
  { by: 'TaintToleration', change: 'podRemoved', wakes: false },
  { by: 'InterPodAffinity', change: 'podAdded', wakes: true },
  { by: 'VolumeBinding', change: 'volumesChanged', wakes: true },
  { by: 'VolumeBinding', change: 'podRemoved', wakes: false },
])('turned away by $by, $change wakes it: $wakes', async ({ by, change, wakes }) => {
  const { turns, queue } = setUp();
  queue.put(info('p'));
  queue.setAside(queue.take()!, new Set([by]));
  queue.wake(change);
  await turns.advance(1000);
  expect(nameOf(queue.take())).toBe(wakes ? 'p' : undefined);
});

test('what no change wakes is tried again after five minutes', async () => {
  const { turns, queue } = setUp();
  queue.put(info('p'));
  queue.setAside(queue.take()!, new Set(['NodeResourcesFit']));
  await turns.advance(299_000);
  expect(queue.take()).toBeUndefined();
  await turns.advance(31_000);
  expect(nameOf(queue.take())).toBe('p');
});
