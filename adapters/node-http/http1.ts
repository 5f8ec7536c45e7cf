import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { http } from '#adapters/node-builtins';
import type { Answer, ApiServer, Headers, Peer, Request } from '#core/apiserver';
import { tooLarge } from '#core/machinery/status';
import type { Duplex } from '#core/base';
import { headersOfList } from './headers.ts';
import { lazySignal } from './lazy-signal.ts';
import type { HttpLimits } from './limits.ts';
import { peerOf } from './peer.ts';
import { duplexOver, wholeBody, writableOver } from './streams.ts';

const peers = new WeakMap<Socket, Peer>();

function peerOfSocket(socket: Socket): Peer {
  let peer = peers.get(socket);
  if (peer === undefined) {
    peer =
      'authorized' in socket ? peerOf(socket as TLSSocket) : { address: socket.remoteAddress ?? '', certificates: [] };
    peers.set(socket, peer);
  }
  return peer;
}

/** Serves HTTP/1.1 on connections that are handed to it (`emit('connection', socket)`), upgrades too. */
export function http1Server(server: Pick<ApiServer, 'serve'>, limits: HttpLimits): Server {
  const listener = http.createServer({
    maxHeaderSize: limits.headers,
    headersTimeout: limits.headersTimeout,
    requestTimeout: limits.bodyTimeout,
    keepAliveTimeout: limits.idle,
    // Time limits are looked after this often, in milliseconds.
    connectionsCheckingInterval: 5_000,
    insecureHTTPParser: false,
  });
  listener.on('request', (request, response) => void serveRequest(server, request, response));
  listener.on('upgrade', (request, socket: Socket, head) => void serveUpgrade(server, request, socket, head));
  listener.on('clientError', (_failure, socket) => {
    if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n');
    else socket.destroy();
  });
  return listener;
}

function requestOf(request: IncomingMessage, signal: () => AbortSignal): Request {
  return {
    method: request.method ?? 'GET',
    target: request.url ?? '/',
    headers: headersOfList(request.rawHeaders),
    peer: peerOfSocket(request.socket),
    body: (limit) => wholeBody(request, limit, () => tooLarge(`limit is ${limit}`)),
    signal,
  };
}

async function serveRequest(
  server: Pick<ApiServer, 'serve'>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const gone = lazySignal();
  response.on('close', gone.abort);
  response.on('error', () => response.destroy());
  const answer = await server.serve(requestOf(request, gone.signal));
  if (response.destroyed) return;
  // What was not read must not be taken for the next request.
  if (!request.complete) {
    request.resume();
    response.shouldKeepAlive = false;
  }
  send(response, answer, request.method === 'HEAD');
}

function send(response: ServerResponse, { status, headers, body }: Answer, headOnly: boolean): void {
  if (body === 'upgraded') {
    response.destroy();
    return;
  }
  if (typeof body === 'function') {
    response.writeHead(status, headers);
    if (headOnly) response.end();
    else {
      response.flushHeaders();
      body(writableOver(response));
    }
    return;
  }
  let length = 0;
  for (const piece of body) length += piece.length;
  response.writeHead(status, { ...headers, 'content-length': length });
  if (headOnly) response.end();
  else response.end(body.length === 1 ? body[0] : Buffer.concat(body, length));
}

/** A request that asks to take the connection over: it may be, or be answered as any other. */
async function serveUpgrade(
  server: Pick<ApiServer, 'serve'>,
  request: IncomingMessage,
  socket: Socket,
  head: Buffer,
): Promise<void> {
  const gone = lazySignal();
  socket.on('close', gone.abort);
  socket.on('error', () => socket.destroy());
  if (head.length > 0) socket.unshift(head);
  const upgrade = (headers: Headers): Duplex => {
    socket.setTimeout(0);
    socket.setNoDelay(true);
    socket.write(headText(101, headers));
    return duplexOver(socket);
  };
  const answer = await server.serve({
    ...requestOf(request, gone.signal),
    body: () => Promise.resolve(new Uint8Array()),
    upgrade,
  });
  if (answer.body === 'upgraded' || socket.destroyed) return;
  socket.write(headText(answer.status, { ...answer.headers, connection: 'close' }));
  const out = writableOver(socket);
  if (typeof answer.body === 'function') answer.body(out);
  else {
    for (const piece of answer.body) socket.write(piece);
    out.end();
  }
}

function headText(status: number, headers: Headers): string {
  const lines = [`HTTP/1.1 ${status} ${http.STATUS_CODES[status] ?? ''}`];
  for (const [name, value] of Object.entries(headers)) lines.push(`${name}: ${value.replace(/[\r\n]/g, ' ')}`);
  return `${lines.join('\r\n')}\r\n\r\n`;
}
