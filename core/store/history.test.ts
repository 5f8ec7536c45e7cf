import { virtualTurns } from '#core/base';
import { expect, test } from 'vitest';
import { memoryBackend } from './memory.ts';
import { barrier, configMap, partsOf } from './store.contract.ts';
import { openStore } from './store.ts';

test('views of the past hold over many thousands of changes, kept versions and partial forgetting', async () => {
  const turns = virtualTurns(barrier, 1_800_000_000_000);
  const store = await openStore(memoryBackend(), partsOf(turns));
  const present = new Map<string, number>();
  const states: { revision: number; entries: [string, number][] }[] = [];
  for (let step = 0; step < 300; step++) {
    const outcomes = await Promise.all(
      Array.from({ length: 50 }, (_, at) => {
        const key = `/configmaps/n/${(step * 31 + at * 17) % 700}`;
        const object = (step + at) % 5 === 0 ? undefined : configMap(key);
        return store.commit({ guards: [], writes: [{ key, object }] }).then((outcome) => ({ key, object, outcome }));
      }),
    );
    for (const { key, object, outcome } of outcomes) {
      if (!outcome.ok) throw new Error(outcome.reason);
      if (object === undefined) present.delete(key);
      else present.set(key, outcome.revision);
    }
    if (step % 10 === 0)
      states.push({ revision: store.revision, entries: [...present].sort(([a], [b]) => (a < b ? -1 : 1)) });
  }
  const check = () => {
    for (const { revision, entries } of states) {
      const view = store.viewAt('/configmaps/', revision);
      if ('failure' in view) expect(revision).toBeLessThan(store.oldest);
      else expect([...view.range()].map((entry) => [entry.key, entry.revision])).toEqual(entries);
    }
  };
  check();
  for (const at of [3, 12, 20, 29]) {
    await store.compact(states[at]!.revision);
    check();
  }
});
