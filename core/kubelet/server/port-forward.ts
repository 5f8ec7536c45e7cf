import { type Duplex, type Log, type Turns, utf8 } from '#core/base';
import type { Answer, Request } from '#core/apiserver';
import {
  CHANNEL_PROTOCOLS,
  type SpdyStream,
  acceptWebSocket,
  channelsOver,
  isWebSocket,
  spdySession,
  tunnelOver,
  webSocket,
} from '#core/machinery/streams';
import { badRequest } from '#core/machinery/status';
import { messageOf } from '../context.ts';
import { acceptSpdy } from './remote.ts';
import { UPGRADED } from './sessions.ts';

export interface ForwardParts {
  readonly turns: Turns;
  readonly log: Log;
  /** Opens a connection to a port of the pod. */
  readonly connect: (port: number) => Promise<Duplex>;
  /** For messages. */
  readonly pod: string;
}

const PROTOCOL = 'portforward.k8s.io';
const TUNNEL = `SPDY/3.1+${PROTOCOL}`;
/** Milliseconds that the second stream of a connection may come after the first. */
const PAIR_WITHIN = 30_000;

/** Forwards ports of a pod. Throws a StatusError before the upgrade. Upstream: k8s.io/cri-streaming/pkg/streaming/portforward. */
export function servePortForward(parts: ForwardParts, request: Request, ports: readonly number[]): Answer {
  if (!isWebSocket(request)) {
    serveSpdy(parts, acceptSpdy(request, [PROTOCOL]).duplex);
    return UPGRADED;
  }
  const channelled = CHANNEL_PROTOCOLS.filter(({ version }) => version !== 5);
  const { duplex, protocol } = acceptWebSocket(request, (offered) => {
    if (offered.includes(TUNNEL)) return TUNNEL;
    if (ports.length === 0) throw badRequest('query parameter "port" is required');
    return offered.length === 0 ? '' : channelled.find(({ name }) => offered.includes(name))?.name;
  });
  const socket = webSocket(duplex);
  if (protocol === TUNNEL) serveSpdy(parts, tunnelOver(socket));
  else {
    const spoken = channelled.find(({ name }) => name === protocol) ?? channelled.find(({ version }) => version === 0)!;
    const channels = channelsOver(socket, spoken, ports.length * 2);
    ports.forEach((port, index) => {
      const [data, error] = [index * 2, index * 2 + 1];
      // Each channel opens with its port, so that the client knows which is which.
      const first = Uint8Array.of(port & 255, port >> 8);
      void channels.writable(data).write(first);
      void channels.writable(error).write(first);
      const ours = { readable: channels.readable(data), writable: channels.writable(data) };
      void forward(parts, port, ours, (said) => void channels.writable(error).write(utf8(said)));
    });
  }
  return UPGRADED;
}

/** Connections are pairs of streams with one `requestid`: one for data, one for what goes wrong. */
function serveSpdy(parts: ForwardParts, duplex: Duplex): void {
  const waiting = new Map<string, SpdyStream>();
  spdySession(duplex, 'server', (stream) => {
    const { streamtype, port: text = '', requestid } = stream.headers;
    const port = Number(text);
    if ((streamtype !== 'data' && streamtype !== 'error') || !Number.isInteger(port) || port < 1 || port > 65_535)
      return false;
    // Old clients number their streams instead: the data stream follows its error stream.
    const key = requestid ?? String(streamtype === 'error' ? stream.id : stream.id - 2);
    const other = waiting.get(key);
    if (other === undefined) {
      waiting.set(key, stream);
      parts.turns.after(PAIR_WITHIN, () => {
        if (waiting.get(key) !== stream) return;
        waiting.delete(key);
        stream.writable.abort();
      });
      return true;
    }
    if (other.headers['streamtype'] === streamtype) return false;
    waiting.delete(key);
    const [data, error] = streamtype === 'data' ? [stream, other] : [other, stream];
    void forward(parts, port, data, (said) => void error.writable.write(utf8(said))).then(() => error.writable.end());
    return true;
  });
}

/** Until both directions are done. Never rejects. */
async function forward(
  { connect, pod, log }: ForwardParts,
  port: number,
  client: Duplex,
  tell: (error: string) => void,
): Promise<void> {
  let target: Duplex;
  try {
    target = await connect(port);
  } catch (failure) {
    tell(`error forwarding port ${port} to pod ${pod}: ${messageOf(failure)}`);
    client.writable.end();
    client.readable.cancel();
    return;
  }
  const failed = (failure: unknown) =>
    log.debug('a forwarded connection broke', { pod, port, failure: messageOf(failure) });
  await Promise.all([carry(client, target).catch(failed), carry(target, client).catch(failed)]);
}

async function carry(from: Duplex, to: Duplex): Promise<void> {
  try {
    for (let chunk = await from.readable.read(); chunk !== undefined; chunk = await from.readable.read()) {
      await to.writable.write(chunk);
    }
    to.writable.end();
  } catch (failure) {
    to.writable.abort(failure);
    from.readable.cancel(failure);
    throw failure;
  }
}
