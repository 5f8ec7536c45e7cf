import {
  constants,
  type IncomingHttpHeaders,
  performServerHandshake,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';
import type { TLSSocket } from 'node:tls';
import type { Answer, ApiServer, Peer } from '#core/apiserver';
import { tooLarge } from '#core/machinery/status';
import { headersOfStream } from './headers.ts';
import type { HttpLimits } from './limits.ts';
import { peerOf } from './peer.ts';
import { wholeBody, writableOver } from './streams.ts';

/** Bytes that a peer may send ahead on one stream, and on all streams of a connection. */
const STREAM_WINDOW = 256 * 1024;
const CONNECTION_WINDOW = 1024 * 1024;

/** Pieces of fewer bytes in all are joined into one; larger ones would only give the collector work. */
const JOINED = 16 * 1024;

/** Serves one connection that chose HTTP/2, by the core stream event. */
export function serveHttp2(
  server: Pick<ApiServer, 'serve'>,
  socket: TLSSocket,
  limits: HttpLimits,
): ServerHttp2Session {
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
  // A connection on which nothing is asked for is closed; an open watch keeps it.
  session.setTimeout(limits.idle, () => {
    if (!session.closed && openStreams === 0) session.close();
  });
  let openStreams = 0;
  session.on('error', () => session.destroy());
  session.on('stream', (stream, headers) => {
    openStreams++;
    stream.on('close', () => openStreams--);
    // A reset by the client; whoever writes learns of it by `closed`.
    stream.on('error', () => stream.destroy());
    void serveStream(server, peer, stream, headers, limits);
  });
  return session;
}

/** Why a request's signal aborts; made once, since every request's end says it. */
const GONE = new Error('the client went away');

async function serveStream(
  server: Pick<ApiServer, 'serve'>,
  peer: Peer,
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  limits: HttpLimits,
): Promise<void> {
  const gone = new AbortController();
  stream.on('close', () => gone.abort(GONE));
  const method = headers[':method'] ?? 'GET';
  const answer = await server.serve({
    method,
    target: headers[':path'] ?? '/',
    headers: headersOfStream(headers),
    peer,
    body: (limit) => readBody(stream, limit, limits),
    signal: gone.signal,
  });
  if (!stream.destroyed) send(stream, answer, method === 'HEAD');
}

function readBody(stream: ServerHttp2Stream, limit: number, { bodyTimeout }: HttpLimits): Promise<Uint8Array> {
  if (stream.endAfterHeaders) return Promise.resolve(new Uint8Array());
  const late = setTimeout(() => stream.close(constants.NGHTTP2_CANCEL), bodyTimeout);
  return wholeBody(stream, limit, () => tooLarge(`limit is ${limit}`)).finally(() => clearTimeout(late));
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
