import { virtualTurns } from '#core/base';
import { expect, test } from 'vitest';
import { gatedDisk } from './gated-disk.ts';
import { logBackend } from './log/log.ts';
import { openStore } from './store.ts';
import { barrier, configMap, partsOf } from './store.contract.ts';

const key = '/configmaps/n/a';

test.each([
  { it: 'is told once that is durable', ends: 'synced' as const, reason: 'conflict' },
  { it: 'is lost with it', ends: 'failed' as const, reason: 'unavailable' },
])('a conflict with a write that is not durable yet $it', async ({ ends, reason }) => {
  const gated = gatedDisk();
  const turns = virtualTurns(barrier, 0);
  gated.synced();
  const store = await openStore(logBackend(gated.disk), partsOf(turns));
  gated.shut();
  const first = store.commit({ guards: [], writes: [{ key, object: configMap('a') }] });
  let answered = false;
  const second = store.commit({ guards: [{ key, revision: 0 }], writes: [{ key, object: configMap('a') }] });
  void second.then(() => (answered = true));
  await barrier();
  await barrier();
  expect(answered).toBe(false);
  expect(store.get(key)).toBeUndefined();
  gated[ends]();
  expect(await first).toMatchObject({ ok: ends === 'synced' });
  expect(await second).toMatchObject({ ok: false, reason });
});
