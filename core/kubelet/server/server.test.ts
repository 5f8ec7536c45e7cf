import { expect, test } from 'vitest';
import type { Answer, Headers, Request } from '#core/apiserver';
import { type Duplex, type Readable, concat, duplexPair, lossyTextOf, pipe, utf8, virtualTurns } from '#core/base';
import { CHANNEL_PROTOCOLS, channelsOver, spdySession, tunnelOver, webSocket } from '#core/machinery/streams';
import type { LogFiles } from '../seams.ts';
import { container, script, smallCluster } from '../small-cluster.contract.ts';
import { createKubeletServer } from './index.ts';
import { lineCutter, parseLogLine } from './log-lines.ts';
import { logOptions } from './log-options.ts';
import { sendLog } from './logs.ts';

const mask = () => Uint8Array.of(9, 8, 7, 6);
const none = new AbortController().signal;

const all = async (from: Readable): Promise<string> => {
  const pieces: Uint8Array[] = [];
  for (let piece = await from.read(); piece !== undefined; piece = await from.read()) pieces.push(piece);
  return lossyTextOf(concat(pieces));
};

async function running(annotations: Record<string, string> = {}) {
  const cluster = await smallCluster();
  const { kubelet } = cluster.startNode('n1');
  await cluster.run('web', { containers: [container('a', { stdin: true })] }, annotations);
  await cluster.turns.advance(2000);
  const serve = createKubeletServer({ kubelet });
  const ask = async (target: string, headers: Headers = {}) => {
    let client: Duplex | undefined;
    let accepted: Headers = {};
    const request: Request = {
      method: 'GET',
      target,
      headers,
      peer: { address: '127.0.0.1', certificates: [] },
      body: async () => new Uint8Array(),
      signal: () => none,
      upgrade(given) {
        accepted = given;
        const [ours, theirs] = duplexPair();
        client = ours;
        return theirs;
      },
    };
    return { answer: await serve(request), client: client!, accepted };
  };
  return { ...cluster, kubelet, ask };
}

async function bodyOf({ body }: Answer): Promise<string> {
  if (body === 'upgraded') return '';
  if (typeof body !== 'function') return lossyTextOf(concat(body));
  const { readable, writable } = pipe();
  body(writable);
  return all(readable);
}

test('lines of a log', () => {
  const parse = (text: string) => {
    const line = parseLogLine(utf8(text));
    return line && { ...line, text: lossyTextOf(line.text) };
  };
  expect(parse('2026-01-01T00:00:00.1Z stdout F a b')).toEqual({
    time: '2026-01-01T00:00:00.1Z',
    stream: 'stdout',
    partial: false,
    text: 'a b',
  });
  expect(parse('2026-01-01T00:00:00.1Z stderr P x')?.partial).toBe(true);
  expect(parse('2026-01-01T00:00:00.1Z stdout F ')?.text).toBe('');
  expect(parse('2026-01-01T00:00:00.1Z stdout F')?.text).toBe('');
  expect(parse('cut off')).toBeUndefined();
  const cut = lineCutter();
  expect([...cut(utf8('a\nb')), ...cut(utf8('c\n\nd'))].map(lossyTextOf)).toEqual(['a', 'bc', '']);
});

const LOG = [
  '2026-01-01T00:00:01.5Z stdout F one',
  '2026-01-01T00:00:02.5Z stderr F two',
  '2026-01-01T00:00:03.5Z stdout P thr',
  '2026-01-01T00:00:03.5Z stdout F ee',
  '2026-01-01T00:00:04.5Z stdout F four',
].join('\n');

test.each([
  { query: '', wants: 'one\ntwo\nthree\nfour\n' },
  { query: 'tailLines=1', wants: 'four\n' },
  { query: 'tailLines=0', wants: '' },
  { query: 'tailLines=99', wants: 'one\ntwo\nthree\nfour\n' },
  { query: 'limitBytes=6', wants: 'one\ntw' },
  { query: 'sinceTime=2026-01-01T00:00:03Z', wants: 'three\nfour\n' },
  { query: 'sinceSeconds=6', wants: 'four\n' },
  { query: 'stream=Stderr', wants: 'two\n' },
  { query: 'timestamps=true&tailLines=1', wants: '2026-01-01T00:00:04.5Z four\n' },
])('a log with "$query"', async ({ query, wants }) => {
  const bytes = utf8(`${LOG}\n`);
  const files: LogFiles = {
    size: async () => bytes.length,
    read: async (_, offset, length) => bytes.subarray(offset, offset + length),
    remove: async () => {},
  };
  const turns = virtualTurns(async () => {}, 0);
  const options = logOptions(new URLSearchParams(query), Date.parse('2026-01-01T00:00:10Z'));
  const { readable, writable } = pipe();
  await sendLog({ files, turns, options, path: '', isRunning: () => false, signal: none }, writable);
  writable.end();
  expect(await all(readable)).toBe(wants);
});

test('the log of a simulated container, and the one before', async () => {
  const { ask, turns } = await running(script('crash-every', '0.5'));
  await turns.advance(1000);
  expect(await bodyOf((await ask('/containerLogs/default/web/a')).answer)).toContain('ended with code 1');
  expect(await bodyOf((await ask('/containerLogs/default/web/a?previous=true')).answer)).toContain(
    'this log is made up',
  );
  const none = (await ask('/containerLogs/default/web/b')).answer;
  expect(none.status).toBe(404);
  expect(await bodyOf(none)).toContain('not found');
});

test('a followed log ends with its container', async () => {
  const { ask, turns } = await running({ ...script('exit-after', '10'), ...script('log-lines-per-second', '1') });
  let whole = '';
  void bodyOf((await ask('/containerLogs/default/web/a?follow=true&tailLines=1')).answer).then(
    (text) => (whole = text),
  );
  await turns.advance(5000);
  expect(whole).toBe('');
  await turns.advance(8000);
  expect(whole.trim().split('\n').at(-1)).toBe('simulated: ended with code 0');
});

test('a container that waits has no log', async () => {
  const { ask, run, turns } = await running();
  await run('no', { containers: [container('a', { image: 'missing:1' })] });
  await turns.advance(500);
  const { answer } = await ask('/containerLogs/default/no/a');
  expect(answer.status).toBe(400);
  expect(JSON.parse(await bodyOf(answer)).message).toBe(
    'container "a" in pod "no" is waiting to start: image can\'t be pulled',
  );
});

const EXEC = '/exec/default/web/a?command=ls&output=1&error=1';

test.each(CHANNEL_PROTOCOLS)('exec over a WebSocket, $name', async (protocol) => {
  const { ask } = await running(script('exec-code', '3'));
  const { client, accepted } = await ask(EXEC, {
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
    'sec-websocket-protocol': `nonsense, ${protocol.name}`,
  });
  expect(accepted['sec-websocket-protocol']).toBe(protocol.name);
  const channels = channelsOver(webSocket(client, mask), protocol, 5);
  const out = await all(channels.readable(1));
  expect(out).toContain('"ls" was not run');
  const status = await all(channels.readable(3));
  if (protocol.version === 0) expect(status).toContain('exit status 3');
  else {
    expect(JSON.parse(status)).toMatchObject({
      status: 'Failure',
      reason: 'NonZeroExitCode',
      details: { causes: [{ reason: 'ExitCode', message: '3' }] },
    });
  }
});

const SPDY = { connection: 'Upgrade', upgrade: 'SPDY/3.1' };

test('exec over SPDY', async () => {
  // The answer comes once the streams are open, so the client cannot wait for it.
  const opened = Promise.withResolvers<Duplex>();
  const { kubelet } = await running();
  const serve = createKubeletServer({ kubelet });
  const answered = serve({
    method: 'POST',
    target: EXEC,
    headers: { ...SPDY, 'x-stream-protocol-version': 'v5.channel.k8s.io, v4.channel.k8s.io' },
    peer: { address: '', certificates: [] },
    body: async () => new Uint8Array(),
    signal: () => none,
    upgrade(headers) {
      expect(headers['x-stream-protocol-version']).toBe('v4.channel.k8s.io');
      const [ours, theirs] = duplexPair();
      opened.resolve(ours);
      return theirs;
    },
  });
  const session = spdySession(await opened.promise, 'client');
  const [error, stdout] = ['error', 'stdout', 'stderr'].map((streamtype) => session.open({ streamtype }));
  expect((await answered).status).toBe(101);
  expect(await all(stdout!.readable)).toContain('was not run');
  expect(JSON.parse(await all(error!.readable))).toEqual({ metadata: {}, status: 'Success' });
  session.close();
});

test('a protocol that nobody speaks is refused', async () => {
  const { ask } = await running();
  const { answer } = await ask(EXEC, { ...SPDY, 'x-stream-protocol-version': 'v9' });
  expect(answer.status).toBe(403);
  expect((await ask(EXEC)).answer.status).toBe(400);
});

test('ports are forwarded over SPDY within a WebSocket', async () => {
  const { ask } = await running();
  const { client, answer } = await ask('/portForward/default/web', {
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
    'sec-websocket-protocol': 'SPDY/3.1+portforward.k8s.io',
  });
  expect(answer.status).toBe(101);
  const session = spdySession(tunnelOver(webSocket(client, mask)), 'client');
  const error = session.open({ streamtype: 'error', port: '80', requestid: '0' });
  const data = session.open({ streamtype: 'data', port: '80', requestid: '0' });
  error.writable.end();
  data.writable.end();
  expect(await all(data.readable)).toBe('simulated: nobody listens on port 80 of pod default/web\n');
  expect(await all(error.readable)).toBe('');
});

test('ports are forwarded over the channels of a WebSocket', async () => {
  const { ask } = await running();
  const { client } = await ask('/portForward/default/web?port=80', {
    upgrade: 'websocket',
    'sec-websocket-key': 'x',
    'sec-websocket-protocol': 'v4.channel.k8s.io',
  });
  const channels = channelsOver(webSocket(client, mask), CHANNEL_PROTOCOLS[1]!, 2);
  expect(await channels.readable(0).read()).toEqual(Uint8Array.of(80, 0));
  expect(lossyTextOf((await channels.readable(0).read())!)).toContain('nobody listens');
});

test('what else it tells', async () => {
  const { ask } = await running({ ...script('cpu-millicores', '500'), ...script('memory-bytes', '1000') });
  expect(await bodyOf((await ask('/healthz')).answer)).toBe('ok');
  const pods = JSON.parse(await bodyOf((await ask('/pods')).answer));
  expect(pods.items.map((one: { metadata: { name: string } }) => one.metadata.name)).toEqual(['web']);
  const stats = JSON.parse(await bodyOf((await ask('/stats/summary')).answer));
  expect(stats.pods[0]).toMatchObject({ podRef: { name: 'web' }, memory: { workingSetBytes: 1000 } });
  expect((await ask('/nothing')).answer.status).toBe(404);
});

test('who may not is refused before anything is done', async () => {
  const { kubelet } = await running();
  const asked: unknown[] = [];
  const serve = createKubeletServer({
    kubelet,
    authorize: async (_, attributes) => {
      asked.push(attributes);
      throw new Error('no');
    },
  });
  const request = {
    headers: {},
    peer: { address: '', certificates: [] },
    body: async () => new Uint8Array(),
    signal: () => none,
  };
  expect((await serve({ ...request, method: 'GET', target: EXEC })).status).toBe(500);
  await serve({ ...request, method: 'GET', target: '/metrics' });
  expect(asked).toEqual([
    { verb: 'create', subresources: ['proxy'] },
    { verb: 'get', subresources: ['metrics'] },
  ]);
});
