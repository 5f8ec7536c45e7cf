import type { Clock, Timer, Turns } from '#core/base';
import type { StoredEntry } from './entry.ts';
import type { Entry, Key, Outcome, Revision, Transaction } from './types.ts';

/** Milliseconds that share a timer: an entry goes up to so much later than it might. */
const GRAIN = 1000;
/** Deletions begun in one turn. */
const SLICE = 100;
/** Milliseconds until a refused deletion is tried again. */
const RETRY = 10_000;

interface Due {
  readonly key: Key;
  readonly revision: Revision;
}

/** Deletes entries whose time is over. */
export interface Expiry {
  add(entry: StoredEntry): void;
  close(): void;
}

export interface ExpiryParts {
  readonly clock: Clock;
  readonly turns: Turns;
  current(key: Key): Entry | undefined;
  commit(transaction: Transaction): Promise<Outcome>;
}

/** Entries share buckets of a second; one timer waits for the earliest bucket. An entry that was rewritten meanwhile is let be. */
export function createExpiry({ clock, turns, current, commit }: ExpiryParts): Expiry {
  /** By the bucket's end on the monotonic clock, in grains. */
  const buckets = new Map<number, Due[]>();
  let timer: Timer | undefined;
  let next = Infinity;
  let closed = false;

  const put = (bucket: number, due: Due) => {
    const held = buckets.get(bucket);
    if (held === undefined) buckets.set(bucket, [due]);
    else held.push(due);
    if (bucket < next) arm(bucket);
  };

  const arm = (bucket: number) => {
    timer?.cancel();
    next = bucket;
    timer = turns.after(bucket * GRAIN - clock.monotonic(), fire);
  };

  const fire = () => {
    timer = undefined;
    next = Infinity;
    const now = Math.floor(clock.monotonic() / GRAIN);
    const due: Due[] = [];
    let earliest = Infinity;
    for (const [bucket, held] of buckets) {
      if (bucket <= now) {
        buckets.delete(bucket);
        due.push(...held);
      } else if (bucket < earliest) earliest = bucket;
    }
    if (earliest !== Infinity) arm(earliest);
    expire(due, 0);
  };

  const expire = (due: readonly Due[], from: number) => {
    if (closed) return;
    for (const { key, revision } of due.slice(from, from + SLICE)) {
      if (current(key)?.revision !== revision) continue;
      void commit({
        guards: [{ key, revision }],
        writes: [{ key, object: undefined }],
        cause: { verb: 'delete', reason: 'expired' },
      }).then((outcome) => {
        if (!outcome.ok && outcome.reason === 'unavailable' && !closed) {
          put(Math.ceil((clock.monotonic() + RETRY) / GRAIN), { key, revision });
        }
      });
    }
    if (from + SLICE < due.length) turns.post(() => expire(due, from + SLICE));
  };

  return {
    add({ key, revision, expires }) {
      // What is stored is wall time, for it must outlive the process; what is waited for is monotonic, for it must not jump.
      put(Math.ceil((clock.monotonic() + Math.max(0, expires - clock.now())) / GRAIN), { key, revision });
    },
    close() {
      closed = true;
      timer?.cancel();
    },
  };
}
