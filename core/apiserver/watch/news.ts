import type { Change, Entry, Revision } from '#core/store';
import type { WatchEventType } from '../types.ts';
import type { Run } from './joined.ts';

/**
 * One thing that watchers are told. The same news goes to every watcher that it concerns, so what was made of it once (its
 * bytes in some format) is kept here for the next.
 */
export interface News {
  readonly type: WatchEventType;
  /** The object to show; `undefined` for bookmarks. */
  readonly entry: Entry | undefined;
  /** The resourceVersion to show: the object's own, the deletion's, or the bookmark's. */
  readonly revision: Revision;
  /** Of a bookmark: all that there was at the start has been sent. */
  readonly initialEnd?: true;
  /** By format; absent where nobody else will be told the same (initial events). */
  readonly frames?: Map<string, Uint8Array>;
  /** The news that were last told together up to this one. */
  run?: Run;
}

const sharedNews = (type: WatchEventType, entry: Entry, revision: Revision): News => ({
  type,
  entry,
  revision,
  frames: new Map(),
});

/** What there is already, for one who has just begun to watch. */
export const presentNews = (entry: Entry): News => ({ type: 'ADDED', entry, revision: entry.revision });

export const bookmark = (revision: Revision): News => ({
  type: 'BOOKMARK',
  entry: undefined,
  revision,
  frames: new Map(),
});

export const initialEnd = (revision: Revision): News => ({ ...bookmark(revision), initialEnd: true });

/** A change as the different watchers see it; each form is made when the first of them needs it. */
export class ChangeNews {
  readonly change: Change;
  #added: News | undefined;
  #modified: News | undefined;
  #deleted: News | undefined;

  constructor(change: Change) {
    this.change = change;
  }

  /** For whoever selects everything. */
  plain(): News {
    const { entry, previous } = this.change;
    if (entry === undefined) return this.deleted();
    return previous === undefined ? this.added() : this.modified();
  }

  added(): News {
    return (this.#added ??= sharedNews('ADDED', this.change.entry!, this.change.entry!.revision));
  }

  modified(): News {
    return (this.#modified ??= sharedNews('MODIFIED', this.change.entry!, this.change.entry!.revision));
  }

  /** The previous content under the revision of the change, be it gone or only no longer selected. */
  deleted(): News {
    return (this.#deleted ??= sharedNews('DELETED', this.change.previous!, this.change.revision));
  }
}
