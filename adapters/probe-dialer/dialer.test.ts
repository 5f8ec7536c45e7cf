import { createServer as createHttp2, type ServerHttp2Stream } from 'node:http2';
import { createServer } from 'node:http';
import { type AddressInfo, type Server, createServer as createTcp } from 'node:net';
import { afterAll, expect, test } from 'vitest';
import { nodeDialer } from './index.ts';

const servers: { close(): void }[] = [];
afterAll(() => servers.forEach((one) => one.close()));

const listen = async <T extends Pick<Server, 'listen' | 'address' | 'close'>>(server: T): Promise<number> => {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
};

const dialer = nodeDialer();
const ask = (port: number, path: string, timeoutMilliseconds = 1000) =>
  dialer.http({
    method: 'GET',
    scheme: 'http',
    host: '127.0.0.1',
    port,
    path,
    headers: [['X-Probe', 'yes']],
    timeoutMilliseconds,
  });

test('http', async () => {
  const port = await listen(
    createServer((request, response) => {
      if (request.url === '/slow') return;
      if (request.url === '/away') response.writeHead(302, { location: 'http://elsewhere.test/' });
      else if (request.url === '/on') response.writeHead(302, { location: '/fine' });
      else response.writeHead(request.url === '/fine' ? 200 : 500);
      response.end(request.headers['x-probe']);
    }),
  );
  expect(await ask(port, '/fine')).toEqual({ status: 200, body: 'yes' });
  expect(await ask(port, '/on')).toEqual({ status: 200, body: 'yes' });
  expect((await ask(port, '/away')).status).toBe(302);
  expect((await ask(port, '/bad')).status).toBe(500);
  await expect(ask(port, '/slow', 50)).rejects.toThrow('context deadline exceeded');
  await expect(ask(1, '/')).rejects.toThrow('ECONNREFUSED');
});

test('tcp', async () => {
  const port = await listen(createTcp());
  await dialer.tcp('127.0.0.1', port, 1000);
  await expect(dialer.tcp('127.0.0.1', 1, 1000)).rejects.toThrow('dial tcp 127.0.0.1:1');
});

test('grpc', async () => {
  const server = createHttp2();
  server.on('stream', (stream: ServerHttp2Stream) => {
    const pieces: Buffer[] = [];
    stream.on('data', (piece: Buffer) => pieces.push(piece));
    stream.on('end', () => {
      const service = Buffer.concat(pieces).subarray(7).toString();
      stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
      stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': service === 'no' ? '12' : '0' }));
      stream.end(Buffer.from([0, 0, 0, 0, 2, 8, service === 'bad' ? 2 : 1]));
    });
  });
  const port = await listen(server);
  expect(await dialer.grpc('127.0.0.1', port, '', 1000)).toBe('SERVING');
  expect(await dialer.grpc('127.0.0.1', port, 'bad', 1000)).toBe('NOT_SERVING');
  await expect(dialer.grpc('127.0.0.1', port, 'no', 1000)).rejects.toThrow('does not implement');
  await expect(dialer.grpc('127.0.0.1', 1, '', 1000)).rejects.toThrow('ECONNREFUSED');
});
