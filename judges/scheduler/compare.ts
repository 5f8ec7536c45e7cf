/**
 * Plays one list of cases with our scheduler and with the original's, both against the original API server, and tells where
 * what comes of it differs: `node judges/scheduler/compare.ts [--port P] [--only TEXT] [--print]`. Exits with 1 where it does.
 */
import { createMetrics } from '#core/base';
import { createInformers } from '#core/client';
import { startScheduler } from '#core/scheduler';
import { nodeRandom, nodeTurns } from '#adapters/node-time';
import { judgeLog as log, option, say, type Seen, tell } from '../common/compare.ts';
import { controlPlaneIsBuilt } from '../common/upstream.ts';
import { type Original, startOriginal } from '../controllers/original.ts';
import { cases } from './cases/index.ts';
import { play } from './play.ts';

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

if (!controlPlaneIsBuilt()) {
  say('skipped: the original is not built here (judges/upstream/build)');
} else {
  const port = Number(option('--port') ?? 22443);
  // Both come to their end, or a failure of one would leave the other's programs behind.
  const [ours, theirs] = (await Promise.allSettled([run(port, withOurs), run(port + 20, withTheirs)])).map((side) => {
    if (side.status === 'rejected') throw side.reason;
    return side.value;
  }) as [Seen, Seen];
  process.exitCode = tell(theirs, ours, 'cases') === 0 ? 0 : 1;
}
process.exit();
