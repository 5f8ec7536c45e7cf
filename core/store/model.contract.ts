import { below, seededRandom, virtualTurns, type VirtualTurns } from '#core/base';
import { expect, test } from 'vitest';
import type { Backend } from './backend.ts';
import { openStore } from './store.ts';
import { barrier, configMap, partsOf } from './store.contract.ts';
import type { Change, Key, Revision, Store, Transaction } from './types.ts';

/** What a store should be: a map, its past, and a list of what happened. */
interface Model {
  readonly present: Map<Key, Revision>;
  readonly states: { readonly revision: Revision; readonly present: ReadonlyMap<Key, Revision> }[];
  readonly changes: {
    readonly revision: Revision;
    readonly key: Key;
    readonly was: Revision | undefined;
    readonly is: Revision | undefined;
  }[];
}

const RESOURCES = ['/pods/', '/nodes/', 'apps/deployments/'];
const START = 1_800_000_000_000;

/** Random transactions, many at a time, read and watched in all ways, against a model. */
export function modelContract(title: string, make: (turns: VirtualTurns) => Backend, seeds: readonly number[]): void {
  test.each(seeds)(`${title} does what the model does (seed %i)`, async (seed) => {
    const random = seededRandom(seed);
    const turns = virtualTurns(barrier, START);
    const store = await openStore(make(turns), partsOf(turns));
    const model: Model = {
      present: new Map(),
      states: [{ revision: store.revision, present: new Map() }],
      changes: [],
    };
    const watchers: { resource: string; after: Revision; seen: Change[] }[] = [];

    for (let round = 0; round < 60; round++) {
      const transactions = Array.from({ length: 1 + below(random, 12) }, () => ({
        transaction: randomTransaction(),
        revision: 0,
      }));
      await Promise.all(
        transactions.map(async (entry) => {
          const outcome = await store.commit(entry.transaction);
          if (outcome.ok) entry.revision = outcome.revision;
          // Whoever is refused was shown the reason.
          else if (outcome.reason === 'conflict') {
            const guard = entry.transaction.guards.find(({ key }) => key === outcome.key)!;
            expect(outcome.current?.revision ?? 0).not.toBe(guard.revision);
          } else throw new Error(outcome.message);
        }),
      );
      for (const { transaction, revision } of transactions) if (revision > 0) apply(model, transaction, revision);
      checkPresent(store, model);
      if (random.next() < 0.3) begin(RESOURCES[below(random, 3)]!);
      if (random.next() < 0.2) checkPast(store, model, model.states[below(random, model.states.length)]!.revision);
      if (random.next() < 0.05) await store.compact(model.states[below(random, model.states.length)]!.revision);
    }
    for (const { resource, after, seen } of watchers) {
      const expected = model.changes.filter(({ revision, key }) => revision > after && key.startsWith(resource));
      expect(
        seen.map(({ revision, key, entry, previous }) => ({
          revision,
          key,
          was: previous?.revision,
          is: entry?.revision,
        })),
      ).toEqual(expected);
    }
    expect(watchers.length).toBeGreaterThan(5);
    await store.close();

    function randomTransaction(): Transaction {
      const first = below(random, 3);
      const count = 1 + below(random, 2);
      const writes = Array.from({ length: count }, (_, at) => {
        const key = `${RESOURCES[(first + at) % 3]!}n/${below(random, 150)}`;
        return { key, object: random.next() < 0.3 ? undefined : configMap(key) };
      });
      const guards = writes
        .filter(() => random.next() < 0.6)
        .map(({ key }) => {
          const known = random.next() < 0.8 ? store.latest(key)?.revision : model.present.get(key);
          return { key, revision: random.next() < 0.9 ? (known ?? 0) : below(random, 100) };
        });
      return { guards, writes };
    }

    function begin(resource: string): void {
      const after = model.states[below(random, model.states.length)]!.revision;
      const seen: Change[] = [];
      const watch = store.watch(resource, after, { changes: (changes) => void seen.push(...changes), closed() {} });
      if ('failure' in watch) expect(after).toBeLessThan(store.oldest);
      else watchers.push({ resource, after, seen });
    }
  });
}

function apply(model: Model, { writes }: Transaction, revision: Revision): void {
  let changed = false;
  for (const { key, object } of writes) {
    const was = model.present.get(key);
    if (object === undefined && was === undefined) continue;
    changed = true;
    if (object === undefined) model.present.delete(key);
    else model.present.set(key, revision);
    model.changes.push({ revision, key, was, is: object === undefined ? undefined : revision });
  }
  if (!changed) return;
  expect(revision).toBeGreaterThan(model.states.at(-1)!.revision);
  model.states.push({ revision, present: new Map(model.present) });
}

const sorted = (present: ReadonlyMap<Key, Revision>, resource: string) =>
  [...present].filter(([key]) => key.startsWith(resource)).sort(([a], [b]) => (a < b ? -1 : 1));

function checkPresent(store: Store, model: Model): void {
  for (const resource of RESOURCES) {
    const view = store.view(resource);
    const expected = sorted(model.present, resource);
    expect([...view.range()].map(({ key, revision }) => [key, revision])).toEqual(expected);
    expect(view.size).toBe(expected.length);
    for (const [key, revision] of expected.slice(0, 5)) expect(store.get(key)?.revision).toBe(revision);
  }
  expect(store.revision).toBe(model.states.at(-1)!.revision);
}

function checkPast(store: Store, model: Model, revision: Revision): void {
  const state = model.states.findLast((one) => one.revision <= revision)!;
  for (const resource of RESOURCES) {
    const view = store.viewAt(resource, revision);
    if ('failure' in view) expect(revision).toBeLessThan(store.oldest);
    else expect([...view.range()].map((entry) => [entry.key, entry.revision])).toEqual(sorted(state.present, resource));
  }
}
