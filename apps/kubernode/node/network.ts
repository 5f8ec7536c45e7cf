import { resolversOf, serveDns } from '#adapters/dns-socket';
import { forgetFlow, openNft } from '#adapters/nftables';
import { setRoutes } from '#adapters/node-routes';
import { nodes } from '#core/api/tokens';
import { type Log, sleep, type Random, type Turns } from '#core/base';
import { createInformers, type Client } from '#core/client';
import { createWorld, DNS_SERVICE, ownSlice, publishSlice } from '#core/network/dns';
import { createPolicies } from '#core/network/policies';
import { createRoutes, createServiceProxy } from '#core/network/proxy';
import { contains } from '#core/network/services';
import { join } from 'node:path';
import type { NodeConfig } from '../node-config.ts';

const DNS_PORT = 53;
const PUBLISH_RETRY = 5000;
const LISTEN_RETRY = 1000;

export interface NetworkParts {
  readonly config: NodeConfig;
  readonly client: Client;
  readonly turns: Turns;
  readonly random: Random;
  readonly log: Log;
  readonly signal: AbortSignal;
}

export interface NodeNetwork {
  /** The machine's name servers. */
  readonly resolvers: readonly string[];
  /** Rules and routes are in place. */
  readonly ready: Promise<void>;
  /** Ends what this process does; rules and routes stay for the pods that go on. */
  close(): Promise<void>;
}

/** Services, network policies, the ways to the other nodes' pods, and DNS, for one node. */
export async function startNetwork({ config, client, turns, random, log, signal }: NetworkParts): Promise<NodeNetwork> {
  const informers = createInformers({ client, turns, random, log });
  const resolvers = await resolversOf([join(config.dataDir, 'resolv.conf'), '/etc/resolv.conf']);
  const nft = openNft();
  const node = { name: config.name, ip: config.ip };
  const proxy = createServiceProxy({
    informers,
    turns,
    log,
    node,
    podRanges: [config.podCIDRs],
    serviceRanges: [config.serviceCIDR],
    own: new Map([[DNS_SERVICE, [ownSlice(node)]]]),
    apply: (commands) => nft.apply(commands),
    forget: forgetFlow,
  });
  const bridge = `${config.ip}/24`;
  const routes = createRoutes({
    informers,
    turns,
    log,
    nodeName: config.name,
    isNeighbour: (ip) => contains(bridge, ip),
    apply: setRoutes,
  });
  const policies = createPolicies({
    informers,
    turns,
    log,
    nodeName: config.name,
    apply: (commands) => nft.apply(commands),
  });
  const world = createWorld({
    informers,
    domain: config.clusterDomain,
    ranges: [config.serviceCIDR, config.podCIDRs],
  });
  // An agent that was killed may hold the port for a moment longer.
  const listen = async () => {
    for (;;) {
      try {
        return await serveDns({ world, address: config.ip, port: DNS_PORT, resolvers });
      } catch (error) {
        log.error('cluster DNS cannot listen', { address: config.ip, error: String(error) });
        await sleep(turns, LISTEN_RETRY, signal);
      }
    }
  };
  const dns = world.synced.then(listen);
  dns.catch(() => undefined);

  // The slice tells others who answers; this node's own rules do not wait for it.
  const publish = async () => {
    const informer = informers.get(nodes);
    await informer.synced;
    for (;;) {
      const uid = informer.cache.get(config.name)?.metadata.uid;
      try {
        if (uid !== undefined) return await publishSlice(client, ownSlice({ ...node, uid }));
      } catch (error) {
        log.warn("the node's DNS endpoint cannot be published", { error: String(error) });
      }
      await sleep(turns, PUBLISH_RETRY, signal);
    }
  };
  void dns.then(publish).catch(() => undefined);

  return {
    resolvers,
    ready: Promise.all([proxy.ready, routes.ready]).then(() => undefined),
    async close() {
      proxy.stop();
      routes.stop();
      policies.stop();
      informers.stop();
      nft.close();
      await dns.then((server) => server.close()).catch(() => undefined);
    },
  };
}
