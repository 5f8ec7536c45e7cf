import { createServer, type Server } from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { lossyTextOf, utf8, type Readable } from '#core/base';
import { nodeDialer } from './index.ts';

let server: Server;
let port = 0;
const dialer = nodeDialer();
const origin = () => ({ scheme: 'http' as const, host: '127.0.0.1', port });
const request = (path: string, headers: Record<string, string> = {}) => ({ method: 'GET', path, headers });

async function textOfAll(readable: Readable): Promise<string> {
  let text = '';
  for (let chunk = await readable.read(); chunk !== undefined; chunk = await readable.read())
    text += lossyTextOf(chunk);
  return text;
}

beforeAll(async () => {
  server = createServer((call, answer) => {
    if (call.url === '/hang') return;
    answer.writeHead(call.url === '/missing' ? 404 : 200, {
      'content-type': 'text/plain',
      'x-seen': call.headers['x-sent'] ?? '',
    });
    answer.end(`you asked ${call.url}`);
  });
  server.on('upgrade', (call, socket) => {
    if (call.url === '/refuse') return socket.end('HTTP/1.1 403 Forbidden\r\ncontent-length: 2\r\n\r\nno');
    socket.write('HTTP/1.1 101 Switching Protocols\r\nconnection: Upgrade\r\nupgrade: echo\r\n\r\nhello ');
    socket.pipe(socket);
    return undefined;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});
afterAll(() => {
  dialer.close();
  server.closeAllConnections();
  server.close();
});

test('a request', async () => {
  const answer = await dialer.request(origin(), request('/missing', { 'x-sent': 'me' }));
  expect(answer).toMatchObject({ status: 404, headers: { 'content-type': 'text/plain', 'x-seen': 'me' } });
  expect(answer.headers).not.toHaveProperty('connection');
  expect(await textOfAll(answer.body)).toBe('you asked /missing');
});

test('an upgrade, what came with its head included', async () => {
  const { head, duplex } = await dialer.upgrade(origin(), request('/', { connection: 'Upgrade', upgrade: 'echo' }));
  expect(head).toMatchObject({ status: 101, headers: { upgrade: 'echo' } });
  await duplex!.writable.write(utf8('world'));
  duplex!.writable.end();
  expect(await textOfAll(duplex!.readable)).toBe('hello world');
});

test('a refused upgrade is given as it is', async () => {
  const { head, duplex } = await dialer.upgrade(
    origin(),
    request('/refuse', { connection: 'Upgrade', upgrade: 'echo' }),
  );
  expect(head.status).toBe(403);
  expect(duplex).toBeUndefined();
});

test('nobody there is a 503, nobody answering a 504', async () => {
  const closed = net.createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => closed.once('listening', resolve));
  const free = (closed.address() as AddressInfo).port;
  await new Promise((resolve) => closed.close(resolve));
  await expect(dialer.request({ ...origin(), port: free }, request('/'))).rejects.toMatchObject({ code: 503 });
  await expect(dialer.connect('127.0.0.1', free)).rejects.toMatchObject({ code: 503 });
  await expect(dialer.request(origin(), { ...request('/hang'), timeout: 50 })).rejects.toMatchObject({ code: 504 });
});

test('a connection that has rested is not used again', async () => {
  const own = nodeDialer({ rest: 100 });
  const connections: object[] = [];
  const count = (socket: object) => void connections.push(socket);
  server.on('connection', count);
  const ask = async () => textOfAll((await own.request(origin(), request('/'))).body);
  await ask();
  await ask();
  expect(connections).toHaveLength(1);
  await new Promise((resolve) => setTimeout(resolve, 300));
  await ask();
  expect(connections).toHaveLength(2);
  server.off('connection', count);
  own.close();
});

test('whoever takes a connection but says nothing of TLS is given up', async () => {
  const own = nodeDialer({ connect: 100 });
  const mute = net.createServer((socket) => socket.on('error', () => undefined)).listen(0, '127.0.0.1');
  await new Promise((resolve) => mute.once('listening', resolve));
  const to = { scheme: 'https' as const, host: '127.0.0.1', port: (mute.address() as AddressInfo).port };
  await expect(own.request(to, request('/'))).rejects.toMatchObject({ code: 504 });
  mute.close();
  own.close();
});

test('the client going away ends the call', async () => {
  const gone = new AbortController();
  const asked = dialer.request(origin(), { ...request('/hang'), signal: gone.signal });
  gone.abort();
  await expect(asked).rejects.toThrow();
});
