/** What a pod costs to place, or to make room for, without the API: `node judges/scheduler/bench.ts`. */
import type { Node, Pod, PodSpec } from '#core/api/types/core/v1';
import { seededRandom } from '#core/base';
import { defaultPlugins, plan, podInfoOf, preempt, Snapshot } from '#core/scheduler';

const labelSelector = { matchLabels: { app: 'web' } };
const ZONES = 10;

const shapes: Readonly<Record<string, Partial<PodSpec>>> = {
  plain: {},
  spread: {
    topologySpreadConstraints: [{ topologyKey: 'zone', maxSkew: 1, whenUnsatisfiable: 'DoNotSchedule', labelSelector }],
  },
  'anti-affinity': {
    affinity: {
      podAntiAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'kubernetes.io/hostname', labelSelector }],
      },
    },
  },
};

const nodeOf = (index: number): Node => {
  const name = `n${index}`;
  const labels = { 'kubernetes.io/hostname': name, zone: `z${index % ZONES}` };
  const status = { allocatable: { cpu: '32', memory: '64Gi', pods: '110' } };
  return { apiVersion: 'v1', kind: 'Node', metadata: { name, labels }, spec: {}, status };
};

/** Half as many pods as nodes, one decision each. */
function run(nodes: number, name: string, spec: Partial<PodSpec>): void {
  const pods = nodes / 2;
  const random = seededRandom(1);
  const snapshot = new Snapshot();
  for (let index = 0; index < nodes; index++) snapshot.setNode(nodeOf(index));
  let from = 0;
  let longest = 0;
  const before = process.cpuUsage();
  const start = performance.now();
  for (let index = 0; index < pods; index++) {
    const begun = performance.now();
    const containers = [{ name: 'c', image: 'i', resources: { requests: { cpu: '100m', memory: '64Mi' } } }];
    const metadata = { name: `p${index}`, namespace: 'default', uid: `p${index}`, labels: { app: 'web' } };
    const pod: Pod = { apiVersion: 'v1', kind: 'Pod', metadata, spec: { containers, ...spec } };
    const info = podInfoOf(pod);
    const { verdict, next } = plan(info, snapshot, defaultPlugins, from, random);
    if (verdict.node === undefined) throw new Error(verdict.message);
    snapshot.addPod(info, verdict.node);
    from = next;
    longest = Math.max(longest, performance.now() - begun);
  }
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(before);
  console.log(
    `${nodes} nodes, ${name}: ${Math.round(pods / seconds)} pods/s, ${((user + system) / pods / 1000).toFixed(3)} ms CPU a pod, longest ${longest.toFixed(1)} ms`,
  );
}

for (const nodes of [1000, 5000]) for (const [name, spec] of Object.entries(shapes)) run(nodes, name, spec);

/** Every node is full of small pods: each of a hundred large ones finds its victims. */
function runPreemption(nodes: number, spec: Partial<PodSpec>, name: string): void {
  const random = seededRandom(1);
  const snapshot = new Snapshot();
  const infoOf = (podName: string, cpu: string, priority: number) => {
    const containers = [{ name: 'c', image: 'i', resources: { requests: { cpu } } }];
    const metadata = { name: podName, namespace: 'default', uid: podName, labels: { app: 'web' } };
    return podInfoOf({ apiVersion: 'v1', kind: 'Pod', metadata, spec: { containers, priority, ...spec } });
  };
  for (let index = 0; index < nodes; index++) {
    snapshot.setNode(nodeOf(index));
    for (let one = 0; one < 32; one++) snapshot.addPod(infoOf(`p${index}-${one}`, '1', one % 5), `n${index}`);
  }
  const times = 20;
  let longest = 0;
  const before = process.cpuUsage();
  for (let index = 0; index < times; index++) {
    const begun = performance.now();
    const info = infoOf(`large${index}`, '4', 100);
    const { verdict } = plan(info, snapshot, defaultPlugins, 0, random);
    if (verdict.node !== undefined) throw new Error('there was room');
    const found = preempt(info, snapshot, verdict, [], random);
    if (found.node === undefined || found.victims.length !== 4) throw new Error('no four victims were found');
    longest = Math.max(longest, performance.now() - begun);
  }
  const { user, system } = process.cpuUsage(before);
  console.log(
    `${nodes} full nodes, ${name}: ${((user + system) / times / 1000).toFixed(1)} ms CPU a preemption, longest ${longest.toFixed(1)} ms`,
  );
}

for (const nodes of [1000, 5000]) {
  runPreemption(nodes, {}, 'plain');
  runPreemption(nodes, shapes['spread']!, 'spread');
}
