import type { Entries, StoredEntry } from './entry.ts';
import type { StoreParts } from './parts.ts';
import type { Change, Entry, Key, Outcome, Revision, Transaction } from './types.ts';

/** Makes commits durable. Narrow, so that a log, a database or an etcd cluster can each be one. */
export interface Backend {
  /** Reads what is kept and shows it to the view (`start`, once); from then on every change goes to the view, own commits included. */
  open(view: BackendView, parts: StoreParts): Promise<void>;
  /**
   * Settles once the transaction is durable and the view has it, or will never be. The writes of a transaction that
   * concern keys which are absent already are left out.
   */
  commit(transaction: Transaction): Promise<Outcome>;
  /** What a guard on the key would be held against now. */
  ahead(key: Key): Entry | undefined;
  /** The newest revision that any writer has been told of. */
  latest(): Promise<Revision>;
  /** The view has forgotten what was before `before`; the backend may too. */
  compact(before: Revision): Promise<void>;
  close(): Promise<void>;
}

/** The store's memory, as its backend sees it. */
export interface BackendView {
  readonly entries: Entries;
  /** The newest durable entry. */
  get(key: Key): StoredEntry | undefined;
  /** All durable entries; stays valid while they change. */
  values(): Iterable<StoredEntry>;
  start(state: StartState): void;
  /** One durable batch, in order of revision; `revision` is the store's afterwards. */
  apply(changes: readonly StoredChange[], revision: Revision): void;
}

export interface StoredChange extends Change {
  readonly entry: StoredEntry | undefined;
  readonly previous: StoredEntry | undefined;
}

/** What a backend found when it opened. */
export interface StartState {
  /** The view takes the map over. */
  readonly entries: Map<Key, StoredEntry>;
  readonly revision: Revision;
  /** Changes after this revision are known, all of them, and are in `changes`. */
  readonly oldest: Revision;
  readonly changes: readonly StoredChange[];
}
