import { seededRandom, virtualTurns } from '#core/base';
import type { KubeObject } from '#core/machinery/object';
import { expect, test } from 'vitest';
import { jsonEncoding } from '../encoding.ts';
import { simulatedDisk } from '../simulated-disk.ts';
import { openStore } from '../store.ts';
import { barrier, configMap, partsOf } from '../store.contract.ts';
import { logBackend } from './log.ts';

test('an object is encoded once for the log and for the answer to who wrote it, also while others write', async () => {
  const json = jsonEncoding();
  const encoded: string[] = [];
  const encoding = {
    ...json,
    text: (object: KubeObject) => (encoded.push(object.metadata.name!), json.text!(object)),
  };
  const parts = partsOf(virtualTurns(barrier, 1_800_000_000_000), { encoding });
  const store = await openStore(logBackend(simulatedDisk(seededRandom(1)).mount()), parts);
  const write = async (name: string) => {
    const outcome = await store.commit({
      guards: [],
      writes: [{ key: `/configmaps/n/${name}`, object: configMap(name, name) }],
    });
    if (!outcome.ok) throw new Error(outcome.reason);
    // What comes between a write and its answer takes a few turns of its own.
    for (let step = 0; step < 4; step++) await undefined;
    return outcome.entries[0]!.json;
  };
  const writing = [write('a')];
  await undefined;
  writing.push(write('b'));
  for (const text of await Promise.all(writing)) expect(text).toContain('"kind":"ConfigMap"');
  expect(encoded).toEqual(['a', 'b']);
  await store.close();
});
