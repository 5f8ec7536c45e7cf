import { expect, test } from 'vitest';
import { textOf, type Writable } from '#core/base';
import type { KubeObject } from '#core/machinery/object';
import { testServer, type TestServer } from './test-server.ts';
import type { Headers, WatchEvent } from './types.ts';

const barrier = () => new Promise<void>((resolve) => void setImmediate(resolve));
const CONFIGS = '/api/v1/namespaces/a/configmaps';
const MERGE = 'application/merge-patch+json';
const shown = (events: readonly WatchEvent[]) =>
  events.map(({ type, object }) => `${type} ${object.metadata.name ?? ''}@${object.metadata.resourceVersion ?? ''}`);
const kinds = (events: readonly WatchEvent[]) =>
  events.map(({ type, object }) => `${type} ${object.metadata.name ?? ''}`);

async function prepared() {
  const all = await testServer({ barrier });
  const make = (name: string, labels: object = {}, namespace = 'a') =>
    all.call('POST', `/api/v1/namespaces/${namespace}/configmaps`, { metadata: { name, labels } });
  const label = (name: string, x: string | null) =>
    all.call('PATCH', `${CONFIGS}/${name}`, { metadata: { labels: { x } } }, MERGE);
  return { ...all, make, label };
}

test('changes come in order, a deletion under its own revision', async () => {
  const { watch, make, label, call, turns, store } = await prepared();
  const seen = await watch(`${CONFIGS}?watch=1&resourceVersion=${store.revision}`);
  const one = await make('x');
  const two = await label('x', '1');
  await call('DELETE', `${CONFIGS}/x`);
  await turns.idle();
  const [a, b] = [one, two].map(({ metadata }: KubeObject) => metadata.resourceVersion);
  expect(shown(seen.events)).toEqual([`ADDED x@${a}`, `MODIFIED x@${b}`, `DELETED x@${store.revision}`]);
});

test('what there is comes first, then the end of it is marked', async () => {
  const { watch, make, turns } = await prepared();
  await make('b');
  await make('a');
  await make('c', {}, 'other');
  const seen = await watch(
    `${CONFIGS}?watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true`,
  );
  const last = await make('d');
  await turns.idle();
  expect(kinds(seen.events)).toEqual(['ADDED a', 'ADDED b', 'BOOKMARK ', 'ADDED d']);
  expect(seen.events[2]!.object.metadata.annotations).toEqual({ 'k8s.io/initial-events-end': 'true' });
  expect(seen.events[3]!.object).toBe(last);
});

test('entering a selection is an addition, leaving it a deletion with what was there before', async () => {
  const { watch, make, label, turns, store } = await prepared();
  const seen = await watch(`${CONFIGS}?watch=1&resourceVersion=${store.revision}&labelSelector=x`);
  await make('x');
  await label('x', '1');
  await label('x', '2');
  await label('x', null);
  await turns.idle();
  expect(kinds(seen.events)).toEqual(['ADDED x', 'MODIFIED x', 'DELETED x']);
  const gone = seen.events[2]!.object.metadata;
  expect([gone.labels, gone.resourceVersion]).toEqual([{ x: '2' }, String(store.revision)]);
});

test.each([
  [`${CONFIGS}?watch=1&fieldSelector=metadata.name%3Dx`, ['a/x']],
  ['/api/v1/watch/namespaces/a/configmaps/x?', ['a/x']],
  ['/api/v1/configmaps?watch=1&fieldSelector=metadata.name%3Dx', ['a/x', 'b/x']],
  ['/api/v1/configmaps?watch=1', ['a/x', 'a/y', 'b/x']],
  [`${CONFIGS}?watch=1`, ['a/x', 'a/y']],
  [`${CONFIGS}?watch=1&fieldSelector=metadata.name!%3Dx`, ['a/y']],
])('%s sees %o', async (target, wants) => {
  const { watch, make, turns, store } = await prepared();
  const past = store.revision;
  const live = await watch(`${target}&resourceVersion=${past}`);
  await make('x');
  await make('y');
  await make('x', {}, 'b');
  const late = await watch(`${target}&resourceVersion=${past}`);
  await turns.idle();
  const of = (events: readonly WatchEvent[]) =>
    events.map(({ object: { metadata } }) => `${metadata.namespace!}/${metadata.name!}`);
  expect(of(live.events).toSorted()).toEqual(wants);
  expect(of(late.events).toSorted()).toEqual(wants);
});

test('watchers by a field of pods see only theirs', async () => {
  const { watch, call, turns, store } = await prepared();
  const seen = await watch(`/api/v1/pods?watch=1&resourceVersion=${store.revision}&fieldSelector=spec.nodeName%3Dn`);
  const pods = '/api/v1/namespaces/a/pods';
  await call('POST', pods, { metadata: { name: 'p' }, spec: { containers: [] } });
  await call('POST', pods, { metadata: { name: 'q' }, spec: { nodeName: 'm', containers: [] } });
  await call('POST', `${pods}/p/binding`, { metadata: { name: 'p' }, target: { name: 'n' } });
  await call('DELETE', `${pods}/p?gracePeriodSeconds=0`);
  await turns.idle();
  expect(kinds(seen.events)).toEqual(['ADDED p', 'MODIFIED p', 'DELETED p']);
});

test('bookmarks come every minute and before the end', async () => {
  const { watch, turns, make, store } = await prepared();
  const seen = await watch(
    `${CONFIGS}?watch=1&resourceVersion=${store.revision}&allowWatchBookmarks=true&timeoutSeconds=90`,
  );
  await make('z', {}, 'other');
  await turns.advance(61_000);
  expect(shown(seen.events)).toEqual([`BOOKMARK @${store.revision}`]);
  await turns.advance(28_000);
  expect(seen.events).toHaveLength(2);
  expect(seen.ended).toBe(false);
  await turns.advance(1_500);
  expect(seen.ended).toBe(true);
});

test('without a timeout a watch lasts half an hour to an hour', async () => {
  const { watch, turns } = await prepared();
  const seen = await watch(`${CONFIGS}?watch=1`);
  await turns.advance(29 * 60_000);
  expect(seen.ended).toBe(false);
  await turns.advance(31 * 60_000);
  expect(seen.ended).toBe(true);
});

test('a revision that is forgotten is an error event', async () => {
  const { watch, make, store, turns } = await prepared();
  const { metadata } = await make('x');
  await make('y');
  await make('z');
  await store.compact(store.revision);
  const seen = await watch(`${CONFIGS}?watch=1&resourceVersion=${metadata.resourceVersion!}`);
  await turns.idle();
  expect(seen.events).toMatchObject([{ type: 'ERROR', object: { kind: 'Status', code: 410, reason: 'Expired' } }]);
  expect(seen.ended).toBe(true);
});

/** Opens a watch over HTTP. Whoever sets `behind` has what is written next wait for it. */
async function openStream({ server, store }: TestServer, query = '', headers: Headers = {}) {
  const gone = new AbortController();
  const answer = await server.serve({
    method: 'GET',
    target: `${CONFIGS}?watch=1&resourceVersion=${store.revision}${query}`,
    headers,
    peer: { address: '', certificates: [] },
    body: () => Promise.resolve(new Uint8Array()),
    signal: () => gone.signal,
  });
  const over = Promise.withResolvers<void>();
  const seen = {
    writes: [] as string[],
    ended: false,
    behind: undefined as PromiseWithResolvers<void> | undefined,
    onWrite: () => {},
  };
  const out: Writable = {
    write(chunk) {
      seen.writes.push(textOf(chunk));
      seen.onWrite();
      return seen.behind?.promise;
    },
    end() {
      seen.ended = true;
      over.resolve();
    },
    abort: () => over.resolve(),
    closed: over.promise,
  };
  (answer.body as (out: Writable) => void)(out);
  return { seen, gone };
}

async function streamed(limits: { watchBacklog: number }, query?: string) {
  const all = await testServer({ barrier, limits });
  const make = (name: string) => all.call('POST', CONFIGS, { metadata: { name } });
  return {
    ...all,
    ...(await openStream(all, query)),
    make,
    another: (more?: string, headers?: Headers) => openStream(all, more, headers),
  };
}

/** What was told, without the objects. */
const told = (writes: readonly string[]) =>
  writes.flatMap((text) =>
    text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as WatchEvent),
  );

test('what happens in one turn is one write', async () => {
  const { seen, make, turns } = await streamed({ watchBacklog: 100 });
  await Promise.all(['a', 'b', 'c'].map(make));
  await turns.idle();
  expect(seen.writes.join('').trim().split('\n')).toHaveLength(3);
  expect(seen.writes).toHaveLength(1);
  expect(seen.writes[0]).toMatch(
    /^\{"type":"ADDED","object":\{"kind":"ConfigMap","apiVersion":"v1","metadata":\{"name":"a"/,
  );
});

test('what happens in one turn is the same write for all who see the same', async () => {
  const { seen, another, make, turns } = await streamed({ watchBacklog: 100 });
  const others = [await another(), await another()];
  const [few, labelled] = [await another('&fieldSelector=metadata.name!%3Db'), await another('&labelSelector=!b')];
  await Promise.all(['a', 'b', 'c'].map(make));
  await turns.idle();
  expect(kinds(told(seen.writes))).toEqual(['ADDED a', 'ADDED b', 'ADDED c']);
  for (const other of [...others, labelled]) expect(other.seen.writes).toEqual(seen.writes);
  expect(seen.writes).toHaveLength(1);
  expect(kinds(told(few.seen.writes))).toEqual(['ADDED a', 'ADDED c']);
});

test('each who watches a Table has its columns once, however the rest is told', async () => {
  const { another, make, turns } = await streamed({ watchBacklog: 100 });
  const table = { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' };
  const all = [await another('', table), await another('', table), await another('', table)];
  for (const names of [
    ['a', 'b'],
    ['c', 'd'],
  ]) {
    await Promise.all(names.map(make));
    await turns.idle();
  }
  for (const { seen } of all) {
    const columns = told(seen.writes).map(({ object }) => {
      const { columnDefinitions } = object as unknown as { readonly columnDefinitions: readonly unknown[] | null };
      return (columnDefinitions ?? []).length > 0;
    });
    expect(columns).toEqual([true, false, false, false]);
    expect(seen.writes).toHaveLength(2);
  }
});

test('who is behind gets the rest when it has caught up', async () => {
  const { seen, make, turns } = await streamed({ watchBacklog: 100 });
  seen.behind = Promise.withResolvers();
  await make('a');
  await turns.idle();
  for (const name of ['b', 'c']) await make(name);
  await turns.idle();
  expect(seen.writes).toHaveLength(1);
  seen.behind.resolve();
  seen.behind = undefined;
  await turns.idle();
  expect(seen.writes).toHaveLength(2);
  expect(seen.ended).toBe(false);
});

test('who is behind keeps nobody else waiting, and is told all in order', async () => {
  const { seen, another, make, turns } = await streamed({ watchBacklog: 100 });
  const { seen: other } = await another();
  seen.behind = Promise.withResolvers();
  for (const name of ['a', 'b', 'c']) {
    await make(name);
    await turns.idle();
  }
  expect(kinds(told(other.writes))).toEqual(['ADDED a', 'ADDED b', 'ADDED c']);
  expect(kinds(told(seen.writes))).toEqual(['ADDED a']);
  seen.behind.resolve();
  seen.behind = undefined;
  await make('d');
  await turns.idle();
  expect(kinds(told(seen.writes))).toEqual(['ADDED a', 'ADDED b', 'ADDED c', 'ADDED d']);
});

test('a bookmark does not overtake what waits', async () => {
  const { seen, make, turns } = await streamed({ watchBacklog: 100 }, '&allowWatchBookmarks=true');
  seen.behind = Promise.withResolvers();
  await make('a');
  await turns.idle();
  await make('b');
  await turns.advance(61_000);
  seen.behind.resolve();
  seen.behind = undefined;
  await turns.advance(61_000);
  expect(kinds(told(seen.writes))).toEqual(['ADDED a', 'ADDED b', 'BOOKMARK ']);
});

test('who goes while others are told is told nothing, and nobody misses anything for it', async () => {
  const { seen, another, make, turns } = await streamed({ watchBacklog: 100 });
  const [second, third] = [await another(), await another()];
  seen.onWrite = () => second.gone.abort();
  await make('a');
  await make('b');
  await turns.idle();
  expect(second.seen.writes).toEqual([]);
  expect(kinds(told(seen.writes))).toEqual(['ADDED a', 'ADDED b']);
  expect(kinds(told(third.seen.writes))).toEqual(['ADDED a', 'ADDED b']);
});

test('who is too far behind is cut off', async () => {
  const { seen, make, turns } = await streamed({ watchBacklog: 5 });
  seen.behind = Promise.withResolvers();
  for (let i = 0; i < 10; i++) {
    await make(`x${i}`);
    await turns.idle();
  }
  expect(seen.ended).toBe(true);
  expect(seen.writes).toHaveLength(1);
});

test('a thousand watchers are served in slices, each gets all', async () => {
  const { watch, make, turns, store } = await prepared();
  const after = store.revision;
  const all = await Promise.all(
    Array.from({ length: 1000 }, () => watch(`${CONFIGS}?watch=1&resourceVersion=${after}`)),
  );
  await make('x');
  await make('y');
  await turns.idle();
  for (const { events } of all) expect(kinds(events)).toEqual(['ADDED x', 'ADDED y']);
  for (const { stop } of all) stop();
});
