import { createMetrics, silentLog, virtualTurns, type VirtualTurns } from '#core/base';
import type { KubeObject } from '#core/machinery/object';
import { afterEach, describe, expect, test } from 'vitest';
import type { Backend } from './backend.ts';
import type { StoreParts } from './parts.ts';
import { openStore } from './store.ts';
import type { Change, RevisionFailure, Store, View, Watch, Watcher } from './types.ts';

/** The start of virtual wall time in these tests. */
const START = 1_800_000_000_000;

export const barrier = (): Promise<void> =>
  new Promise((resolve) => void (typeof setImmediate === 'function' ? setImmediate(resolve) : setTimeout(resolve)));

export const configMap = (name: string, value = '', more: object = {}): KubeObject =>
  ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'n' }, data: { value }, ...more }) as KubeObject;

export const partsOf = (turns: VirtualTurns, more: Partial<StoreParts> = {}): StoreParts => ({
  clock: turns.clock,
  turns,
  log: silentLog,
  metrics: createMetrics(),
  ...more,
});

const MAPS = '/configmaps/';
const keyOf = (name: string) => `${MAPS}n/${name}`;
const valueOf = (object: KubeObject | undefined) => (object as { data?: { value?: string } } | undefined)?.data?.value;
const valuesIn = (view: View) => [...view.range()].map(({ object }) => valueOf(object));

export const recorder = () => {
  const seen: Change[] = [];
  const batches: (readonly Change[])[] = [];
  const progress: number[] = [];
  let closed = 0;
  const watcher: Watcher = {
    changes: (changes) => {
      batches.push(changes);
      seen.push(...changes);
    },
    progress: (revision) => void progress.push(revision),
    closed: () => void closed++,
  };
  return { watcher, seen, batches, progress, closed: () => closed };
};

const put = async (store: Store, name: string, value: string, more: { guard?: number; expiresAfter?: number } = {}) => {
  const outcome = await store.commit({
    guards: more.guard === undefined ? [] : [{ key: keyOf(name), revision: more.guard }],
    writes: [
      {
        key: keyOf(name),
        object: configMap(name, value),
        ...(more.expiresAfter === undefined ? {} : { expiresAfter: more.expiresAfter }),
      },
    ],
  });
  return outcome.ok ? outcome.revision : outcome.reason;
};

const drop = (store: Store, name: string) =>
  store.commit({ guards: [], writes: [{ key: keyOf(name), object: undefined }] });

/** What every backend must do. `make` gives a fresh, empty backend. */
export function storeContract(title: string, make: (turns: VirtualTurns) => Backend): void {
  /** What the test before left open: a backend may hold files. */
  const left: Store[] = [];
  const opened = async (more: Partial<StoreParts> = {}) => {
    const turns = virtualTurns(barrier, START);
    const store = await openStore(make(turns), partsOf(turns, more));
    left.push(store);
    return { store, turns };
  };
  const notFailed = <T extends View | Watch>(result: T | RevisionFailure): T => {
    if ('failure' in result) throw new Error(result.failure);
    return result;
  };

  describe(`store on ${title}`, () => {
    afterEach(async () => {
      for (const store of left.splice(0)) await store.close();
    });

    test('starts empty, at a revision that is not 0', async () => {
      const { store } = await opened();
      expect(store.revision).toBeGreaterThan(0);
      expect(store.view(MAPS).size).toBe(0);
      expect(store.get(keyOf('a'))).toBeUndefined();
    });

    test('gives back what was written, by point and by range, at the revision that wrote it', async () => {
      const { store } = await opened();
      const first = await put(store, 'b', '1');
      const second = await put(store, 'a', '2');
      expect(second).toBeGreaterThan(first as number);
      expect(store.revision).toBe(second);
      expect(store.get(keyOf('b'))).toMatchObject({ key: keyOf('b'), revision: first, object: configMap('b', '1') });
      expect(JSON.parse(new TextDecoder().decode(store.get(keyOf('b'))!.bytes))).toEqual(configMap('b', '1'));
      const view = store.view(MAPS);
      expect(valuesIn(view)).toEqual(['2', '1']);
      expect([...view.range(keyOf('b'))].map(({ key }) => key)).toEqual([keyOf('b')]);
      expect([view.count(), view.count(undefined, keyOf('b'))]).toEqual([2, 1]);
      expect(view.get(keyOf('a'))?.revision).toBe(second);
    });

    test('keeps resources apart, also one whose name begins with another', async () => {
      const { store } = await opened();
      const write = (key: string) => store.commit({ guards: [], writes: [{ key, object: configMap('a') }] });
      await write('/pods/n/a');
      await write('/podtemplates/n/a');
      await write('apps/pods/n/a');
      expect([...store.view('/pods/').range()].map(({ key }) => key)).toEqual(['/pods/n/a']);
    });

    test('a view never changes', async () => {
      const { store } = await opened();
      await put(store, 'a', '1');
      const view = store.view(MAPS);
      await put(store, 'a', '2');
      await put(store, 'b', '3');
      expect(valuesIn(view)).toEqual(['1']);
    });

    test.each([
      { it: 'create of what is absent', before: [], guard: () => 0, ok: true },
      { it: 'create of what exists', before: ['1'], guard: () => 0, ok: false },
      { it: 'update as last seen', before: ['1'], guard: (seen: number) => seen, ok: true },
      { it: 'update of an older state', before: ['1', '2'], guard: (seen: number) => seen - 1, ok: false },
    ])('guards: $it', async ({ before, guard, ok }) => {
      const { store } = await opened();
      let seen = 0;
      for (const value of before) seen = (await put(store, 'a', value)) as number;
      const revision = store.revision;
      const outcome = await put(store, 'a', 'new', { guard: guard(seen) });
      expect(typeof outcome).toBe(ok ? 'number' : 'string');
      expect(valueOf(store.get(keyOf('a'))?.object)).toBe(ok ? 'new' : before.at(-1));
      if (!ok) expect(store.revision).toBe(revision);
    });

    test('a conflict shows what lies there', async () => {
      const { store } = await opened();
      const revision = await put(store, 'a', '1');
      const outcome = await store.commit({ guards: [{ key: keyOf('a'), revision: 0 }], writes: [] });
      expect(outcome).toMatchObject({ ok: false, reason: 'conflict', key: keyOf('a'), current: { revision } });
    });

    test('of many writers that saw the same state one wins', async () => {
      const { store } = await opened();
      const outcomes = await Promise.all(
        Array.from({ length: 20 }, (_, index) => put(store, 'a', `${index}`, { guard: 0 })),
      );
      expect(outcomes.filter((outcome) => typeof outcome === 'number')).toHaveLength(1);
      expect(outcomes.filter((outcome) => outcome === 'conflict')).toHaveLength(19);
    });

    test('a transaction is all or nothing and one revision', async () => {
      const { store } = await opened();
      const write = (guard: number) =>
        store.commit({
          guards: [{ key: '/services/n/a', revision: guard }],
          writes: [
            { key: '/services/n/a', object: configMap('a') },
            { key: '/ipaddresses/10.0.0.1', object: configMap('ip') },
          ],
        });
      expect(await write(7)).toMatchObject({ ok: false, reason: 'conflict' });
      expect(store.get('/ipaddresses/10.0.0.1')).toBeUndefined();
      expect(await write(0)).toMatchObject({ ok: true, revision: store.revision });
      expect(store.get('/services/n/a')?.revision).toBe(store.get('/ipaddresses/10.0.0.1')?.revision);
    });

    test('two writes to one resource in one transaction, and what is no key, are programming errors', async () => {
      const { store } = await opened();
      const writes = ['a', 'b'].map((name) => ({ key: keyOf(name), object: configMap(name) }));
      expect(() => store.commit({ guards: [], writes })).toThrow(TypeError);
      for (const key of ['', 'pods', '/pods']) {
        expect(() => store.commit({ guards: [], writes: [{ key, object: configMap('a') }] })).toThrow(TypeError);
      }
    });

    test('deleting what is absent changes nothing and takes no revision', async () => {
      const { store } = await opened();
      await put(store, 'a', '1');
      const revision = store.revision;
      expect(await drop(store, 'zzz')).toMatchObject({ ok: true });
      expect(store.revision).toBe(revision);
    });

    test('readers see a write only once it is acknowledged; the next writer sees it before', async () => {
      const { store } = await opened();
      const first = put(store, 'a', '1');
      expect(store.get(keyOf('a'))).toBeUndefined();
      const ahead = store.latest(keyOf('a'));
      if (ahead !== undefined) {
        // The backend has a pending layer: a read-modify-write on it needs no second try.
        expect(await put(store, 'a', '2', { guard: ahead.revision })).toBeGreaterThan(ahead.revision);
      }
      await first;
      expect(store.get(keyOf('a'))).toBeDefined();
    });

    test('a watch gives every change after its revision, once, in order, with what was before', async () => {
      const { store } = await opened();
      const first = (await put(store, 'a', '1')) as number;
      await put(store, 'a', '2');
      const { watcher, seen } = recorder();
      notFailed(store.watch(MAPS, first, watcher));
      expect(seen.map(({ entry }) => valueOf(entry?.object))).toEqual(['2']);
      await drop(store, 'a');
      await put(store, 'b', '3');
      await store.commit({ guards: [], writes: [{ key: '/pods/n/p', object: configMap('p') }] });
      expect(seen.map(({ entry, previous }) => [valueOf(previous?.object), valueOf(entry?.object)])).toEqual([
        ['1', '2'],
        ['2', undefined],
        [undefined, '3'],
      ]);
      const revisions = seen.map(({ revision }) => revision);
      expect(revisions).toEqual(revisions.toSorted((a, b) => a - b));
      expect(seen[1]!.revision).toBeGreaterThan(seen[0]!.revision);
    });

    test('a closed watch is silent, the others go on; one that throws is closed', async () => {
      const { store } = await opened();
      const [one, two] = [recorder(), recorder()];
      let faults = 0;
      const watch = notFailed(store.watch(MAPS, store.revision, one.watcher));
      notFailed(
        store.watch(MAPS, store.revision, {
          changes: () => {
            throw new Error('a faulty watcher');
          },
          closed: () => void faults++,
        }),
      );
      notFailed(store.watch(MAPS, store.revision, two.watcher));
      await put(store, 'a', '1');
      watch.close();
      await put(store, 'a', '2');
      expect([one.seen.length, two.seen.length, faults]).toEqual([1, 2, 1]);
    });

    test('a watch begun, and one ended, inside a fan-out neither repeats nor misses', async () => {
      const { store } = await opened();
      const late = recorder();
      const ended = recorder();
      const revision = store.revision;
      let begun = false;
      notFailed(
        store.watch(MAPS, revision, {
          changes: () => {
            if (begun) return;
            begun = true;
            notFailed(store.watch(MAPS, revision, late.watcher));
            other.close();
          },
          closed() {},
        }),
      );
      const other = notFailed(store.watch(MAPS, revision, ended.watcher));
      await put(store, 'a', '1');
      await put(store, 'a', '2');
      expect(late.seen.map(({ entry }) => valueOf(entry?.object))).toEqual(['1', '2']);
      expect(ended.seen).toEqual([]);
    });

    test('idle watchers hear that the revision moved', async () => {
      const { store, turns } = await opened();
      const { watcher, progress } = recorder();
      notFailed(store.watch('/pods/', store.revision, watcher));
      await put(store, 'a', '1');
      await turns.advance(1000);
      expect(progress).toEqual([store.revision]);
    });

    test('viewAt gives every revision since the oldest, and refuses others', async () => {
      const { store } = await opened();
      const states: { revision: number; values: unknown[] }[] = [];
      for (let step = 0; step < 40; step++) {
        if (step % 7 === 6) await drop(store, `${step % 5}`);
        else await put(store, `${step % 5}`, `${step}`);
        states.push({ revision: store.revision, values: valuesIn(store.view(MAPS)) });
      }
      for (const { revision, values } of states) {
        const view = notFailed(store.viewAt(MAPS, revision));
        expect(view.revision).toBe(revision);
        expect(valuesIn(view)).toEqual(values);
      }
      expect(store.viewAt(MAPS, store.revision + 1)).toMatchObject({ failure: 'future', current: store.revision });
      const { revision } = states[20]!;
      await store.compact(revision);
      expect(store.oldest).toBe(revision);
      expect(valuesIn(notFailed(store.viewAt(MAPS, revision)))).toEqual(states[20]!.values);
      expect(store.viewAt(MAPS, revision - 1)).toMatchObject({ failure: 'compacted', oldest: revision });
      expect(store.watch(MAPS, revision - 1, recorder().watcher)).toMatchObject({ failure: 'compacted' });
      const { watcher, seen } = recorder();
      notFailed(store.watch(MAPS, revision, watcher));
      expect(seen).toHaveLength(19);
    });

    test('the window moves on with the clock', async () => {
      const { store, turns } = await opened();
      const first = (await put(store, 'a', '1')) as number;
      await put(store, 'a', '2');
      await turns.advance(4 * 60_000);
      expect(store.viewAt(MAPS, first)).toHaveProperty('revision', first);
      await turns.advance(3 * 60_000);
      expect(store.viewAt(MAPS, first)).toMatchObject({ failure: 'compacted' });
      expect(valueOf(store.get(keyOf('a'))?.object)).toBe('2');
    });

    test('the window is bounded in changes', async () => {
      const { store } = await opened({ window: { age: 1e9, changes: 2000, bytes: 1e9 } });
      const first = store.revision;
      for (let step = 0; step < 60; step++) {
        await Promise.all(Array.from({ length: 100 }, (_, index) => put(store, `${index}`, `${step}`)));
      }
      expect(store.viewAt(MAPS, first)).toMatchObject({ failure: 'compacted' });
      const { watcher, seen } = recorder();
      notFailed(store.watch(MAPS, store.oldest, watcher));
      expect(seen.length).toBeLessThanOrEqual(2000);
    });

    test('an entry with a time to live goes by itself, unless it was renewed', async () => {
      const { store, turns } = await opened();
      const { watcher, seen } = recorder();
      await put(store, 'a', '1', { expiresAfter: 10_000 });
      await put(store, 'b', '1', { expiresAfter: 10_000 });
      await put(store, 'c', '1', { expiresAfter: 10_000 });
      await turns.advance(8000);
      await put(store, 'b', '2', { expiresAfter: 10_000 });
      await put(store, 'c', '2');
      notFailed(store.watch(MAPS, store.revision, watcher));
      await turns.advance(4000);
      expect(valuesIn(store.view(MAPS))).toEqual(['2', '2']);
      expect(seen).toMatchObject([{ key: keyOf('a'), entry: undefined, previous: { object: configMap('a', '1') } }]);
      await turns.advance(20_000);
      expect(valuesIn(store.view(MAPS))).toEqual(['2']);
      expect(store.get(keyOf('c'))).toBeDefined();
    });

    test('sync resolves at a revision that holds all that was acknowledged', async () => {
      const { store } = await opened();
      const revision = await put(store, 'a', '1');
      expect(await store.sync()).toBeGreaterThanOrEqual(revision as number);
    });

    test('field sets kept as text are stored as they are', async () => {
      const { store } = await opened();
      const object = configMap('a', '1', {
        metadata: { name: 'a', managedFields: [{ manager: 'm', fieldsV1: { text: '{"f:data":{}}' } }] },
      });
      await store.commit({ guards: [], writes: [{ key: keyOf('a'), object }] });
      const text = new TextDecoder().decode(store.get(keyOf('a'))!.bytes);
      expect(text).toContain('"managedFields":[{"manager":"m","fieldsV1":{"f:data":{}}}]');
      expect(Object.keys(JSON.parse(text))).toEqual(Object.keys(object));
    });

    test('close ends the watches and refuses writes', async () => {
      const { store } = await opened();
      const { watcher, closed } = recorder();
      notFailed(store.watch(MAPS, store.revision, watcher));
      const last = put(store, 'a', '1');
      await store.close();
      expect(typeof (await last)).toBe('number');
      expect(closed()).toBe(1);
      expect(await put(store, 'b', '1')).toBe('unavailable');
    });
  });
}
