import { expect, test } from 'vitest';
import type { Node, Pod, PodSpec } from '#core/api/types/core/v1';
import { below, seededRandom } from '#core/base';
import { type PodInfo, podInfoOf, Snapshot } from './snapshot.ts';

const node = (name: string, cpu: number): Node => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name, labels: { name } },
  spec: {},
  status: { allocatable: { cpu: `${cpu}`, memory: '1Gi', pods: '10', 'example.com/thing': '2' } },
});

const pod = (name: string, cpu: number, app: string): PodInfo =>
  podInfoOf({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'default', uid: name, labels: { app } },
    spec: {
      containers: [{ name: 'c', image: 'i', resources: { requests: { cpu: `${cpu}`, 'example.com/thing': '1' } } }],
      affinity: {
        podAntiAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: [
            { topologyKey: 'name', labelSelector: { matchLabels: { app } } },
          ],
        },
      },
    } as PodSpec,
  } as Pod);

const isOfA = ({ pod: { metadata } }: PodInfo) => metadata.labels?.['app'] === 'a';

/** All that a snapshot says, by node's names: places may differ. */
function told(snapshot: Snapshot): object {
  const nameOf = (place: number) => snapshot.slots[place]!.name;
  const byName = (counts: ReadonlyMap<number, number>) =>
    Object.fromEntries([...counts].map(([place, count]) => [nameOf(place), count]));
  const nodes = Object.fromEntries(
    snapshot.slots.flatMap((slot, place) => {
      if (slot === undefined) return [];
      const numbers = Object.entries(snapshot.columns).map(([name, column]) => [name, column[place]]);
      const used = [...slot.usedScalars].filter(([, amount]) => amount !== 0);
      return [[slot.name, { numbers, used, there: slot.node !== undefined, pods: [...slot.pods.keys()].sort() }]];
    }),
  );
  const carried = [...snapshot.tallies.carried()].map(({ term, counts }) => [term.id, byName(counts)]);
  return { nodes, carried: Object.fromEntries(carried), ofA: byName(snapshot.tallies.count('a', isOfA)) };
}

test.each(Array.from({ length: 20 }, (_, seed) => seed))(
  'kept in step it says what one built anew says (seed %i)',
  (seed) => {
    const random = seededRandom(seed);
    const kept = new Snapshot();
    kept.tallies.count('a', isOfA);
    const nodes = new Map<string, Node>();
    const pods = new Map<string, { info: PodInfo; node: string }>();
    for (let step = 0; step < 300; step++) {
      const nodeName = `n${below(random, 100)}`;
      const podName = `p${below(random, 60)}`;
      switch (below(random, 4)) {
        case 0:
          nodes.set(nodeName, node(nodeName, 1 + below(random, 8)));
          kept.setNode(nodes.get(nodeName)!);
          break;
        case 1:
          nodes.delete(nodeName);
          kept.removeNode(nodeName);
          break;
        case 2: {
          const info = pod(podName, below(random, 4), 'ab'[below(random, 2)]!);
          pods.set(podName, { info, node: nodeName });
          kept.addPod(info, nodeName);
          break;
        }
        default:
          pods.delete(podName);
          kept.removePod(podName);
      }
    }
    const anew = new Snapshot();
    for (const one of nodes.values()) anew.setNode(one);
    for (const { info, node: name } of pods.values()) anew.addPod(info, name);
    expect(told(kept)).toEqual(told(anew));
    expect(kept.size).toBe(nodes.size);
  },
);
