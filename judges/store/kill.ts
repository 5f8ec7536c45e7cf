/**
 * SIGKILLs a process that writes to a store of real files, again and again: `node judges/store/kill.ts --kills N`. Each time
 * all that was acknowledged must be there and no revision may come twice. Only the smoke test of durability: what a killed
 * process has written the operating system still has (`lives.ts` is the one that takes the power away).
 */
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { below, createMetrics, seededRandom, silentLog } from '#core/base';
import { logBackend, openStore } from '#core/store';
import { fileDisk } from '#adapters/disk';
import { nodeTurns } from '#adapters/node-time';

const { values } = parseArgs({
  options: { kills: { type: 'string', default: '200' }, seed: { type: 'string', default: '1' } },
});
const kills = Number(values.kills);
const random = seededRandom(Number(values.seed));
const folder = join(await mkdtemp(join(tmpdir(), 'kubernode-kill-')), 'store');
const turns = nodeTurns();
/** The newest acknowledged state of each key. */
const kept = new Map<string, { revision: number; number: number }>();
let newest = 0;
let acknowledged = 0;
const faults: string[] = [];

/** Runs a writer, kills it a moment after its first acknowledgement. */
async function runAndKill(): Promise<void> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'writer.ts'), folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let planned = false;
  const floor = newest;
  const seen = new Set<string>();
  for await (const line of createInterface({ input: child.stdout })) {
    const [what, first, revision, number] = line.split(' ');
    if (what === 'start' && Number(first) < newest) faults.push(`started at ${first} after ${newest}`);
    if (what !== 'ack' || number === undefined) continue;
    if (Number(revision) <= floor || seen.has(revision!)) faults.push(`revision ${revision} came twice`);
    seen.add(revision!);
    newest = Math.max(newest, Number(revision));
    kept.set(first!, { revision: Number(revision), number: Number(number) });
    acknowledged++;
    if (planned) continue;
    planned = true;
    setTimeout(() => child.kill('SIGKILL'), below(random, 60));
  }
}

async function check(): Promise<void> {
  const store = await openStore(logBackend(await fileDisk(folder), { segmentBytes: 256 * 1024 }), {
    clock: turns.clock,
    turns,
    log: silentLog,
    metrics: createMetrics(),
  });
  if (store.revision < newest) faults.push(`came back at ${store.revision}, ${newest} was acknowledged`);
  for (const [key, { revision, number }] of kept) {
    const entry = store.get(key);
    const found = (entry?.object as { data?: { number?: number } } | undefined)?.data?.number ?? 0;
    const same = found === number && entry?.revision === revision;
    const later = found > number && (entry?.revision ?? 0) > revision;
    if (!same && !later)
      faults.push(`${key}: ${number} at ${revision} was acknowledged, ${found} at ${entry?.revision} is there`);
  }
  newest = Math.max(newest, store.revision);
  await store.close();
}

const began = performance.now();
for (let kill = 0; kill < kills && faults.length === 0; kill++) {
  await runAndKill();
  await check();
}
await rm(join(folder, '..'), { recursive: true, force: true });
for (const fault of faults) console.error(fault);
console.log(
  `${kills} kills, ${acknowledged} acknowledged writes, revision ${newest}, ${faults.length} faults, ${((performance.now() - began) / 1000).toFixed(1)} s`,
);
process.exitCode = faults.length > 0 || acknowledged === 0 ? 1 : 0;
