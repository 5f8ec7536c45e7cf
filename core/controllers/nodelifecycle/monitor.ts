import type { Clock, Log } from '#core/base';
import { nodes as nodesToken, pods as podsToken } from '#core/api/tokens';
import type { Lease } from '#core/api/types/coordination/v1';
import type { Node, Pod, Taint } from '#core/api/types/core/v1';
import type { Client, Informer } from '#core/client';
import { isStatusError } from '#core/machinery/status';
import { type EventRecorder, timeText } from '#core/operator';
import { type Limiter, limiter } from '../common/limiter.ts';
import { isReady } from '../common/pods.ts';
import { conditionsOf, type Memory, observe, readyOf } from './health.ts';
import { evictingKey, evictingTaints, isEvictingRightly, noScheduleTaints, reachableTaints } from './taints.ts';
import { zonesOf } from './zones.ts';

export interface Parts {
  readonly client: Client;
  readonly clock: Clock;
  readonly log: Log;
  readonly events: EventRecorder;
  readonly nodes: Informer<Node>;
  readonly leases: Informer<Lease>;
  readonly podsOn: (node: string) => readonly Pod[];
  readonly grace: number;
  readonly rate: number;
}

export interface Monitor {
  /** One look at all nodes. */
  look(): Promise<void>;
  /** Brings one node's taints into line, as far as that need not wait for a rate. */
  taint(name: string): Promise<void>;
}

/** Tells dead nodes from living ones, and makes pods leave the dead. Upstream: pkg/controller/nodelifecycle. */
export function monitor(parts: Parts): Monitor {
  const { client, clock, log, events } = parts;
  const memories = new Map<string, Memory>();
  const limiters = new Map<string, Limiter>();
  /** Names with uids, of the nodes seen in the last look. */
  let registered = new Map<string, Node>();
  let wasCutOff = false;

  const write = async (node: Node, taints: readonly Taint[]): Promise<boolean> => {
    try {
      await client.update(nodesToken, { ...node, spec: { ...node.spec, taints } });
      return true;
    } catch (refused) {
      if (isStatusError(refused, 'Conflict') || isStatusError(refused, 'NotFound')) return false;
      throw refused;
    }
  };

  /** The node as it is after its silence has been noted. */
  const examine = async (node: Node): Promise<Node> => {
    const { name = '' } = node.metadata;
    const monotonic = clock.monotonic();
    const memory = observe(memories.get(name), node, parts.leases.cache.get(`kube-node-lease/${name}`), monotonic);
    memories.set(name, memory);
    const conditions = conditionsOf(node, memory, { monotonic, now: clock.now(), grace: parts.grace });
    if (conditions === node.status?.conditions) return node;
    log.warn('a node has been silent for too long', { node: name, silent: monotonic - memory.seen });
    try {
      const next: Node = { ...node, status: { ...node.status, conditions } };
      return await client.update(nodesToken, next, { subresource: 'status' });
    } catch (refused) {
      // It spoke just now, or was deleted.
      if (isStatusError(refused, 'Conflict') || isStatusError(refused, 'NotFound')) return node;
      throw refused;
    }
  };

  /** Pods of a node that is not ready are not ready either, whatever their last word was. */
  const markPods = async (node: Node): Promise<void> => {
    const condition = { type: 'Ready', status: 'False', lastTransitionTime: timeText(clock.now()) };
    for (const pod of parts.podsOn(node.metadata.name ?? '')) {
      if (!isReady(pod)) continue;
      const { namespace, name = '', uid = '' } = pod.metadata;
      const patch = { metadata: { uid }, status: { conditions: [condition] } };
      try {
        await client.patch(podsToken, { namespace, name }, { type: 'strategic', patch }, { subresource: 'status' });
        events.event(pod, 'Warning', 'NodeNotReady', 'Node is not ready');
      } catch (refused) {
        if (!isStatusError(refused, 'NotFound') && !isStatusError(refused, 'Conflict')) throw refused;
      }
    }
  };

  const greet = (all: readonly Node[]) => {
    const present = new Map(all.map((node) => [node.metadata.name ?? '', node]));
    for (const [name, node] of present) {
      if (registered.has(name)) continue;
      events.event(node, 'Normal', 'RegisteredNode', `Node ${name} event: Registered Node ${name} in Controller`);
    }
    for (const [name, node] of registered) {
      if (present.has(name)) continue;
      memories.delete(name);
      events.event(node, 'Normal', 'RemovingNode', `Node ${name} event: Removing Node ${name} from Controller`);
    }
    registered = present;
  };

  /** Lets as many dead nodes as the zone's rate allows lose their pods. */
  const evict = async (zone: string, rate: number, members: readonly Node[]) => {
    let own = limiters.get(zone);
    if (own === undefined) limiters.set(zone, (own = limiter()));
    for (const node of members) {
      const key = evictingKey(node);
      if (key === undefined || isEvictingRightly(node)) continue;
      if (!own.take(rate, clock.monotonic())) return;
      await write(node, evictingTaints(node, key, clock.now()));
    }
  };

  return {
    async look() {
      const all = parts.nodes.cache.list();
      greet(all);
      const seen: Node[] = [];
      for (const node of all) {
        const ready = readyOf(node)?.status === 'True';
        const now = await examine(node);
        seen.push(now);
        if (readyOf(now) === undefined || readyOf(now)?.status === 'True') continue;
        if (ready) {
          const { name } = now.metadata;
          events.event(now, 'Normal', 'NodeNotReady', `Node ${name} status is now: NodeNotReady`);
        }
        await markPods(now);
      }
      const { zones, cutOff } = zonesOf(seen, parts.rate);
      if (cutOff !== wasCutOff) {
        wasCutOff = cutOff;
        log.warn(cutOff ? 'all nodes are down: nothing is evicted' : 'some nodes are up again: evicting as usual');
        if (cutOff) for (const node of seen) await relieve(node);
        // Those who were cut off too are given their time anew.
        else for (const [name, memory] of memories) memories.set(name, { ...memory, seen: clock.monotonic() });
        return;
      }
      for (const { name, rate, nodes } of zones) await evict(name, rate, nodes);
    },
    async taint(name) {
      const node = parts.nodes.cache.get(name);
      if (node === undefined) return;
      const scheduling = noScheduleTaints(node, clock.now());
      const spec = scheduling === node.spec.taints ? node.spec : { ...node.spec, taints: scheduling };
      const next = { ...node, spec };
      const taints = evictingKey(next) === undefined ? reachableTaints(next) : (spec.taints ?? []);
      const known = node.spec.taints ?? [];
      if (taints === known || (taints.length === 0 && known.length === 0)) return;
      await client.update(nodesToken, { ...node, spec: { ...node.spec, taints } });
    },
  };

  async function relieve(node: Node): Promise<void> {
    const taints = reachableTaints(node);
    if (taints !== (node.spec.taints ?? taints)) await write(node, taints);
  }
}
