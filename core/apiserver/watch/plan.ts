import type { Revision } from '#core/store';
import type { Selection } from './selection.ts';

/** A watch as it was asked for. */
export interface WatchPlan {
  readonly selection: Selection;
  /** Only what happened after this revision; `undefined` means from now on. */
  readonly after: Revision | undefined;
  /** First all that there is. */
  readonly initial: boolean;
  readonly bookmarks: boolean;
  /** Milliseconds. */
  readonly timeout: number;
}
