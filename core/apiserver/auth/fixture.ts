import { createMetrics, silentLog, virtualTurns } from '#core/base';
import type { KubeObject } from '#core/machinery/object';
import { memoryBackend, openStore, type Store } from '#core/store';
import { keyIn } from './stored.ts';

/** The start of virtual wall time in these tests: 2026-03-01. */
export const START = Date.UTC(2026, 2, 1);

/** A store in memory on virtual time, for tests. */
export async function testStore(barrier: () => Promise<void>) {
  const turns = virtualTurns(barrier, START);
  const store = await openStore(memoryBackend(), {
    clock: turns.clock,
    turns,
    log: silentLog,
    metrics: createMetrics(),
  });
  return {
    turns,
    store,
    put: (group: string, resource: string, object: object) => put(store, group, resource, object),
  };
}

async function put(store: Store, group: string, resource: string, object: object): Promise<void> {
  const { metadata } = object as KubeObject;
  const key = keyIn(group, resource, metadata.namespace ?? '', metadata.name ?? '');
  const outcome = await store.commit({ guards: [], writes: [{ key, object: object as KubeObject }] });
  if (!outcome.ok) throw new Error(outcome.reason);
}
