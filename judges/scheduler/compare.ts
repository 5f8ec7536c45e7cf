/**
 * Plays one list of cases with our scheduler and with the original's, both against the original API server, and tells where
 * what comes of it differs: `node judges/scheduler/compare.ts [--port P] [--only TEXT] [--print]`. Exits with 1 where it does.
 */
import { writeSync } from 'node:fs';
import { createMetrics, type Log } from '#core/base';
import { createInformers } from '#core/client';
import { startScheduler } from '#core/scheduler';
import { nodeRandom, nodeTurns } from '#adapters/node-time';
import { isBuilt, type Original, startOriginal } from '../controllers/original.ts';
import { cases } from './cases/index.ts';
import { play, type Seen } from './play.ts';

/** All of it, before the process ends. */
const say = (line: string) => void writeSync(1, `${line}\n`);
const logged = (level: string) => (message: string, fields?: object) =>
  console.error(level, message, JSON.stringify(fields));
const log: Log = { debug() {}, info() {}, warn: logged('warn'), error: logged('error'), with: () => log };

function withOurs(original: Original): () => void {
  const turns = nodeTurns();
  const client = original.client({ name: 'system:kube-scheduler', groups: ['system:authenticated'] });
  const informers = createInformers({ client, turns, random: nodeRandom, log });
  const running = startScheduler({ client, informers, turns, random: nodeRandom, log, metrics: createMetrics() });
  return () => {
    running.stop();
    informers.stop();
  };
}

function withTheirs(original: Original): () => void {
  original.startScheduler();
  return () => {};
}

const option = (name: string): string | undefined => {
  const at = process.argv.indexOf(name);
  return at < 0 ? undefined : process.argv[at + 1];
};
const only = option('--only') ?? '';
const chosen = cases.filter(({ it }) => it.includes(only));

async function run(port: number, begin: (original: Original) => () => void): Promise<Seen> {
  const original = await startOriginal(port);
  let end: (() => void) | undefined;
  try {
    end = begin(original);
    return await play(original.client(), chosen);
  } finally {
    end?.();
    await original.stop();
  }
}

function tell(theirs: Seen, ours: Seen, print: boolean): number {
  let differing = 0;
  for (const [step, wanted] of theirs) {
    const got = ours.get(step) ?? [];
    const missing = wanted.filter((line) => !got.includes(line));
    const extra = got.filter((line) => !wanted.includes(line));
    const same = missing.length === 0 && extra.length === 0;
    if (!same) differing++;
    say(`${same ? 'same  ' : 'DIFFER'} ${step}`);
    for (const line of missing) say(`   original: ${line}`);
    for (const line of extra) say(`   ours:     ${line}`);
    if (print && same) for (const line of got) say(`             ${line}`);
  }
  return differing;
}

if (!isBuilt()) {
  say('skipped: the original is not built here (judges/upstream/build)');
} else {
  const port = Number(option('--port') ?? 22443);
  // Both come to their end, or a failure of one would leave the other's programs behind.
  const [ours, theirs] = (await Promise.allSettled([run(port, withOurs), run(port + 20, withTheirs)])).map((side) => {
    if (side.status === 'rejected') throw side.reason;
    return side.value;
  }) as [Seen, Seen];
  const differing = tell(theirs, ours, process.argv.includes('--print'));
  say(`${theirs.size - differing} cases the same, ${differing} different`);
  process.exitCode = differing === 0 ? 0 : 1;
}
process.exit();
