import type { BackendView, StartState, StoredChange } from './backend.ts';
import type { StoredEntry } from './entry.ts';
import type { StoreParts } from './parts.ts';
import type { Cause, Key, Revision } from './types.ts';

/** What a journal sees of the store. */
export interface JournalView extends BackendView {
  /** The newest entry, durable or not. */
  ahead(key: Key): StoredEntry | undefined;
}

/**
 * Where a backend of one process writes down what it does, in order. A transaction's changes are staged in one call and
 * are kept whole or not at all; their `previous` is what lay under the key when it was accepted, durable or not.
 */
export interface Journal {
  /** Reads all that was kept; the view's entries are the journal's to look at (`values`) from then on. */
  open(view: JournalView, parts: StoreParts): Promise<StartState>;
  /** Takes changes for the next flush; false when too much waits already. */
  stage(changes: readonly StoredChange[], cause: Cause | undefined): boolean;
  /** Makes durable what was staged; one at a time. Rejects with a `JournalFailure`; `drop` is called then. */
  flush(revision: Revision): Promise<void>;
  /** Forgets all that was staged, also for the flush that failed. */
  drop(): void;
  /** Housekeeping after a flush was acknowledged; `undefined` where there was none. What it stages goes with the next flush. Never rejects. */
  tend?(): Promise<void> | undefined;
  close(): Promise<void>;
}

/** Why a journal takes nothing more. */
export class JournalFailure extends Error {
  /** The next flush may succeed (somebody may have made room); otherwise the store must be reopened. */
  readonly passing: boolean;

  constructor(message: string, passing: boolean, cause?: unknown) {
    super(message, { cause });
    this.name = 'JournalFailure';
    this.passing = passing;
  }
}
