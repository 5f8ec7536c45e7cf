/**
 * Runs our controllers and the original's, one after the other, against the original API server, through the same scenario,
 * and tells where what comes of it differs: `node judges/controllers/compare.ts [--port P] [--print]`. Exits with 1 where it does.
 */
import { createMetrics } from '#core/base';
import { controllerUser, createInformers } from '#core/client';
import { registryResources, selectControllers, startControllers } from '#core/controllers';
import { registryOf } from '#core/api/definition';
import { detailedDefinitions } from '#core/api/details';
import { nodeCrypto } from '#adapters/node-crypto';
import { nodeRandom, nodeTurns } from '#adapters/node-time';
import { judgeLog as log, option, say, type Seen, tell } from '../common/compare.ts';
import { playMachine } from './machine.ts';
import { controlPlaneIsBuilt } from '../common/upstream.ts';
import { type Original, startOriginal } from './original.ts';
import { play } from './scenario.ts';

const GRACE_SECONDS = 5;

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

if (!controlPlaneIsBuilt()) {
  say('skipped: the original is not built here (judges/upstream/build)');
} else {
  const port = Number(option('--port') ?? 21443);
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
  process.exitCode = tell(theirs, ours, 'steps') === 0 ? 0 : 1;
}
process.exit();
