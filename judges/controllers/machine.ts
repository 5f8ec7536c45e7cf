import { leases, nodes, pods } from '#core/api/tokens';
import type { Binding } from '#core/api/types/core/v1';
import { silentLog } from '#core/base';
import { type Client, createInformers } from '#core/client';
import { isStatusError } from '#core/machinery/status';
import { microTimeText, timeText } from '#core/operator';
import { nodeRandom, nodeTurns } from '#adapters/node-time';

/** Plays scheduler and kubelets: pods whose image is not `stuck` become ready a moment after they were made. */
export interface Machine {
  startNode(name: string): Promise<void>;
  killNode(name: string): void;
  stop(): void;
}

const QUICK = 100;

export function playMachine(client: Client): Machine {
  const turns = nodeTurns();
  const informers = createInformers({ client, turns, random: nodeRandom, log: silentLog });
  const alive = new Set<string>();
  let running = true;
  let next = 0;
  let address = 1;
  const failed = (failure: unknown) => {
    if (!isStatusError(failure, 'NotFound') && !isStatusError(failure, 'Conflict') && running)
      console.error('machine:', failure);
  };
  informers.get(pods).handle((pod) => {
    if (pod === undefined) return;
    const { namespace, name = '', deletionTimestamp } = pod.metadata;
    const { nodeName = '' } = pod.spec;
    if (nodeName === '') {
      const names = [...alive];
      if (names.length === 0 || deletionTimestamp !== undefined) return;
      const target = { kind: 'Node', name: names[next++ % names.length]! };
      const binding: Binding = { apiVersion: 'v1', kind: 'Binding', metadata: { name }, target };
      client.createSubresource(pods, { namespace, name }, 'binding', binding).catch(failed);
      return;
    }
    if (!alive.has(nodeName)) return;
    if (deletionTimestamp !== undefined) {
      turns.after(QUICK, () => void client.delete(pods, { namespace, name }, { gracePeriodSeconds: 0 }).catch(failed));
      return;
    }
    if (pod.status?.phase !== 'Pending' || pod.spec.containers[0]!.image === 'stuck') return;
    const podIP = `10.244.0.${address++}`;
    turns.after(QUICK, () => {
      const ready = { type: 'Ready', status: 'True', lastTransitionTime: timeText(turns.clock.now()) };
      const status = { phase: 'Running', podIP, podIPs: [{ ip: podIP }], conditions: [ready] };
      client
        .patch(pods, { namespace, name }, { type: 'strategic', patch: { status } }, { subresource: 'status' })
        .catch(failed);
    });
  });

  return {
    async startNode(name) {
      await client.create(nodes, { apiVersion: 'v1', kind: 'Node', metadata: { name }, spec: {} });
      const since = timeText(turns.clock.now());
      const ready = { type: 'Ready', status: 'True', lastHeartbeatTime: since, lastTransitionTime: since };
      const patch = { status: { conditions: [ready] } };
      await client.patch(nodes, { name }, { type: 'strategic', patch }, { subresource: 'status' });
      alive.add(name);
      const namespace = 'kube-node-lease';
      const spec = () => ({
        holderIdentity: name,
        leaseDurationSeconds: 40,
        renewTime: microTimeText(turns.clock.now()),
      });
      await client.create(leases, {
        apiVersion: 'coordination.k8s.io/v1',
        kind: 'Lease',
        metadata: { name, namespace },
        spec: spec(),
      });
      const renew = () => {
        if (!running || !alive.has(name)) return;
        client.patch(leases, { namespace, name }, { type: 'merge', patch: { spec: spec() } }).catch(failed);
        turns.after(1000, renew);
      };
      renew();
    },
    killNode: (name) => void alive.delete(name),
    stop() {
      running = false;
      informers.stop();
    },
  };
}
