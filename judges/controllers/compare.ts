/**
 * Runs our controllers and the original's, one after the other, against the original API server, through the same scenario,
 * and tells where what comes of it differs: `node judges/controllers/compare.ts [--port P] [--print]`. Exits with 1 where it does.
 */
import { writeSync } from 'node:fs';
import { createMetrics, type Log } from '#core/base';
import { controllerUser, createInformers } from '#core/client';
import { registryResources, selectControllers, startControllers } from '#core/controllers';
import { registryOf } from '#core/api/definition';
import { detailedDefinitions } from '#core/api/details';
import { nodeCrypto } from '#adapters/node-crypto';
import { nodeRandom, nodeTurns } from '#adapters/node-time';
import { playMachine } from './machine.ts';
import { isBuilt, type Original, startOriginal } from './original.ts';
import { play, type Seen } from './scenario.ts';

const GRACE_SECONDS = 5;

/** All of it, before the process ends. */
const say = (line: string) => void writeSync(1, `${line}\n`);

const logged = (level: string) => (message: string, fields?: object) =>
  console.error(level, message, JSON.stringify(fields));
const log: Log = { debug() {}, info() {}, warn: logged('warn'), error: logged('error'), with: () => log };

async function withOurs(original: Original): Promise<() => void> {
  const turns = nodeTurns();
  const reader = original.client({ name: 'system:kube-controller-manager', groups: ['system:authenticated'] });
  const resources = registryResources(registryOf(detailedDefinitions()));
  const running = startControllers(selectControllers(['*']), {
    clientFor: (name) => original.client(controllerUser(name)),
    informers: createInformers({ client: reader, turns, random: nodeRandom, log }),
    turns,
    random: nodeRandom,
    crypto: nodeCrypto,
    log,
    metrics: createMetrics(),
    resources: () => Promise.resolve(resources),
    settings: {
      rootCertificate: original.rootCertificate,
      clusterCidrs: ['10.244.0.0/16'],
      nodeMonitorGracePeriod: GRACE_SECONDS * 1000,
      nodeMonitorPeriod: 1000,
    },
  });
  return () => running.stop();
}

async function run(port: number, begin: (original: Original) => Promise<() => void>): Promise<Seen> {
  const original = await startOriginal(port);
  let end: (() => void) | undefined;
  try {
    end = await begin(original);
    const machine = playMachine(original.client());
    try {
      return await play(original.client(), machine);
    } finally {
      machine.stop();
    }
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
  const at = process.argv.indexOf('--port');
  const port = at < 0 ? 21443 : Number(process.argv[at + 1]);
  const ours = await run(port, withOurs);
  const theirs = await run(port + 20, async (original) => {
    original.startControllers([
      '--allocate-node-cidrs',
      '--cluster-cidr=10.244.0.0/16',
      `--node-monitor-grace-period=${GRACE_SECONDS}s`,
      '--node-monitor-period=1s',
    ]);
    return () => {};
  });
  const differing = tell(theirs, ours, process.argv.includes('--print'));
  say(`${theirs.size - differing} steps the same, ${differing} different`);
  process.exitCode = differing === 0 ? 0 : 1;
}
process.exit();
