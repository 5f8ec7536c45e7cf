import { expect, test } from 'vitest';
import { seededRandom, silentLog, virtualTurns } from '#core/base';
import { configMaps } from '#core/api/tokens';
import { expired, serviceUnavailable } from '#core/machinery/status';
import type { ApiServer } from '#core/apiserver';
import { localClient } from '../local.ts';
import { smallServer } from '../small-server.contract.ts';
import { createInformers } from './informers.ts';

function world() {
  const turns = virtualTurns(() => new Promise((resolve) => setImmediate(resolve)), 0);
  const server = smallServer();
  const client = localClient(server as unknown as ApiServer, { name: 'me', groups: [] }, { userAgent: 'test' });
  const informers = createInformers({ client, turns, random: seededRandom(1), log: silentLog });
  const seen: string[] = [];
  const start = () => {
    const informer = informers.get(configMaps);
    informer.handle((next, previous) => {
      const name = (next ?? previous)!.metadata.name;
      seen.push(`${next === undefined ? '-' : previous === undefined ? '+' : '~'}${name}`);
    });
    return informer;
  };
  const told = () => seen.splice(0);
  return { turns, server, informers, start, told };
}

test('lists by stream, then follows', async () => {
  const { turns, server, start, told } = world();
  server.put('one');
  const informer = start();
  expect(informer.hasSynced).toBe(false);
  await turns.idle();
  expect(informer.hasSynced).toBe(true);
  expect(told()).toEqual(['+one']);
  server.put('two');
  server.put('two', { a: 'b' });
  server.remove('one');
  await turns.idle();
  expect(told()).toEqual(['+two', '~two', '-one']);
  expect(informer.cache.get('a/two')).toMatchObject({ data: { a: 'b' } });
  expect(informer.cache.inNamespace('a')).toHaveLength(1);
  expect(server.asked).toHaveLength(1);
});

test('goes on where it stood when a watch ends', async () => {
  const { turns, server, start, told } = world();
  start();
  await turns.idle();
  server.disconnect();
  server.put('missed');
  await turns.advance(5000);
  expect(told()).toEqual(['+missed']);
  expect(server.asked.at(-1)).toContain('resourceVersion=');
});

test.each([
  { it: 'refused when opened', fail: (server: ReturnType<typeof smallServer>) => server.disconnect() },
  { it: 'told as it ends', fail: (server: ReturnType<typeof smallServer>) => server.disconnect(expired('too old')) },
])('starts over where the revision is too old, $it, and tells only what differs', async ({ fail }) => {
  const { turns, server, start, told } = world();
  for (const name of ['stays', 'changes', 'goes', 'comes again']) server.put(name);
  start();
  await turns.idle();
  told();
  const { disconnect } = server;
  disconnect();
  server.put('changes', { a: 'b' });
  server.remove('goes');
  server.remove('comes again');
  server.put('comes again');
  server.put('new');
  server.compact();
  fail(server);
  await turns.advance(10_000);
  expect(told()).toEqual(['-goes', '~changes', '-comes again', '+comes again', '+new']);
});

test('lists in pages where the server does not stream lists', async () => {
  const { turns, server, start, informers } = world();
  server.streamsLists = false;
  for (let index = 0; index < 1200; index++) server.put(`n${index}`);
  const informer = start();
  await turns.idle();
  expect(informer.cache.size).toBe(1200);
  expect(server.asked.filter((line) => line.startsWith('GET'))).toHaveLength(3);
  expect(informers.get(configMaps)).toBe(informer);
});

test('waits longer and longer while the server is away', async () => {
  const { turns, server, start } = world();
  const times: number[] = [];
  const { watch } = server;
  server.watch = async (request, sink) => {
    times.push(turns.clock.monotonic());
    if (times.length < 6) throw serviceUnavailable('starting');
    return watch(request, sink);
  };
  const informer = start();
  await turns.advance(120_000);
  expect(informer.hasSynced).toBe(true);
  const gaps = times.slice(1).map((time, index) => time - times[index]!);
  for (const [index, gap] of gaps.entries()) {
    expect(gap).toBeGreaterThanOrEqual(800 * 2 ** index);
    expect(gap).toBeLessThanOrEqual(1600 * 2 ** index);
  }
});

test('says nothing once stopped', async () => {
  const { turns, server, start, informers, told } = world();
  start();
  await turns.idle();
  informers.stop();
  server.put('late');
  await turns.advance(60_000);
  expect(told()).toEqual([]);
});
