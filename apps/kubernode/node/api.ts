import { serveHttp, type HttpServer } from '#adapters/node-http';
import { nodeCrypto } from '#adapters/node-crypto';
import type { Peer, User } from '#core/apiserver';
import { certificateOf } from '#core/apiserver/certificates';
import { sleep, type Turns } from '#core/base';
import type { Client } from '#core/client';
import type { Kubelet } from '#core/kubelet';
import { delegatedAccess } from '#core/kubelet/access';
import { createKubeletServer } from '#core/kubelet/server';
import type { NodeConfig } from '../node-config.ts';
import { followServing, readServing } from './serving-files.ts';

const PORT = 10250;
const LISTEN_ATTEMPTS = 50;
const LISTEN_RETRY = 100;

/** The kubelet's API on the node's address, for those whom the API server lets. */
export async function serveKubelet(
  config: NodeConfig,
  client: Client,
  turns: Turns,
  kubelet: Kubelet,
): Promise<HttpServer> {
  const authorize = delegatedAccess({
    nodeName: config.name,
    client,
    userOf,
    clock: turns.clock,
    crypto: nodeCrypto,
  });
  const serve = createKubeletServer({ kubelet, authorize });
  const files = { certificate: config.servingCertificate, key: config.servingKey, clientCa: config.clientCa };
  const tls = readServing(files);
  const server = await listen(turns, () => serveHttp({ serve }, { address: config.ip, port: PORT, tls }));
  const unfollow = followServing(files, (renewed) => server.renew(renewed));
  return {
    ...server,
    close(grace) {
      unfollow();
      return server.close(grace);
    },
  };
}

/** An agent that was replaced may hold the port for a moment longer. */
async function listen(turns: Turns, serve: () => Promise<HttpServer>): Promise<HttpServer> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await serve();
    } catch (error) {
      if (attempt === LISTEN_ATTEMPTS) throw error;
      await sleep(turns, LISTEN_RETRY);
    }
  }
}

/** Whom a verified client certificate names. */
function userOf({ certificates: [leaf] }: Peer): User | undefined {
  if (leaf === undefined) return undefined;
  const { commonName, organizations } = certificateOf(leaf).subject;
  return { name: commonName, groups: [...organizations, 'system:authenticated'] };
}
