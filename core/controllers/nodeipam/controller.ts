import { nodes } from '#core/api/tokens';
import { parseRange } from '#core/machinery/names';
import { controller, eventRecorder, objects } from '#core/operator';
import type { ControllerDefinition } from '../definition.ts';
import { ranges } from './ranges.ts';

const SIZES = { IPv4: 24, IPv6: 64 };

/** Gives every node its part of the cluster's pod addresses. Upstream: pkg/controller/nodeipam/ipam/range_allocator.go. */
export const nodeIpamController: ControllerDefinition = {
  name: 'node-ipam-controller',
  alias: 'nodeipam',
  watches: [nodes],
  start({ informers, turns, random, log, metrics, clientFor, settings }) {
    const { clusterCidrs = [], nodeCidrMaskSizes } = settings;
    if (clusterCidrs.length === 0) return { stop() {} };
    const sizes = { ...SIZES, ...nodeCidrMaskSizes };
    const pools = clusterCidrs.map((range) =>
      ranges(range, parseRange(range)?.address.family === 6 ? sizes.IPv6 : sizes.IPv4),
    );
    const client = clientFor('node-controller');
    const informer = informers.get(nodes);
    const events = eventRecorder({ client, turns, random, log, component: 'cidrAllocator' });
    const cidrsOf = (spec: { readonly podCIDRs?: readonly string[]; readonly podCIDR?: string }) =>
      spec.podCIDRs ?? (spec.podCIDR === undefined || spec.podCIDR === '' ? [] : [spec.podCIDR]);

    // What nodes have already is known before anything is handed out: handlers run before work begins.
    const leave = informer.handle((next, previous) => {
      for (const pool of pools) {
        if (next !== undefined) for (const range of cidrsOf(next.spec)) pool.occupy(range);
        else for (const range of cidrsOf(previous!.spec)) pool.release(range);
      }
    });
    const running = controller({
      name: 'cidrallocator_node',
      sources: [objects(informer, (next) => next !== undefined && cidrsOf(next.spec).length === 0)],
      async reconcile(name) {
        const node = informer.cache.get(name);
        if (node === undefined || cidrsOf(node.spec).length > 0) return;
        const taken: { readonly range: string; release(): void }[] = [];
        const giveBack = () => {
          for (const { release } of taken) release();
        };
        for (const pool of pools) {
          const range = pool.take();
          if (range === undefined) {
            giveBack();
            events.event(node, 'Normal', 'CIDRNotAvailable', `Node ${name} status is now: CIDRNotAvailable`);
            throw new Error(`all parts of ${clusterCidrs.join(', ')} are taken`);
          }
          taken.push({ range, release: () => pool.release(range) });
        }
        const podCIDRs = taken.map(({ range }) => range);
        try {
          const patch = { metadata: { uid: node.metadata.uid }, spec: { podCIDR: podCIDRs[0], podCIDRs } };
          await client.patch(nodes, { name }, { type: 'strategic', patch });
        } catch (refused) {
          giveBack();
          throw refused;
        }
      },
      concurrency: 1,
      turns,
      log,
      metrics,
    });
    return {
      stop() {
        leave();
        running.stop();
      },
    };
  },
};
