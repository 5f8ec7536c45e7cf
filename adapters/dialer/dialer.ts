import type { IncomingMessage, RequestOptions } from 'node:http';
import https from 'node:https';
import net from 'node:net';
import { http } from '#adapters/node-builtins';
import type { Headers, OutboundRequest, UpgradeAnswer } from '#core/apiserver';
import type { Dialer, Origin } from '#core/apiserver/dialing';
import { serviceUnavailable, timeout } from '#core/machinery/status';
import { duplexOf, readableOf } from './streams.ts';

/** In milliseconds. */
export interface Waits {
  /** For a connection to be made, TLS included. */
  readonly connect: number;
  /**
   * How long a connection rests before it is given up. Longer, and the other side may have gone without a word: what is sent
   * then gets no answer for a quarter of an hour, where a new connection fails soon.
   */
  readonly rest: number;
}

const WAITS: Waits = { connect: 10_000, rest: 5000 };
/** A connection on which nothing is said is asked for life after so long, then so often, so many times. */
const [SILENCE, ASK_EVERY, ASKED] = [15_000, 5000, 3];
/** Of an answer to a refused upgrade: an error's text, no more. */
const MOST_REFUSAL = 64 * 1024;

/** Dials over HTTP/1.1 and TCP. Connections are kept a while for the next request to the same origin, by their TLS settings. */
export function nodeDialer(waits: Partial<Waits> = {}): Dialer & { close(): void } {
  const { connect, rest } = { ...WAITS, ...waits };
  const kept = { keepAlive: true, maxFreeSockets: 32, timeout: rest };
  const plain = new http.Agent(kept);
  const secure = new https.Agent(kept);

  const open = (origin: Origin, request: OutboundRequest, fresh: boolean) => {
    const { ca, serverName, insecure, client } = origin.tls ?? {};
    const options: RequestOptions & https.RequestOptions = {
      host: origin.host,
      port: origin.port,
      method: request.method,
      path: request.path,
      headers: request.headers,
      ...(fresh ? { agent: false } : { agent: origin.scheme === 'https' ? secure : plain }),
      ...(origin.scheme === 'https'
        ? {
            ...(ca === undefined ? {} : { ca }),
            ...(client === undefined ? {} : { cert: client.certificate, key: client.key }),
            rejectUnauthorized: insecure !== true,
            ...(serverName !== undefined
              ? { servername: serverName }
              : net.isIP(origin.host) === 0
                ? {}
                : { servername: '' }),
          }
        : {}),
    };
    const call = origin.scheme === 'https' ? https.request(options) : http.request(options);
    const late = () => void call.destroy(timeout(`no connection to ${origin.host}:${origin.port}`));
    const connecting = setTimeout(late, connect);
    call.once('close', () => clearTimeout(connecting));
    call.once('socket', (socket) => {
      socket.setKeepAlive(true, SILENCE, ASK_EVERY, ASKED);
      if (call.reusedSocket) clearTimeout(connecting);
      else socket.once(origin.scheme === 'https' ? 'secureConnect' : 'connect', () => clearTimeout(connecting));
    });
    const abort = () => call.destroy(new Error('the client went away'));
    request.signal?.addEventListener('abort', abort, { once: true });
    call.once('close', () => request.signal?.removeEventListener('abort', abort));
    if (request.timeout !== undefined) {
      const whole = setTimeout(() => call.destroy(timeout('context deadline exceeded')), request.timeout);
      call.once('close', () => clearTimeout(whole));
    }
    return call;
  };

  return {
    request: (origin, request) =>
      new Promise((resolve, reject) => {
        const call = open(origin, request, false);
        call.once('error', (error) => reject(refused(origin, error)));
        call.once('response', (answer) =>
          resolve({ status: answer.statusCode ?? 502, headers: headersOf(answer), body: readableOf(answer) }),
        );
        call.end(request.body);
      }),

    upgrade: (origin, request) =>
      new Promise<UpgradeAnswer>((resolve, reject) => {
        const call = open(origin, request, true);
        call.once('error', (error) => reject(refused(origin, error)));
        call.once('upgrade', (answer, socket, head) => {
          if (head.length > 0) socket.unshift(head);
          resolve({ head: { status: 101, headers: headersOf(answer), body: 'upgraded' }, duplex: duplexOf(socket) });
        });
        call.once('response', (answer) => {
          const chunks: Buffer[] = [];
          let length = 0;
          answer.on('data', (chunk: Buffer) => {
            length += chunk.length;
            if (length <= MOST_REFUSAL) chunks.push(chunk);
          });
          answer.once('end', () =>
            resolve({ head: { status: answer.statusCode ?? 502, headers: headersOf(answer), body: chunks } }),
          );
          answer.once('error', (error) => reject(refused(origin, error)));
        });
        call.end(request.body);
      }),

    connect: (host, port) =>
      new Promise((resolve, reject) => {
        const socket = net.connect({ host, port, allowHalfOpen: true, timeout: connect });
        socket.once('timeout', () => socket.destroy(new Error('no connection in time')));
        socket.once('error', (error) => reject(refused({ scheme: 'http', host, port }, error)));
        socket.once('connect', () => {
          socket.setTimeout(0);
          socket.setNoDelay(true);
          socket.setKeepAlive(true, SILENCE, ASK_EVERY, ASKED);
          resolve(duplexOf(socket));
        });
      }),

    close() {
      plain.destroy();
      secure.destroy();
    },
  };
}

/** Headers of the connection itself are not the answer's. */
const HOP_BY_HOP = new Set(['connection', 'keep-alive', 'proxy-authenticate', 'te', 'trailer', 'transfer-encoding']);

function headersOf(answer: IncomingMessage): Headers {
  const headers: [string, string][] = [];
  for (const [name, value] of Object.entries(answer.headers)) {
    if (value === undefined || (HOP_BY_HOP.has(name) && answer.statusCode !== 101)) continue;
    headers.push([name, Array.isArray(value) ? value.join(', ') : value]);
  }
  return Object.fromEntries(headers);
}

/** A StatusError that says whom we could not reach, in words that name the address. */
function refused({ host, port }: Origin, error: Error): Error {
  if (error.name === 'StatusError') return error;
  const code = 'code' in error ? String(error.code) : '';
  const why =
    code === 'ECONNREFUSED'
      ? `dial tcp ${host}:${port}: connect: connection refused`
      : `${host}:${port}: ${error.message}`;
  return serviceUnavailable(`error trying to reach service: ${why}`);
}
