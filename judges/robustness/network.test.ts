import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Link, openLink } from './network.ts';

/** Says back what it hears, and counts it. */
let server: Server;
let heard = '';
let link: Link;
beforeAll(async () => {
  server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (piece) => {
      heard += piece;
      socket.write(piece);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  link = await openLink((server.address() as AddressInfo).port);
});
afterAll(() => {
  link.close();
  server.close();
});

interface Talk {
  readonly socket: Socket;
  readonly answers: string;
  readonly ended: string | undefined;
}
function talk(): Talk & { say(text: string): void } {
  const socket = connect(link.port, '127.0.0.1');
  const one = {
    socket,
    answers: '',
    ended: undefined as string | undefined,
    say: (text: string) => void socket.write(text),
  };
  socket.on('data', (piece) => (one.answers += piece));
  socket.on('error', (error: NodeJS.ErrnoException) => (one.ended = error.code));
  socket.on('close', () => (one.ended ??= 'closed'));
  return one;
}
const LONG = 60_000;

test('passes on what is said', async () => {
  const one = talk();
  one.say('a');
  await expect.poll(() => one.answers).toBe('a');
  one.socket.end();
  await expect.poll(() => one.ended).toBe('closed');
});

test.each([
  { how: 'all' as const, hears: '' },
  { how: 'requests' as const, hears: '' },
  { how: 'answers' as const, hears: 'b' },
])('cut for $how, holds it back until it is healed', async ({ how, hears }) => {
  const one = talk();
  one.say('a');
  await expect.poll(() => one.answers).toBe('a');
  heard = '';
  link.cut(how, LONG);
  one.say('b');
  await wait(50);
  expect([heard, one.answers]).toEqual([hears, 'a']);
  link.heal();
  await expect.poll(() => one.answers).toBe('ab');
  one.socket.destroy();
});

test('what was said by somebody who left during a cut arrives afterwards', async () => {
  const one = talk();
  one.say('a');
  await expect.poll(() => one.answers).toBe('a');
  heard = '';
  link.cut('all', 100);
  one.say('late');
  await wait(20);
  one.socket.destroy();
  await wait(20);
  expect(heard).toBe('');
  await expect.poll(() => heard).toBe('late');
});

test('forgets what it knew, and takes what is new', async () => {
  const [known] = [talk()];
  known.say('a');
  await expect.poll(() => known.answers).toBe('a');
  link.cut('known connections', LONG);
  known.say('b');
  const fresh = talk();
  fresh.say('c');
  await expect.poll(() => fresh.answers).toBe('c');
  link.heal();
  await wait(50);
  expect(known).toMatchObject({ answers: 'a', ended: undefined });
  known.socket.destroy();
  fresh.socket.destroy();
});

test('breaks connections off', async () => {
  const one = talk();
  one.say('a');
  await expect.poll(() => one.answers).toBe('a');
  link.cut('all connections', LONG);
  await expect.poll(() => one.ended).toBe('ECONNRESET');
  const refused = talk();
  refused.say('b');
  await expect.poll(() => refused.ended).toBeDefined();
  expect(refused.answers).toBe('');
  link.heal();
  const fresh = talk();
  fresh.say('c');
  await expect.poll(() => fresh.answers).toBe('c');
  fresh.socket.destroy();
});
