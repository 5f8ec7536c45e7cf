import { setTimeout as wait } from 'node:timers/promises';
import type { Change, Disk, Entry, Outcome, Store, Watcher } from '#core/store';

/** A server broken on purpose: the rig that does not catch it is broken itself. */
export interface Mutant {
  readonly disk?: (disk: Disk) => Disk;
  readonly store?: (store: Store) => Store;
}

export const mutants: Readonly<Record<string, Mutant>> = {
  'acknowledge-early': { disk: lazyDisk },
  'skip-event': { store: (store) => over(store, { watch: skipping(store) }) },
  'reuse-revision': { store: (store) => over(store, { commit: reusing(store) }) },
  'serve-pending': { store: (store) => over(store, { get: (key) => store.latest(key) }) },
};

const over = (store: Store, part: Partial<Store>): Store => Object.assign(Object.create(store) as Store, part);

/** Milliseconds that the lazy disk keeps what it was given. */
const LAZY = 150;

/** Says "written" and "synced" at once and writes later: what a kill takes away was acknowledged. */
function lazyDisk(disk: Disk): Disk {
  let last: Promise<unknown> = Promise.resolve();
  const later = async (f: () => Promise<void>): Promise<void> => {
    last = last.then(() => wait(LAZY)).then(f);
    last.catch(() => undefined);
  };
  const inTurn = (f: () => Promise<void>) => last.then(f);
  return {
    ...disk,
    append(name, bytes) {
      const copy = bytes.slice();
      return later(() => disk.append(name, copy));
    },
    sync: async () => undefined,
    truncate: (name, length) => inTurn(() => disk.truncate(name, length)),
    syncDirectory: () => inTurn(() => disk.syncDirectory()),
    close: () => inTurn(() => disk.close()),
  };
}

/** One event or answer of so many is wrong. */
const RARE = 40;

function skipping(store: Store): Store['watch'] {
  let count = 0;
  const kept = (changes: readonly Change[]) => changes.filter(() => ++count % RARE !== 0);
  return (resource, after, watcher) => {
    const lossy: Watcher = {
      ...watcher,
      changes(changes) {
        const rest = kept(changes);
        if (rest.length > 0) watcher.changes(rest);
      },
      closed: () => watcher.closed(),
    };
    if (watcher.progress !== undefined) lossy.progress = (revision) => watcher.progress!(revision);
    return store.watch(resource, after, lossy);
  };
}

function reusing(store: Store): Store['commit'] {
  let count = 0;
  const earlier = (entry: Entry | undefined): Entry | undefined =>
    entry && {
      key: entry.key,
      revision: entry.revision - 1,
      object: entry.object,
      bytes: entry.bytes,
      json: entry.json,
    };
  return async (transaction): Promise<Outcome> => {
    const outcome = await store.commit(transaction);
    if (!outcome.ok || ++count % RARE !== 0) return outcome;
    return { ok: true, revision: outcome.revision - 1, entries: outcome.entries.map(earlier) };
  };
}
