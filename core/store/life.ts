import { below, createMetrics, seededRandom, silentLog, type Log, type Random, type Turns } from '#core/base';
import type { KubeObject } from '#core/machinery/object';
import { logBackend, type LogOptions } from './log/log.ts';
import { simulatedDisk, type DiskMutations, type SimulatedDisk } from './simulated-disk.ts';
import { openStore } from './store.ts';
import type { Change, Key, Outcome, Revision, Store, Transaction } from './types.ts';

/** What a seed's life came to; a life that the store did not stand throws an Error that says what was wrong. */
export interface LifeReport {
  readonly powerLosses: number;
  readonly kills: number;
  readonly acknowledged: number;
  /** Transactions refused because the disk was full, and because it had failed. */
  readonly full: number;
  readonly failed: number;
  /** Starts that found a torn frame, and those that found the oldest segments given up. */
  readonly torn: number;
  readonly cleaned: number;
}

/** Sums reports of several lives. */
export function addReports(sum: LifeReport, one: LifeReport): LifeReport {
  return Object.fromEntries(
    Object.entries(sum).map(([name, value]) => [name, value + one[name as keyof LifeReport]]),
  ) as unknown as LifeReport;
}

export const noLives: LifeReport = {
  powerLosses: 0,
  kills: 0,
  acknowledged: 0,
  full: 0,
  failed: 0,
  torn: 0,
  cleaned: 0,
};

/** The value under a key, as text, and the revision that wrote it. */
interface Held {
  readonly value: string;
  readonly revision: Revision;
}

/** One transaction as the model knows it. */
interface Told {
  readonly transaction: Transaction;
  /** 0 while unknown. */
  revision: Revision;
  acknowledged: boolean;
}

/** Time that stands still: what a life is about is the order of disk calls, and microtasks give that. */
const stillTurns: Turns = {
  clock: { now: () => 1_800_000_000_000, monotonic: () => 0 },
  after: () => ({ cancel() {} }),
  post() {
    throw new Error('nothing is posted in a life');
  },
  external: (start) => start(),
};

const KEYS = [
  '/pods/n/a',
  '/pods/n/b',
  '/pods/n/c',
  'apps/deployments/n/a',
  'apps/deployments/n/b',
  '/nodes/a',
] as const;

/**
 * A store's life on a simulated disk: it opens, writes, and in the midst of that the power goes, the process is killed or
 * the disk fails, several times over. Each time it must come back with exactly what some prefix of its transactions leaves,
 * all acknowledged ones among them, at a revision no lower than any seen before.
 */
export async function liveOnce(seed: number, mutations: DiskMutations = {}): Promise<LifeReport> {
  const random = seededRandom(seed);
  const disk = simulatedDisk(random, mutations, random.next() < 0.5 ? 0 : below(random, 3000));
  const options: LogOptions = {
    segmentBytes: 200 + below(random, 1800),
    retention: { bytes: random.next() < 0.7 ? 0 : 3000 },
  };
  const report = { ...noLives };
  const metrics = createMetrics();
  let model = new Map<Key, Held>();
  let told: Told[] = [];
  let seen: Revision = 0;
  /** What each change that was watched replaced, by revision and key. */
  const replaced = new Map<string, Revision | undefined>();

  const lives = 2 + below(random, 3);
  const busy = random.next() < 0.2;
  for (let life = 0; life < lives; life++) {
    disk.capacity = Infinity;
    const mounted = disk.mount();
    if (!(await mounted.list()).some(({ name }) => name === '00000001.log') && life > 0) report.cleaned++;
    const log: Log = { ...silentLog, warn: () => void report.torn++ };
    const store = await openStore(logBackend(mounted, options), {
      clock: stillTurns.clock,
      turns: stillTurns,
      log,
      metrics,
    });
    model = checkRecovered(store, model, told, seen);
    checkHistory(store, replaced);
    seen = store.revision;
    told = [];
    const faulty = random.next() < 0.15;
    if (faulty) await disturb(disk, random);
    const watched: Change[] = [];
    const watch = store.watch('/pods/', store.revision, {
      changes: (changes) => void watched.push(...changes),
      closed() {},
    });
    if ('failure' in watch) throw new Error(`a watch at the present was refused: ${watch.failure}`);
    const writes = 1 + below(random, busy ? 24 : 6);
    for (let write = 0; write < writes; write++) {
      const entry: Told = { transaction: randomTransaction(store, random), revision: 0, acknowledged: false };
      told.push(entry);
      void store.commit(entry.transaction).then((outcome) => {
        note(entry, outcome, report);
        // Refused for want of room: it must never show up again, so the model forgets it at once.
        if (!outcome.ok && (outcome.reason === 'conflict' || isFull(outcome))) {
          told = told.filter((other) => other !== entry);
        }
      });
      for (let step = below(random, 14); step > 0; step--) await undefined;
    }
    // Mostly in the midst of things.
    for (let step = below(random, random.next() < 0.7 ? 8 : 40); step > 0; step--) await undefined;
    seen = Math.max(seen, store.revision);
    checkWatched(store, model, watched);
    for (const { key, revision, previous } of watched) replaced.set(`${revision} ${key}`, previous?.revision);
    if (random.next() < 0.8) {
      report.powerLosses++;
      disk.powerLoss();
    } else {
      report.kills++;
      // A process killed between a failed sync and its cutting off what may not be on the disk leaves a frame that every
      // reader sees and the disk may not have. Nothing can tell it from a good one, so this double fault is left out.
      if (faulty) for (let step = 0; step < 100; step++) await undefined;
      disk.kill();
    }
  }
  return report;
}

const isFull = (outcome: Outcome): boolean =>
  !outcome.ok && outcome.reason === 'unavailable' && outcome.message.startsWith('the disk is full');

function note(entry: Told, outcome: Outcome, report: { acknowledged: number; full: number; failed: number }): void {
  if (outcome.ok) {
    entry.revision = outcome.revision;
    entry.acknowledged = true;
    report.acknowledged++;
  } else if (isFull(outcome)) report.full++;
  else if (outcome.reason === 'unavailable') report.failed++;
}

async function disturb(disk: SimulatedDisk, random: Random): Promise<void> {
  const choice = below(random, 4);
  if (choice === 0) {
    let used = 0;
    for (const { size } of await disk.mount().list()) used += size;
    disk.capacity = used + below(random, 1500);
  } else disk.failNext((['append', 'sync', 'syncDirectory'] as const)[choice - 1]!);
}

function randomTransaction(store: Store, random: Random): Transaction {
  const key = KEYS[below(random, KEYS.length)]!;
  const writes = [{ key, object: random.next() < 0.25 ? undefined : objectOf(random) }];
  // Now and then a second write, to another resource.
  if (key !== '/nodes/a' && random.next() < 0.2) writes.push({ key: '/nodes/a', object: objectOf(random) });
  const guards = random.next() < 0.5 ? [{ key, revision: store.latest(key)?.revision ?? 0 }] : [];
  return { guards, writes };
}

const objectOf = (random: Random): KubeObject =>
  ({
    kind: 'X',
    apiVersion: 'v1',
    metadata: {},
    value: 'v'.repeat(below(random, 160)) + below(random, 1e6),
  }) as KubeObject;

const textOf = (object: KubeObject) => (object as { value?: string }).value ?? '';

function applyTo(model: ReadonlyMap<Key, Held>, { transaction, revision }: Told): Map<Key, Held> {
  const after = new Map(model);
  for (const { key, object } of transaction.writes) {
    if (object === undefined) after.delete(key);
    else after.set(key, { value: textOf(object), revision });
  }
  return after;
}

/** Finds the prefix of the transactions that explains what is there; throws when none does. */
function checkRecovered(
  store: Store,
  before: ReadonlyMap<Key, Held>,
  told: readonly Told[],
  seen: Revision,
): Map<Key, Held> {
  if (store.revision < seen) throw new Error(`revision ${store.revision} after ${seen} had been seen`);
  const present = presentOf(store);
  let model = new Map(before);
  const least = told.findLastIndex(({ acknowledged }) => acknowledged);
  for (let count = 0; count <= told.length; count++) {
    if (count > least && sameValues(model, present)) return present;
    if (count < told.length) model = applyTo(model, told[count]!);
  }
  throw new Error(`no prefix of ${told.length} transactions (at least ${least + 1}) explains what came back`);
}

function presentOf(store: Store): Map<Key, Held> {
  const present = new Map<Key, Held>();
  for (const resource of ['/nodes/', '/pods/', 'apps/deployments/']) {
    for (const { key, revision, object } of store.view(resource).range())
      present.set(key, { value: textOf(object), revision });
  }
  return present;
}

/** Values and, where the model knows it, the revision. */
function sameValues(model: ReadonlyMap<Key, Held>, present: ReadonlyMap<Key, Held>): boolean {
  if (model.size !== present.size) return false;
  for (const [key, { value, revision }] of model) {
    const found = present.get(key);
    if (found === undefined || found.value !== value || (revision !== 0 && found.revision !== revision)) return false;
  }
  return true;
}

/** The oldest view and the changes since must give the present, and say again what was said when they were made. */
function checkHistory(store: Store, replaced: ReadonlyMap<string, Revision | undefined>): void {
  for (const resource of ['/nodes/', '/pods/', 'apps/deployments/']) {
    const past = store.viewAt(resource, store.oldest);
    if ('failure' in past) throw new Error(`the oldest view was refused: ${past.failure}`);
    const state = new Map<Key, Revision>();
    for (const { key, revision } of past.range()) state.set(key, revision);
    const changes: Change[] = [];
    store.watch(resource, store.oldest, { changes: (some) => void changes.push(...some), closed() {} });
    for (const { key, revision, entry, previous } of changes) {
      const id = `${revision} ${key}`;
      if (replaced.has(id) && replaced.get(id) !== previous?.revision) throw new Error(`history tells ${id} otherwise`);
      if (state.get(key) !== previous?.revision) throw new Error(`history does not fit together at ${key}`);
      if (entry === undefined) state.delete(key);
      else state.set(key, entry.revision);
    }
    const present = [...store.view(resource).range()];
    if (present.length !== state.size || present.some(({ key, revision }) => state.get(key) !== revision)) {
      throw new Error(`history does not lead to the present of ${resource}`);
    }
  }
}

/** Watchers see acknowledged changes only, each once, in order. */
function checkWatched(store: Store, before: ReadonlyMap<Key, Held>, watched: readonly Change[]): void {
  const pods = new Map(
    [...before].filter(([key]) => key.startsWith('/pods/')).map(([key, { revision }]) => [key, revision]),
  );
  let last = 0;
  for (const { key, revision, entry, previous } of watched) {
    if (revision <= last) throw new Error(`watched revision ${revision} after ${last}`);
    last = revision;
    if (pods.get(key) !== previous?.revision) throw new Error(`a watch missed something before ${revision}`);
    if (entry === undefined) pods.delete(key);
    else pods.set(key, entry.revision);
  }
  for (const { key, revision } of store.view('/pods/').range()) {
    if (pods.get(key) !== revision) throw new Error(`a watch did not show ${key} at ${revision}`);
    pods.delete(key);
  }
  if (pods.size > 0) throw new Error(`a watch did not show that ${[...pods.keys()].join(', ')} went`);
}
