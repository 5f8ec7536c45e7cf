import { concat, duplexPair, pipe, type Duplex, type Readable } from '#core/base';
import { internalError } from '#core/machinery/status';
import type { OutboundAnswer, OutboundRequest, UpgradeAnswer } from '../outbound.ts';
import type { Answer, Headers, Request } from '../types.ts';

/** Somebody in this process who answers requests as if they came over the network: a simulated node's kubelet, a test's webhook. */
export type LocalHandler = (request: Request) => Promise<Answer>;

const never = new AbortController().signal;

/** Asks a local handler; `certificates` (DER) are what the caller shows of itself. */
export async function askLocally(
  handler: LocalHandler,
  request: OutboundRequest,
  certificates: readonly Uint8Array[],
): Promise<OutboundAnswer> {
  const { status, headers, body } = await handler(incoming(request, certificates));
  if (body === 'upgraded') throw internalError('a local handler upgraded a request that did not ask for it');
  return { status, headers, body: readableOf(body) };
}

/** Likewise for a request that asks for an upgrade. */
export async function upgradeLocally(
  handler: LocalHandler,
  request: OutboundRequest,
  certificates: readonly Uint8Array[],
): Promise<UpgradeAnswer> {
  let upgraded: { readonly headers: Headers; readonly duplex: Duplex } | undefined;
  const answer = await handler({
    ...incoming(request, certificates),
    upgrade: (headers) => {
      const [ours, theirs] = duplexPair();
      upgraded = { headers, duplex: ours };
      return theirs;
    },
  });
  return upgraded === undefined
    ? { head: answer }
    : { head: { status: 101, headers: upgraded.headers, body: 'upgraded' }, duplex: upgraded.duplex };
}

function incoming(request: OutboundRequest, certificates: readonly Uint8Array[]): Request {
  return {
    method: request.method,
    target: request.path,
    headers: request.headers,
    peer: { address: '127.0.0.1', certificates },
    body: () => Promise.resolve(request.body ?? new Uint8Array()),
    signal: () => request.signal ?? never,
  };
}

function readableOf(body: Exclude<Answer['body'], 'upgraded'>): Readable {
  const { readable, writable } = pipe();
  if (typeof body === 'function') {
    body(writable);
  } else {
    void writable.write(concat(body));
    writable.end();
  }
  return readable;
}
