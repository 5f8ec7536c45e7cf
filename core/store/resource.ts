import { emptyTree, treeFrom, type Log, type Tree, type TreeEditor } from '#core/base';
import type { StoredChange } from './backend.ts';
import type { StoredEntry } from './entry.ts';
import { createHistory, type History } from './history.ts';
import type { Change, Key, Revision, View, Watch, Watcher } from './types.ts';

/** One resource's part of the store: what is there, what changed lately, who watches. */
export interface Resource {
  readonly editor: TreeEditor<StoredEntry>;
  readonly history: History;
  /** Replaced, never changed: a fan-out under way goes on over the list that it began with. */
  watchers: readonly OpenWatch[];
  /** The changes of the batch being applied. */
  batch: StoredChange[];
  /** Up to here the watchers were told that all is delivered. */
  told: Revision;
}

/** A watcher as the store calls it, and the handle with which its owner ends it. */
export interface OpenWatch extends Watcher, Watch {}

/** The part of the key up to and including the second slash; empty where there is none. */
export const resourceOf = (key: Key): string => {
  const first = key.indexOf('/');
  return first < 0 ? '' : key.slice(0, key.indexOf('/', first + 1) + 1);
};

export function createResource(entries: StoredEntry[]): Resource {
  entries.sort((a, b) => (a.key < b.key ? -1 : 1));
  const tree: Tree<StoredEntry> =
    entries.length === 0
      ? emptyTree()
      : treeFrom(
          entries.map(({ key }) => key),
          entries,
        );
  return { editor: tree.edit(), history: createHistory(), watchers: [], batch: [], told: 0 };
}

export function changeResource(resource: Resource, change: StoredChange): void {
  if (change.entry === undefined) resource.editor.delete(change.key);
  else resource.editor.set(change.key, change.entry);
  resource.history.add(change, resource.editor.snapshot);
  resource.batch.push(change);
}

export const viewOf = (tree: Tree<StoredEntry>, revision: Revision): View => ({
  revision,
  size: tree.size,
  get: tree.get,
  range: tree.range,
  count: tree.count,
});

/** Adds a watcher and hands it what it missed. */
export function addWatcher(resource: Resource, watcher: Watcher, backlog: readonly Change[], log: Log): Watch {
  let open = true;
  // A watch of its own for each call: one object may watch twice, and a fan-out under way must not reach who has left.
  const own: OpenWatch = {
    changes: (changes) => {
      if (open) watcher.changes(changes);
    },
    closed: () => {
      if (open) watcher.closed();
      open = false;
    },
    close: () => {
      open = false;
      resource.watchers = resource.watchers.filter((other) => other !== own);
    },
    ...(watcher.progress === undefined
      ? {}
      : {
          progress: (revision: Revision) => {
            if (open) watcher.progress!(revision);
          },
        }),
  };
  resource.watchers = [...resource.watchers, own];
  if (backlog.length > 0) tell(own, backlog, log);
  return own;
}

/** Hands changes to one watcher. One that throws has missed something, so its watch is over; the others never notice. */
export function tell(watcher: OpenWatch, changes: readonly Change[], log: Log): void {
  try {
    watcher.changes(changes);
  } catch (problem) {
    end(watcher, problem, log);
  }
}

export function tellProgress(watcher: OpenWatch, revision: Revision, log: Log): void {
  try {
    watcher.progress?.(revision);
  } catch (problem) {
    end(watcher, problem, log);
  }
}

function end(watcher: OpenWatch, problem: unknown, log: Log): void {
  log.error('a watcher threw and was closed', { problem });
  watcher.closed();
  watcher.close();
}
