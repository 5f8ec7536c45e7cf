import type { Log, Metrics, Random, Turns } from '#core/base';
import { type SimulatedNode, startSimulatedNode } from '#core/kubelet/simulated';
import type { ControlPlane } from './control-plane.ts';

export interface SimulatedNodesParts {
  readonly plane: ControlPlane;
  readonly turns: Turns;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: Metrics;
  /** `v1.36.1+kubernode.1`. */
  readonly version: string;
  /** A node's pods get addresses of this range; absent where the cluster has a controller that gives nodes their ranges. */
  readonly podCidrOf?: (index: number) => string;
  /** Tells of images that no registry has; without it there is every image. */
  readonly isMissing?: (image: string) => boolean;
}

/** The nodes of a cluster that only play, by name. */
export interface SimulatedNodes {
  get(name: string): SimulatedNode | undefined;
  readonly names: readonly string[];
  /** One more node, `node-N` unless named; it registers by itself. */
  add(name?: string): SimulatedNode;
  /** The node's power is cut: it says nothing any more, and the API is not told. */
  kill(name: string): void;
  stop(): void;
}

/** The groups that a kubelet's certificate gives it. */
const GROUPS = ['system:nodes', 'system:authenticated'];

/** Nodes that live in the server's process, each with the identity and rights of a real one. */
export function simulatedNodes(parts: SimulatedNodesParts): SimulatedNodes {
  const { plane, turns, random, log, metrics, version, podCidrOf, isMissing } = parts;
  const nodes = new Map<string, SimulatedNode>();
  let made = 0;
  return {
    get: (name) => nodes.get(name),
    get names() {
      return [...nodes.keys()];
    },
    add(name = `node-${made + 1}`) {
      const index = made++;
      const podCidr = podCidrOf?.(index);
      const node = startSimulatedNode({
        client: plane.client({ name: `system:node:${name}`, groups: GROUPS }, 'kubelet'),
        turns,
        random,
        log,
        metrics,
        node: { name, addresses: [addressOf(index)], version },
        ...(podCidr === undefined ? {} : { podCidr }),
        ...(isMissing === undefined ? {} : { isMissing }),
      });
      nodes.set(name, node);
      return node;
    },
    kill(name) {
      nodes.get(name)?.kubelet.stop();
      nodes.delete(name);
    },
    stop() {
      for (const { kubelet } of nodes.values()) kubelet.stop();
      nodes.clear();
    },
  };
}

/** Of 198.18.0.0/15, which is set aside for benchmarks (RFC 2544): it cannot be anybody's. */
function addressOf(index: number): string {
  const host = index + 1;
  return `198.${18 + (host >> 16)}.${(host >> 8) & 255}.${host & 255}`;
}
