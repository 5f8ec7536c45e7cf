import { createConnection, createServer, type Socket } from 'node:net';

const MAX_CONNECTIONS = 1000;

/**
 * Listens on a TCP port of the loopback and joins each connection to the place that `target` gives at that moment; without one
 * the connection is reset, as by a port that nobody serves. Rejects when the port is taken.
 */
export const listenOnLoopback = (
  port: number,
  target: () => { host: string; port: number } | undefined,
): Promise<{ close(): void }> =>
  new Promise((resolve, reject) => {
    const open = new Set<Socket>();
    const server = createServer({ allowHalfOpen: true }, (socket) => {
      const place = target();
      if (place === undefined) return void socket.resetAndDestroy();
      const onward = createConnection({ ...place, allowHalfOpen: true });
      for (const [one, other] of [
        [socket, onward],
        [onward, socket],
      ] as const) {
        open.add(one);
        one.setNoDelay(true);
        one.pipe(other);
        one.on('error', () => other.destroy());
        one.on('close', () => {
          open.delete(one);
          if (!other.writableEnded) other.destroy();
        });
      }
    });
    server.maxConnections = MAX_CONNECTIONS;
    server.once('error', reject);
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () => {
      server.off('error', reject);
      server.on('error', () => undefined);
      resolve({
        close() {
          server.close();
          for (const socket of open) socket.destroy();
        },
      });
    });
  });
