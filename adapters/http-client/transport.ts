import http2 from 'node:http2';
import tls from 'node:tls';
import type { OutboundAnswer, OutboundRequest } from '#core/apiserver';
import type { Transport } from '#core/client';
import { serviceUnavailable, timeout } from '#core/machinery/status';
import { readableOf } from './readable.ts';

export interface ServerAddress {
  /** `https://127.0.0.1:6443`. */
  readonly url: string;
  /** PEM of the authorities that the server's certificate must come from. */
  readonly ca: string;
  /** The name that its certificate must carry, where it is not the URL's host. */
  readonly serverName?: string;
  readonly credentials: ClientCredentials;
  /**
   * Milliseconds after which a connection on which nothing arrived is asked whether it lives; it is given up when it does not
   * say so in half of that. Default: 30 s. Upstream: client-go's HTTP/2 health check.
   */
  readonly silence?: number;
}

/** How the caller shows who it is. Functions are asked again for each connection or request, so that renewed ones are used. */
export type ClientCredentials =
  | { readonly kind: 'certificate'; readonly read: () => { readonly certificate: string; readonly key: string } }
  | { readonly kind: 'token'; readonly read: () => string }
  | { readonly kind: 'none' };

export interface HttpTransport {
  readonly transport: Transport;
  /** Ends the connection and all that runs over it. */
  close(): void;
}

const SILENCE = 30_000;
const CONNECT_WAIT = 10_000;
const MOST_STREAM_WINDOW = 1024 * 1024;

/**
 * Requests over one HTTP/2 connection, opened when first needed and again after it broke; requests that were under way then
 * fail with a 503 and are the caller's to repeat.
 */
export function httpTransport(server: ServerAddress): HttpTransport {
  const { credentials } = server;
  let current: Promise<http2.ClientHttp2Session> | undefined;
  let closed = false;

  const open = (): Promise<http2.ClientHttp2Session> => {
    const opened = connect(server);
    current = opened;
    const forget = () => {
      if (current === opened) current = undefined;
    };
    opened.then((session) => {
      session.once('close', forget);
      session.once('goaway', forget);
      if (closed) session.destroy();
    }, forget);
    return opened;
  };

  const transport = async (request: OutboundRequest): Promise<OutboundAnswer> => {
    if (closed) throw serviceUnavailable('the client is closed');
    request.signal?.throwIfAborted();
    const session = await (current ?? open());
    return exchange(session, request, credentials.kind === 'token' ? credentials.read() : undefined);
  };

  return {
    transport,
    close() {
      closed = true;
      current?.then(
        (session) => session.destroy(),
        () => undefined,
      );
      current = undefined;
    },
  };
}

function connect({
  url,
  ca,
  serverName,
  credentials,
  silence = SILENCE,
}: ServerAddress): Promise<http2.ClientHttp2Session> {
  const { hostname, port } = new URL(url);
  const host = hostname.replace(/^\[|\]$/g, '');
  const own = credentials.kind === 'certificate' ? credentials.read() : undefined;
  return new Promise((resolve, reject) => {
    const socket = tls.connect({
      host,
      port: port === '' ? 443 : Number(port),
      ca,
      ALPNProtocols: ['h2'],
      ...(serverName === undefined ? {} : { servername: serverName }),
      ...(own === undefined ? {} : { cert: own.certificate, key: own.key }),
    });
    const fail = (error: Error) => {
      socket.destroy();
      reject(serviceUnavailable(`${url} cannot be reached: ${error.message}`));
    };
    socket.setTimeout(CONNECT_WAIT, () => fail(new Error('no answer in time')));
    socket.once('error', fail);
    socket.once('secureConnect', () => {
      socket.setTimeout(0);
      socket.off('error', fail);
      if (socket.alpnProtocol !== 'h2') return fail(new Error('it does not speak HTTP/2'));
      const session = http2.connect(url, {
        createConnection: () => socket,
        settings: { initialWindowSize: MOST_STREAM_WINDOW, enablePush: false },
      });
      // Errors reach whoever waits through their streams; a session without a listener would end the process.
      session.on('error', () => undefined);
      watchOver(session, socket, silence);
      resolve(session);
    });
  });
}

/** Ends a connection whose other side has silently gone. */
function watchOver(session: http2.ClientHttp2Session, socket: tls.TLSSocket, silence: number): void {
  let heard = socket.bytesRead;
  const timer = setInterval(() => {
    if (socket.bytesRead !== heard) {
      heard = socket.bytesRead;
      return;
    }
    const late = setTimeout(() => session.destroy(new Error('the server does not answer')), silence / 2);
    late.unref();
    session.ping(() => clearTimeout(late));
  }, silence);
  timer.unref();
  session.once('close', () => clearInterval(timer));
}

function exchange(
  session: http2.ClientHttp2Session,
  request: OutboundRequest,
  token: string | undefined,
): Promise<OutboundAnswer> {
  return new Promise((resolve, reject) => {
    const { signal, body } = request;
    if (session.closed || session.destroyed) return reject(serviceUnavailable('the connection was closed'));
    const stream = session.request(
      {
        ...request.headers,
        ':method': request.method,
        ':path': request.path,
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      { endStream: body === undefined },
    );
    let failure: unknown;
    const stop = (why: unknown) => {
      failure ??= why;
      stream.close(http2.constants.NGHTTP2_CANCEL);
    };
    const aborted = () => stop(signal?.reason ?? new Error('aborted'));
    signal?.addEventListener('abort', aborted, { once: true });
    const late =
      request.timeout === undefined
        ? undefined
        : setTimeout(() => stop(timeout('the server did not answer in time')), request.timeout);
    stream.once('response', (head) => {
      const headers: Record<string, string> = {};
      for (const [name, value] of Object.entries(head)) {
        if (name[0] !== ':' && value !== undefined)
          headers[name] = Array.isArray(value) ? value.join(', ') : String(value);
      }
      resolve({ status: Number(head[':status']), headers, body: readableOf(stream, () => failure) });
    });
    stream.once('error', (error) => {
      failure ??= serviceUnavailable(`the connection failed: ${error.message}`);
    });
    stream.once('close', () => {
      clearTimeout(late);
      signal?.removeEventListener('abort', aborted);
      // After the head this does nothing: the body tells what happened.
      reject(failure ?? serviceUnavailable('the connection was closed before the answer'));
    });
    if (body !== undefined) stream.end(body);
  });
}
