import type { Backend, BackendView, StoredChange } from './backend.ts';
import type { StoredEntry } from './entry.ts';
import { createExpiry, type Expiry } from './expiry.ts';
import { JournalFailure, type Journal } from './journal.ts';
import type { StoreParts } from './parts.ts';
import type { Entry, Key, Outcome, Revision, Transaction, Write } from './types.ts';

/** A write that is not durable yet. */
interface Pending {
  readonly revision: Revision;
  readonly entry: StoredEntry | undefined;
}

/** A transaction on its way to the journal. */
interface Waiting {
  readonly revision: Revision;
  readonly changes: readonly StoredChange[];
  readonly entries: readonly (StoredEntry | undefined)[];
  settle(outcome: Outcome): void;
}

/**
 * A backend for one process over a journal. Commits are checked against a *pending* layer of all that is not durable yet,
 * gathered while a flush is under way, and made durable together; readers see them only then. A failed flush fails its
 * batch and all that was built on it.
 */
export function journalBackend(journal: Journal): Backend {
  const pending = new Map<Key, Pending>();
  let view: BackendView;
  let parts: StoreParts;
  let expiry: Expiry;
  let revision: Revision = 0;
  let durable: Revision = 0;
  let waiting: Waiting[] = [];
  let running: Promise<void> | undefined;
  /** Set for good: why nothing is written any more. */
  let broken: string | undefined;
  let complaint: string | undefined;

  const ahead = (key: Key): StoredEntry | undefined => {
    const write = pending.get(key);
    return write === undefined ? view.get(key) : write.entry;
  };

  const commit = ({ guards, writes, cause }: Transaction): Promise<Outcome> => {
    if (broken !== undefined) return Promise.resolve({ ok: false, reason: 'unavailable', message: broken });
    for (const { key, revision: seen } of guards) {
      const current = ahead(key);
      if ((current?.revision ?? 0) === seen) continue;
      const conflict = { ok: false, reason: 'conflict', key, current } as const;
      return pending.has(key) ? onceDurable(conflict) : Promise.resolve(conflict);
    }
    const next = revision + 1;
    const changes: StoredChange[] = [];
    const entries: (StoredEntry | undefined)[] = [];
    for (const write of writes) {
      const { key } = write;
      const entry = entryOf(write, next);
      const previous = ahead(key);
      entries.push(entry);
      if (entry !== undefined || previous !== undefined) changes.push({ revision: next, key, entry, previous });
    }
    if (!journal.stage(changes, cause)) {
      return Promise.resolve({
        ok: false,
        reason: 'unavailable',
        message: 'the disk is behind: too many writes wait for it',
      });
    }
    if (changes.length > 0) revision = next;
    for (const { key, entry } of changes) pending.set(key, { revision: next, entry });
    return new Promise((settle) => {
      // A transaction that changes nothing waits like the others: it may have been checked against a pending write.
      waiting.push({ revision, changes, entries, settle });
      running ??= Promise.resolve().then(run);
    });
  };

  /** A conflict with what may yet be lost is no answer: it waits, and is lost with it. */
  const onceDurable = (conflict: Outcome): Promise<Outcome> =>
    new Promise((resolve) => {
      const settle = (outcome: Outcome) => resolve(outcome.ok ? conflict : outcome);
      waiting.push({ revision, changes: [], entries: [], settle });
      running ??= Promise.resolve().then(run);
    });

  const entryOf = ({ key, object, expiresAfter }: Write, at: Revision): StoredEntry | undefined => {
    if (object === undefined) return undefined;
    return view.entries.fromObject(key, at, object, expiresAfter === undefined ? 0 : parts.clock.now() + expiresAfter);
  };

  /** Flushes until nobody waits. */
  const run = async (): Promise<void> => {
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      try {
        await journal.flush(revision);
      } catch (problem) {
        fail(problem, batch);
        continue;
      }
      acknowledge(batch);
      const tending = journal.tend?.();
      if (tending !== undefined) await tending;
    }
    running = undefined;
  };

  const acknowledge = (batch: readonly Waiting[]) => {
    complaint = undefined;
    const all: StoredChange[] = [];
    for (const { changes } of batch) {
      for (const change of changes) {
        const { key, revision: made, entry } = change;
        all.push(change);
        if (pending.get(key)?.revision === made) pending.delete(key);
        if (entry !== undefined && entry.expires !== 0) expiry.add(entry);
      }
    }
    if (all.length > 0) {
      durable = all.at(-1)!.revision;
      view.apply(all, durable);
    }
    for (const { revision: made, entries, settle } of batch) settle({ ok: true, revision: made, entries });
  };

  /** Nothing that was staged can be trusted to be there, so all of it is refused; its revisions are not used again. */
  const fail = (problem: unknown, batch: readonly Waiting[]) => {
    const message = problem instanceof Error ? problem.message : String(problem);
    const passing = problem instanceof JournalFailure && problem.passing;
    if (!passing) broken = message;
    // A full disk is said once, not with every write that it refuses.
    if (message !== complaint)
      parts.log.error('writes failed', { message, transactions: batch.length + waiting.length });
    complaint = message;
    const refused = [...batch, ...waiting];
    waiting = [];
    pending.clear();
    journal.drop();
    for (const { settle } of refused) settle({ ok: false, reason: 'unavailable', message });
  };

  return {
    async open(itsView, itsParts) {
      view = itsView;
      parts = itsParts;
      expiry = createExpiry({ clock: parts.clock, turns: parts.turns, current: ahead, commit });
      const state = await journal.open({ ...view, ahead }, parts);
      revision = durable = state.revision;
      view.start(state);
      for (const entry of view.values()) if (entry.expires !== 0) expiry.add(entry);
    },
    commit,
    ahead: (key): Entry | undefined => ahead(key),
    latest: () => Promise.resolve(durable),
    compact: () => Promise.resolve(),
    async close() {
      expiry.close();
      await running;
      broken ??= 'the store is closed';
      await journal.close();
    },
  };
}
