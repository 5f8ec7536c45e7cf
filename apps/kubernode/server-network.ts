import { listenOnLoopback } from '#adapters/node-ports';
import type { Log, Random, Turns } from '#core/base';
import { createInformers } from '#core/client';
import type { ControlPlane } from '#core/cluster';
import { ensureNetworkObjects } from '#core/network/bootstrap';
import { createNodePorts } from '#core/network/node-ports';
import { contains } from '#core/network/services';
import { eventRecorder } from '#core/operator';

export interface ServerNetworkParts {
  readonly plane: ControlPlane;
  readonly turns: Turns;
  readonly random: Random;
  readonly log: Log;
  /** The cluster's DNS Service. */
  readonly clusterDns: string;
  /** The network of real nodes on this machine; without one nothing listens for node ports. */
  readonly nodes: string | undefined;
}

const USER = { name: 'system:kubernode-network', groups: ['system:masters', 'system:authenticated'] };
const NAME = 'kubernode-network';

/** What the server does for its nodes' network: the objects that they need, and node ports on the machine's own loopback. */
export function startServerNetwork({ plane, turns, random, log, clusterDns, nodes }: ServerNetworkParts): () => void {
  const client = plane.client(USER, NAME);
  const over = new AbortController();
  const parts = { client, turns, random, log };
  void plane.bootstrap.ready.then(
    () => ensureNetworkObjects({ ...parts, signal: over.signal }, clusterDns),
    () => undefined,
  );
  if (nodes === undefined) return () => over.abort();
  const informers = createInformers(parts);
  const nodePorts = createNodePorts({
    ...parts,
    informers,
    recorder: eventRecorder({ ...parts, component: NAME }),
    isReachable: (ip) => contains(nodes, ip),
    listen: listenOnLoopback,
  });
  return () => {
    over.abort();
    nodePorts.stop();
    informers.stop();
  };
}
