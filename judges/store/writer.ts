/** The process that `kill.ts` kills: writes without end, eight writers at a time, and tells on standard output what was acknowledged. */
import { writeSync } from 'node:fs';
import { createMetrics, silentLog } from '#core/base';
import { logBackend, openStore } from '#core/store';
import { fileDisk } from '#adapters/disk';
import { nodeTurns } from '#adapters/node-time';

const turns = nodeTurns();
const store = await openStore(logBackend(await fileDisk(process.argv[2]!), { segmentBytes: 256 * 1024 }), {
  clock: turns.clock,
  turns,
  log: silentLog,
  metrics: createMetrics(),
});
writeSync(1, `start ${store.revision}\n`);

async function write(writer: number): Promise<never> {
  for (let count = 0; ; count++) {
    const name = `${writer}-${count % 40}`;
    const key = `/configmaps/n/${name}`;
    const last = store.latest(key);
    const number = ((last?.object as { data?: { number?: number } } | undefined)?.data?.number ?? 0) + 1;
    const data = { number, filling: 'x'.repeat(200 + (number % 7) * 150) };
    const outcome = await store.commit({
      guards: [{ key, revision: last?.revision ?? 0 }],
      writes: [{ key, object: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data } as never }],
    });
    if (!outcome.ok) throw new Error(JSON.stringify(outcome));
    writeSync(1, `ack ${key} ${outcome.revision} ${number}\n`);
  }
}
await Promise.all(Array.from({ length: 8 }, (_, writer) => write(writer)));
