import type { AddressInfo, Socket } from 'node:net';
import { createServer, type TLSSocket } from 'node:tls';
import type { ApiServer } from '#core/apiserver';
import { http1Server } from './http1.ts';
import { http2Server } from './http2.ts';
import { defaultHttpLimits, type HttpLimits } from './limits.ts';

export interface ServeOptions {
  readonly address: string;
  /** 0 for any free one. */
  readonly port: number;
  readonly tls: ServerTls;
  readonly limits?: Partial<HttpLimits>;
}

/** All PEM. */
export interface ServerTls {
  readonly certificate: string;
  readonly key: string;
  /** Whose client certificates are believed; a client without one is served all the same. Several may follow each other. */
  readonly clientCa?: string;
}

export interface HttpServer {
  readonly address: string;
  readonly port: number;
  /** From now on new connections are made with these. */
  renew(tls: ServerTls): void;
  /** Takes no more connections, lets requests finish for `grace` milliseconds (watches too), then closes all. */
  close(grace?: number): Promise<void>;
}

/** Serves an API server over TLS: HTTP/2 and HTTP/1.1 by what the client speaks. Rejects where the address cannot be had. */
export async function serveHttp(server: Pick<ApiServer, 'serve'>, options: ServeOptions): Promise<HttpServer> {
  const limits = { ...defaultHttpLimits, ...options.limits };
  const sockets = new Set<Socket>();
  const http1 = http1Server(server, limits);
  const http2 = http2Server(server, limits);
  const listener = createServer({
    ...contextOf(options.tls),
    ALPNProtocols: ['h2', 'http/1.1'],
    requestCert: options.tls.clientCa !== undefined,
    // Whoever shows no certificate, or a foreign one, is somebody else or nobody: authentication decides.
    rejectUnauthorized: false,
    handshakeTimeout: limits.handshake,
    // A client that has gone without a word is found out by TCP, though nothing is to be said to it.
    keepAlive: true,
    keepAliveInitialDelay: limits.silence,
  });
  listener.maxConnections = limits.connections;
  listener.on('connection', (socket) => {
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
  });
  listener.on('secureConnection', (socket: TLSSocket) => {
    socket.on('error', () => socket.destroy());
    if (socket.alpnProtocol === 'h2') http2.serve(socket);
    else http1.emit('connection', socket);
  });
  // A client that breaks the handshake off.
  listener.on('tlsClientError', (_failure, socket) => socket.destroy());

  await new Promise<void>((resolve, reject) => {
    listener.once('error', reject);
    listener.listen(options.port, options.address, () => {
      listener.removeListener('error', reject);
      resolve();
    });
  });
  const { address, port } = listener.address() as AddressInfo;
  return {
    address,
    port,
    renew: (tls) => listener.setSecureContext(contextOf(tls)),
    async close(grace = 2_000) {
      const closed = new Promise<void>((resolve) => listener.close(() => resolve()));
      http2.leave();
      http1.closeIdleConnections();
      const late = setTimeout(() => {
        for (const socket of sockets) socket.destroy();
      }, grace);
      await closed;
      clearTimeout(late);
      http1.close();
      http2.close();
    },
  };
}

const contextOf = ({ certificate, key, clientCa }: ServerTls) => ({
  cert: certificate,
  key,
  minVersion: 'TLSv1.2' as const,
  ...(clientCa === undefined ? {} : { ca: clientCa }),
});
