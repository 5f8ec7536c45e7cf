import {
  constants,
  type IncomingHttpHeaders,
  performServerHandshake,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';
import { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import type { Answer, ApiServer, Peer } from '#core/apiserver';
import { tooLarge } from '#core/machinery/status';
import { headersOfStream } from './headers.ts';
import { type Late, lateAfter } from './late.ts';
import { lazySignal } from './lazy-signal.ts';
import type { HttpLimits } from './limits.ts';
import { peerOf } from './peer.ts';
import { wholeBody, writableOver } from './streams.ts';

/** Bytes that a peer may send ahead on one stream, and on all streams of a connection. */
const STREAM_WINDOW = 256 * 1024;
const CONNECTION_WINDOW = 1024 * 1024;

/** Pieces of fewer bytes in all are joined into one; larger ones would only give the collector work. */
const JOINED = 16 * 1024;

/** Serves connections that chose HTTP/2, by the core stream event. */
export interface Http2Server {
  serve(socket: TLSSocket): ServerHttp2Session;
  close(): void;
}

export function http2Server(server: Pick<ApiServer, 'serve'>, limits: HttpLimits): Http2Server {
  const bodies = lateAfter<ServerHttp2Stream>(limits.bodyTimeout, (stream) => stream.close(constants.NGHTTP2_CANCEL));
  return {
    serve(socket) {
      const peer = peerOf(socket);
      const session = performServerHandshake(socket, {
        settings: {
          maxConcurrentStreams: limits.streams,
          initialWindowSize: STREAM_WINDOW,
          maxHeaderListSize: limits.headers,
          enablePush: false,
        },
        maxHeaderListPairs: 256,
        maxSessionMemory: 64,
      });
      session.setLocalWindowSize?.(CONNECTION_WINDOW);
      let openStreams = 0;
      // A connection on which nothing is asked for is closed; an open watch keeps it.
      session.setTimeout(limits.idle, () => {
        if (!session.closed && openStreams === 0) session.close();
      });
      session.on('error', () => session.destroy());
      session.on('stream', (stream, headers) => {
        openStreams++;
        const gone = lazySignal();
        stream.destroy = destroyQuietly;
        stream.on('close', () => {
          openStreams--;
          gone.abort();
        });
        // A reset by the client; whoever writes learns of it by `closed`.
        stream.on('error', ignored);
        void serveStream(server, peer, stream, headers, gone.signal, bodies);
      });
      return session;
    },
    close: () => bodies.stop(),
  };
}

const ignored = () => {};

/**
 * An answer's last piece is acknowledged only after its stream is closed, so Node makes an error at every stream's end,
 * which nobody gets: it is made without a stack, which costs more than all the rest of the end.
 */
function destroyQuietly(this: ServerHttp2Stream, failure?: Error): ServerHttp2Stream {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return Duplex.prototype.destroy.call(this, failure) as ServerHttp2Stream;
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

async function serveStream(
  server: Pick<ApiServer, 'serve'>,
  peer: Peer,
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  signal: () => AbortSignal,
  bodies: Late<ServerHttp2Stream>,
): Promise<void> {
  const method = headers[':method'] ?? 'GET';
  const answer = await server.serve({
    method,
    target: headers[':path'] ?? '/',
    headers: headersOfStream(headers),
    peer,
    body: (limit) => readBody(stream, limit, bodies),
    signal,
  });
  if (stream.destroyed) return;
  send(stream, answer, method === 'HEAD');
  // What was not read is not waited for: once the answer is sent the stream is reset, without an error.
  if (typeof answer.body !== 'function' && !stream.readableEnded && !stream.endAfterHeaders) stream.close();
}

const EMPTY = new Uint8Array();

async function readBody(
  stream: ServerHttp2Stream,
  limit: number,
  bodies: Late<ServerHttp2Stream>,
): Promise<Uint8Array> {
  if (stream.endAfterHeaders) return EMPTY;
  bodies.begin(stream);
  try {
    return await wholeBody(stream, limit, () => tooLarge(`limit is ${limit}`));
  } finally {
    bodies.end(stream);
  }
}

function send(stream: ServerHttp2Stream, { status, headers, body }: Answer, headOnly: boolean): void {
  const head: Record<string, string | number> = { ...headers, ':status': status };
  if (body === 'upgraded') {
    stream.close(constants.NGHTTP2_PROTOCOL_ERROR);
    return;
  }
  if (typeof body === 'function') {
    stream.respond(head, headOnly ? { endStream: true } : undefined);
    if (!headOnly) body(writableOver(stream));
    return;
  }
  let length = 0;
  for (const piece of body) length += piece.length;
  head['content-length'] = length;
  if (headOnly || length === 0) {
    stream.respond(head, { endStream: true });
    return;
  }
  stream.respond(head);
  if (body.length === 1) stream.end(body[0]);
  else if (length <= JOINED) stream.end(Buffer.concat(body, length));
  else {
    stream.cork();
    for (const piece of body) stream.write(piece);
    stream.end();
    stream.uncork();
  }
}
