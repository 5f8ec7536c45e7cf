import { expect, test } from 'vitest';
import { lossyTextOf, type Writable } from '#core/base';
import { testServer } from '../test-server.ts';
import type { Admission, Answer } from '../index.ts';

const barrier = () => new Promise<void>((resolve) => void setImmediate(resolve));
const CONFIGS = '/api/v1/namespaces/default/configmaps';
const LATE =
  '{"metadata":{},"status":"Failure","message":"Timeout: request did not complete within the allotted timeout","reason":"Timeout","details":{},"code":504}\n';

/** A server whose admission lasts ten seconds, and how it answers. */
async function slow() {
  const admission: Admission = [
    {
      name: 'Slow',
      handles: () => true,
      validate: () => new Promise((resolve) => void all.turns.after(10_000, resolve)),
    },
  ];
  const all = await testServer({ barrier, parts: { admission } });
  const ask = (method: string, target: string, text = '', read?: () => Promise<Uint8Array>) => {
    const seen: { answer?: Answer } = {};
    void all.server
      .serve({
        method,
        target,
        headers: { 'content-type': 'application/json' },
        peer: { address: '', certificates: [] },
        body: read ?? (() => Promise.resolve(new TextEncoder().encode(text))),
        signal: () => new AbortController().signal,
      })
      .then((answer) => (seen.answer = answer));
    return seen;
  };
  return { ...all, ask };
}

const textOf = ({ body }: Answer) =>
  typeof body === 'function' || body === 'upgraded' ? '' : body.map(lossyTextOf).join('');

test.each([
  ['1s', 1000],
  ['1500ms', 1500],
  ['9.5s', 9500],
])('a create that may take %s is answered then, and nothing is written', async (timeout, milliseconds) => {
  const { ask, turns, store } = await slow();
  const before = store.revision;
  const seen = ask('POST', `${CONFIGS}?timeout=${timeout}`, '{"metadata":{"name":"x"}}');
  await turns.advance(milliseconds - 1);
  expect(seen.answer).toBeUndefined();
  await turns.advance(1);
  expect(seen.answer).toMatchObject({ status: 504, headers: { 'content-type': 'text/plain; charset=utf-8' } });
  expect(textOf(seen.answer!)).toBe(LATE);
  await turns.advance(60_000);
  expect(store.revision).toBe(before);
});

test.each(['', '0', '0s', '-1s', '1h', '11s'])('a timeout of "%s" lets it end', async (timeout) => {
  const { ask, turns } = await slow();
  const seen = ask('POST', `${CONFIGS}?timeout=${timeout}`, '{"metadata":{"name":"x"}}');
  await turns.advance(10_000);
  expect(seen.answer?.status).toBe(201);
});

test('a minute is the longest for everybody: a body that does not come', async () => {
  const { ask, turns } = await slow();
  const seen = [ask('POST', CONFIGS, '', () => new Promise(() => {}))];
  await turns.advance(500);
  seen.push(ask('POST', `${CONFIGS}?timeout=2m`, '', () => new Promise(() => {})));
  await turns.advance(59_499);
  expect(seen.map(({ answer }) => answer?.status)).toEqual([undefined, undefined]);
  await turns.advance(1);
  expect(seen.map(({ answer }) => answer?.status)).toEqual([504, undefined]);
  await turns.advance(500);
  expect(seen.map(({ answer }) => answer?.status)).toEqual([504, 504]);
});

test('less than a millisecond is over at once; a watch has all the time there is', async () => {
  const { ask, turns } = await slow();
  const seen = [ask('GET', `${CONFIGS}?timeout=1us`), ask('GET', `${CONFIGS}?watch=1&timeout=1us`)];
  await turns.idle();
  expect(seen.map(({ answer }) => answer?.status)).toEqual([504, 200]);
});

test('a list that is not read in time is broken off', async () => {
  const { ask, call, turns } = await slow();
  for (let i = 0; i < 200; i++) {
    const created = call('POST', CONFIGS, { metadata: { name: `c-${i}`, namespace: 'default' } });
    await turns.advance(10_000);
    await created;
  }
  const seen = ask('GET', `${CONFIGS}?timeout=5s`);
  await turns.idle();
  const { body } = seen.answer!;
  if (typeof body !== 'function') throw new Error('it comes whole');
  const over = Promise.withResolvers<void>();
  let aborted: unknown;
  const out: Writable = {
    write: () => new Promise(() => {}),
    end: () => over.resolve(),
    abort: (reason) => (aborted = reason),
    closed: over.promise,
  };
  body(out);
  await turns.advance(4999);
  expect(aborted).toBeUndefined();
  await turns.advance(1);
  expect(aborted).toBeInstanceOf(Error);
});
