import { createConnection, createServer, type AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { listenOnLoopback } from './listen.ts';

const echo = () =>
  new Promise<{ port: number; close(): void }>((resolve) => {
    const server = createServer({ allowHalfOpen: true }, (socket) => socket.pipe(socket));
    server.listen(0, '127.0.0.1', () =>
      resolve({ port: (server.address() as AddressInfo).port, close: () => server.close() }),
    );
  });
const freePort = async () => {
  const server = await echo();
  server.close();
  return server.port;
};

test('joins connections both ways, up to the end of each', async () => {
  const [server, port] = [await echo(), await freePort()];
  const listener = await listenOnLoopback(port, () => ({ host: '127.0.0.1', port: server.port }));
  const socket = createConnection({ host: '127.0.0.1', port, allowHalfOpen: true });
  socket.end('x'.repeat(300_000));
  expect((await text(socket)).length).toBe(300_000);
  listener.close();
  server.close();
});

test('resets where there is nowhere to go', async () => {
  const port = await freePort();
  const listener = await listenOnLoopback(port, () => undefined);
  const failure = await new Promise<NodeJS.ErrnoException>((resolve) =>
    createConnection(port, '127.0.0.1').on('error', resolve),
  );
  expect(failure.code).toBe('ECONNRESET');
  listener.close();
});

test('rejects where the port is taken', async () => {
  const server = await echo();
  await expect(listenOnLoopback(server.port, () => undefined)).rejects.toMatchObject({ code: 'EADDRINUSE' });
  server.close();
});
