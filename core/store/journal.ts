import type { BackendView, StartState } from './backend.ts';
import type { StoredEntry } from './entry.ts';
import type { StoreParts } from './parts.ts';
import type { Cause, Key, Revision } from './types.ts';

/** One write as a journal keeps it. */
export interface JournalRecord {
  readonly key: Key;
  readonly revision: Revision;
  /** `undefined` for a deletion. */
  readonly entry: StoredEntry | undefined;
  readonly cause: Cause | undefined;
}

/**
 * Where a backend of one process writes down what it does, in order. A transaction's records are staged in one call and
 * are kept whole or not at all.
 */
export interface Journal {
  /** Reads all that was kept; the view's entries are the journal's to look at (`values`) from then on. */
  open(view: BackendView, parts: StoreParts): Promise<StartState>;
  /** Takes records for the next flush; false when too much waits already. */
  stage(records: readonly JournalRecord[]): boolean;
  /** Makes durable what was staged; one at a time. Rejects with a `JournalFailure`. */
  flush(revision: Revision): Promise<void>;
  /** What is to be done when nobody waits for a flush: the records that it stages go with the next one. */
  tend?(): Promise<void>;
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
