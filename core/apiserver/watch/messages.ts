import type { Writable } from '#core/base';
import { acceptWebSocket, listedIn, untilGone, webSocket, type WebSocket } from '#core/machinery/streams';
import { BEARER_PROTOCOL } from '../auth/authentication/bearer.ts';
import type { Context } from '../context.ts';
import type { Format } from '../encoding/media.ts';
import type { Answer } from '../types.ts';
import type { WatchPlan } from './plan.ts';
import type { WatchFormat } from './frames.ts';
import { type OpenWatch, streamWatch } from './serve.ts';

/** Bytes of length before an event in protobuf; a message has its own. */
const LENGTH = 4;

/**
 * A watch as messages of a WebSocket, one an event: text in JSON, bytes in protobuf and CBOR. A client that names no origin or offers
 * several subprotocols is turned away without a word. Upstream: apiserver/pkg/endpoints/handlers/watch.go,
 * golang.org/x/net/websocket/{server,hybi}.go.
 */
export function watchMessages(context: Context, format: WatchFormat, plan: WatchPlan, open: OpenWatch): Answer {
  if (!isOrigin(context.headers['origin'])) return bare(403);
  const offered = listedIn(context, 'sec-websocket-protocol').filter((one) => !one.startsWith(BEARER_PROTOCOL));
  if (offered.length > 1) return bare(400);
  const { duplex } = acceptWebSocket(context, () => offered[0] ?? '');
  const out = messagesOver(webSocket(duplex), duplex.writable, format.media.format);
  streamWatch(context, format, plan, open, out, true);
  return { status: 101, headers: {}, body: 'upgraded' };
}

const bare = (status: number): Answer => ({ status, headers: {}, body: [] });

/** A path or an address with a scheme, as Go takes it. */
const isOrigin = (origin = ''): boolean => /^(?:\/|[a-z][a-z0-9+.-]*:)/i.test(origin);

/** Each chunk is an event, so each is a message; what the client says is let go. */
function messagesOver(socket: WebSocket, below: Writable, format: Format): Writable {
  const text = format !== 'protobuf' && format !== 'cbor';
  const skipped = format === 'protobuf' ? LENGTH : 0;
  const write = (frame: Uint8Array) => socket.send({ text, bytes: frame.subarray(skipped) });
  const closed = untilGone(socket).catch(() => below.abort('the client breaks the protocol'));
  return {
    write,
    writeMany: (frames) => {
      let behind: Promise<void> | undefined;
      for (const frame of frames) behind = write(frame) ?? behind;
      return behind;
    },
    end: () => socket.close(),
    abort: (reason) => below.abort(reason),
    closed: Promise.race([closed, below.closed]),
  };
}
