/** What clients saw of one resource while they used it. Times are milliseconds of the rig's own monotonic clock. */
export interface History {
  readonly writes: readonly Write[];
  readonly reads: readonly Read[];
  readonly lists: readonly List[];
  readonly watches: readonly Watched[];
}

/** An object as an answer or event showed it. */
export interface Seen {
  readonly revision: number;
  /** No two writes have the same. */
  readonly value: string;
}

/** From the request's start to its answer. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A conditional write: it happens only where the object is as at `onto` (0: where there is none). */
export interface Write extends Span {
  readonly key: string;
  readonly onto: number;
  /** `undefined` deletes. */
  readonly value: string | undefined;
  readonly outcome: Outcome;
}

export type Outcome =
  /** Acknowledged; the answer to a deletion does not tell its revision. */
  | { readonly is: 'done'; readonly revision?: number }
  /** It did not happen: not because of what was there (`conflict`), or for another reason of the server's. */
  | { readonly is: 'refused'; readonly conflict: boolean }
  /** No answer, or one of the 500s: it may have happened or may happen yet. */
  | { readonly is: 'unknown' };

export interface Read extends Span {
  readonly key: string;
  /** `undefined`: there was none. */
  readonly found: Seen | undefined;
}

export interface List extends Span {
  readonly revision: number;
  readonly items: ReadonlyMap<string, Seen>;
}

/** One connection's worth of a watch. */
export interface Watched {
  /** The revision after which it was asked for. */
  readonly from: number;
  readonly events: readonly WatchEvent[];
}

export type WatchEvent =
  | { readonly type: 'BOOKMARK'; readonly revision: number }
  | {
      readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
      readonly key: string;
      readonly revision: number;
      /** For a deletion: the last one before it. */
      readonly value: string;
    };
