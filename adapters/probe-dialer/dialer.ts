import { connect as connectHttp2, constants } from 'node:http2';
import type { IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import { connect } from 'node:net';
import { http } from '#adapters/node-builtins';
import type { Dialer, HttpProbe } from '#core/kubelet';

/** Bytes of a body that are told of. Upstream: pkg/probe/http. */
const MOST_BODY = 10 * 1024;
const MOST_REDIRECTS = 10;

/** Reaches containers from this machine over the network. */
export function nodeDialer(): Dialer {
  return {
    http: (probe) => askHttp(probe, MOST_REDIRECTS),
    tcp: askTcp,
    grpc: askGrpc,
  };
}

const bracketed = (host: string) => (host.includes(':') ? `[${host}]` : host);

function askHttp(probe: HttpProbe, redirects: number): Promise<{ status: number; body: string }> {
  const { method, scheme, host, port, path, headers, timeoutMilliseconds } = probe;
  const url = `${scheme}://${bracketed(host)}:${port}${path}`;
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number; body: string }>();
  const list = headers.flatMap(([name, value]) => [name, value]);
  const asksHost = headers.some(([name]) => name.toLowerCase() === 'host');
  const request = (scheme === 'https' ? requestHttps : http.request)(
    {
      method,
      host,
      port,
      path,
      headers: asksHost ? list : ['Host', `${bracketed(host)}:${port}`, ...list],
      agent: false,
      rejectUnauthorized: false,
    },
    (answer) => take(answer),
  );
  const timer = setTimeout(() => {
    request.destroy(
      new Error(`Get "${url}": context deadline exceeded (Client.Timeout exceeded while awaiting headers)`),
    );
  }, timeoutMilliseconds);
  const take = (answer: IncomingMessage) => {
    const { statusCode: status = 0 } = answer;
    const { location } = answer.headers;
    if (status >= 300 && status < 400 && location !== undefined && redirects > 0) {
      const next = redirected(probe, url, location);
      if (next !== undefined) {
        answer.destroy();
        clearTimeout(timer);
        return resolve(askHttp(next, redirects - 1));
      }
    }
    const pieces: Buffer[] = [];
    let size = 0;
    const finish = () => {
      clearTimeout(timer);
      resolve({ status, body: Buffer.concat(pieces).toString('utf8', 0, MOST_BODY) });
    };
    answer.on('data', (piece: Buffer) => {
      pieces.push(piece);
      size += piece.length;
      if (size < MOST_BODY) return;
      finish();
      answer.destroy();
    });
    answer.on('end', finish);
    answer.on('error', reject);
  };
  request.on('error', (failure) => {
    clearTimeout(timer);
    reject(failure.message.startsWith('Get ') ? failure : new Error(`Get "${url}": ${failure.message}`));
  });
  request.end();
  return promise;
}

/** Only to the same host: elsewhere a probe would say something of somebody else. */
function redirected(probe: HttpProbe, from: string, location: string): HttpProbe | undefined {
  const base = new URL(from);
  const next = URL.canParse(location, base) ? new URL(location, base) : undefined;
  if (next === undefined || next.hostname !== base.hostname || !/^https?:$/.test(next.protocol)) return undefined;
  const scheme = next.protocol === 'https:' ? 'https' : 'http';
  const port = next.port === '' ? (scheme === 'https' ? 443 : 80) : Number(next.port);
  return { ...probe, scheme, port, path: next.pathname + next.search };
}

function askTcp(host: string, port: number, timeoutMilliseconds: number): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const socket = connect({ host, port, timeout: timeoutMilliseconds });
  socket.on('connect', () => {
    socket.destroy();
    resolve();
  });
  socket.on('timeout', () => socket.destroy(new Error(`dial tcp ${bracketed(host)}:${port}: i/o timeout`)));
  socket.on('error', (failure) => {
    reject(
      failure.message.startsWith('dial')
        ? failure
        : new Error(`dial tcp ${bracketed(host)}:${port}: ${failure.message}`),
    );
  });
  return promise;
}

const SERVING = ['UNKNOWN', 'SERVING', 'NOT_SERVING', 'SERVICE_UNKNOWN'];

/** grpc.health.v1.Health/Check by hand: one string goes, one enum comes; no library is needed for it. */
function askGrpc(host: string, port: number, service: string, timeoutMilliseconds: number): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const session = connectHttp2(`http://${bracketed(host)}:${port}`);
  const end = (failure?: Error) => {
    clearTimeout(timer);
    session.destroy();
    if (failure !== undefined) reject(failure);
  };
  const timer = setTimeout(
    () =>
      end(
        new Error(
          `timeout: failed to connect service "${bracketed(host)}:${port}" within ${timeoutMilliseconds / 1000}s`,
        ),
      ),
    timeoutMilliseconds,
  );
  session.on('error', (failure) => end(new Error(`rpc error: code = Unavailable desc = ${failure.message}`)));
  const stream = session.request({
    [constants.HTTP2_HEADER_METHOD]: 'POST',
    [constants.HTTP2_HEADER_PATH]: '/grpc.health.v1.Health/Check',
    'content-type': 'application/grpc',
    'user-agent': 'kube-probe/1.36',
    te: 'trailers',
  });
  const pieces: Buffer[] = [];
  let code = '';
  const look = (headers: Record<string, unknown>) => {
    if (headers['grpc-status'] !== undefined) code = String(headers['grpc-status']);
  };
  stream.on('response', look);
  stream.on('trailers', look);
  stream.on('data', (piece: Buffer) => pieces.push(piece));
  stream.on('error', (failure) => end(new Error(`rpc error: code = Unavailable desc = ${failure.message}`)));
  stream.on('end', () => {
    const message = Buffer.concat(pieces).subarray(5);
    end();
    if (code === '12')
      return reject(new Error('this server does not implement the grpc health protocol (grpc.health.v1.Health)'));
    if (code !== '' && code !== '0') return reject(new Error(`rpc error: code = ${code}`));
    // Field 1, a varint; an empty message is UNKNOWN.
    resolve(SERVING[message[0] === 8 ? message[1]! : 0] ?? 'UNKNOWN');
  });
  stream.end(healthRequest(service));
  return promise;
}

/** A frame with one message: the string is field 1. */
function healthRequest(service: string): Buffer {
  const name = Buffer.from(service.slice(0, 100));
  const message = name.length === 0 ? Buffer.alloc(0) : Buffer.concat([Buffer.from([0x0a, name.length]), name]);
  const head = Buffer.alloc(5);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
}
