import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { memory, processorSeconds } from '../bench/processes.ts';
import { fleetServer, type FleetServer } from './server.ts';
import { commit } from '../common/commit.ts';

/**
 * `npm run fleet`: a thousand simulated nodes and ten thousand pods of Deployments in one server process, in real time;
 * writes docs/fleet.md. `--profile` writes a .cpuprofile into the working folder.
 */
const { values } = parseArgs({
  options: {
    nodes: { type: 'string', default: '1000' },
    deployments: { type: 'string', default: '100' },
    replicas: { type: 'string', default: '100' },
    limit: { type: 'string', default: '300' },
    idle: { type: 'string', default: '30' },
    profile: { type: 'boolean', default: false },
    dry: { type: 'boolean', default: false },
  },
});
const nodes = Number(values.nodes);
const deployments = Number(values.deployments);
const replicas = Number(values.replicas);
const pods = deployments * replicas;
const IDLE_SECONDS = Number(values.idle);

interface List {
  readonly items: readonly Item[];
  readonly metadata: { readonly remainingItemCount?: number };
}

interface Item {
  readonly status?: {
    readonly availableReplicas?: number;
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
  };
}

const server = await fleetServer(
  ['--simulated-nodes', String(nodes), '--pod-cidr', '10.128.0.0/9'],
  values.profile ? ['--cpu-prof', '--cpu-prof-name=fleet.cpuprofile'] : [],
);
try {
  await measure(server);
} finally {
  await server.stop();
}

async function measure({ pid, call, heap }: FleetServer): Promise<void> {
  const list = async (path: string) => (await call('GET', path)) as List;
  const ready = ({ status }: Item) => status?.conditions?.some((one) => one.type === 'Ready' && one.status === 'True');
  const nodesReady = await seconds(nodes, async () => (await list('/api/v1/nodes')).items.filter(ready).length);
  const cpuOfNodes = processorSeconds(pid);
  console.log(
    `${nodes} nodes are ready after ${nodesReady.toFixed(1)} s, ${cpuOfNodes.toFixed(1)} s of processor time`,
  );

  const began = performance.now();
  const made = Array.from({ length: deployments }, (_, index) =>
    call('POST', '/apis/apps/v1/namespaces/default/deployments', deployment(`web-${index}`)),
  );
  await Promise.all(made);
  await seconds(pods, async () => {
    const { items } = await list('/apis/apps/v1/namespaces/default/deployments');
    return items.reduce((sum, { status }) => sum + (status?.availableReplicas ?? 0), 0);
  });
  const podsRunning = (performance.now() - began) / 1000;
  const cpuOfPods = processorSeconds(pid) - cpuOfNodes;
  const first = await list('/api/v1/namespaces/default/pods?fieldSelector=status.phase%3DRunning');
  if (first.items.length !== pods) throw new Error(`${first.items.length} pods are Running instead of ${pods}`);
  console.log(`${pods} pods run after ${podsRunning.toFixed(1)} s, ${cpuOfPods.toFixed(1)} s of processor time`);

  await wait(15_000);
  const rss = memory(pid).rss;
  const before = processorSeconds(pid);
  await wait(IDLE_SECONDS * 1000);
  const idle = ((processorSeconds(pid) - before) / IDLE_SECONDS) * 100;
  const used = await heap();
  const page = `# A fleet of simulated nodes

\`npm run fleet\` starts one \`kubernode server\` with ${nodes} simulated nodes, makes ${deployments} Deployments of
${replicas} pods, and waits until the API says that all ${pods} are available. Each node is a whole kubelet; only its
containers are played. The store is the log on disk; time is real.

| figure | value |
| --- | --- |
| until ${nodes} nodes are Ready | ${nodesReady.toFixed(1)} s |
| processor time of that | ${cpuOfNodes.toFixed(1)} s |
| from the first Deployment until ${pods} pods run | ${podsRunning.toFixed(1)} s |
| processor time of that | ${cpuOfPods.toFixed(1)} s |
| pods a second | ${(pods / podsRunning).toFixed(0)} |
| memory (RSS) 15 s later | ${rss.toFixed(0)} MB |
| JavaScript heap after a full collection | ${used.toFixed(0)} MB |
| processor while idle, over ${IDLE_SECONDS} s | ${idle.toFixed(1)} % of a core |

Measured ${new Date().toISOString().slice(0, 10)} at ${commit()} on ${cpus().length} cores of ${cpus()[0]!.model.trim()}.
`;
  console.log(page);
  if (!values.dry) writeFileSync('docs/fleet.md', page);
}

/** Seconds until there are `wanted` of something; throws past the limit. */
async function seconds(wanted: number, count: () => Promise<number>): Promise<number> {
  const began = performance.now();
  for (;;) {
    const now = await count();
    const passed = (performance.now() - began) / 1000;
    if (now >= wanted) return passed;
    if (passed > Number(values.limit)) throw new Error(`after ${passed.toFixed(0)} s there are ${now} of ${wanted}`);
    await wait(500);
  }
}

function deployment(name: string): unknown {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: {
      replicas,
      selector: { matchLabels: { app: name } },
      template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'web', image: 'web:1' }] } },
    },
  };
}
