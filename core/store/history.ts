import type { Tree } from '#core/base';
import type { StoredChange } from './backend.ts';
import type { StoredEntry } from './entry.ts';
import type { Revision } from './types.ts';

/** Changes between two kept versions of the tree: to undo as many takes a few milliseconds. */
const CHUNK = 4096;

interface Chunk {
  readonly changes: StoredChange[];
  /** The resource as it was after the last of them, once the chunk is full. */
  after: Tree<StoredEntry> | undefined;
}

/** The recent changes of one resource, in order of revision. */
export interface History {
  /** `now` gives the resource as it is after the change; without it (a start that reads old changes) it must be the present for all. */
  add(change: StoredChange, now?: () => Tree<StoredEntry>): void;
  /** All changes after `revision`. */
  since(revision: Revision): readonly StoredChange[];
  /** The resource as it was at `revision`, made from `present` by undoing what came after. */
  at(revision: Revision, present: Tree<StoredEntry>): Tree<StoredEntry>;
  /** Forgets changes up to and including `revision`, by whole chunks; the rest of a chunk goes with its last change. */
  forget(revision: Revision): void;
}

export function createHistory(): History {
  let chunks: Chunk[] = [];

  /** The first chunk that holds a change after `revision`. */
  const chunkOf = (revision: Revision): number => {
    let at = chunks.length;
    while (at > 0 && chunks[at - 1]!.changes.at(-1)!.revision > revision) at--;
    return at;
  };

  return {
    add(change, now) {
      let last = chunks.at(-1);
      if (last === undefined || last.after !== undefined) chunks.push((last = { changes: [], after: undefined }));
      last.changes.push(change);
      if (now !== undefined && last.changes.length >= CHUNK) last.after = now();
    },
    since(revision) {
      const first = chunkOf(revision);
      if (first === chunks.length) return [];
      const found = chunks[first]!.changes.slice(firstAfter(chunks[first]!.changes, revision));
      for (let at = first + 1; at < chunks.length; at++) for (const change of chunks[at]!.changes) found.push(change);
      return found;
    },
    at(revision, present) {
      const first = chunks[chunkOf(revision)];
      if (first === undefined) return present;
      const editor = (first.after ?? present).edit();
      for (let at = first.changes.length - 1; at >= 0; at--) {
        const { revision: made, key, previous } = first.changes[at]!;
        if (made <= revision) break;
        if (previous === undefined) editor.delete(key);
        else editor.set(key, previous);
      }
      return editor.snapshot();
    },
    forget(revision) {
      const keep = chunkOf(revision);
      if (keep > 0) chunks = chunks.slice(keep);
      // The first chunk is cut once half of it is of no use, so that a quiet resource does not pin what it once was.
      const first = chunks[0];
      if (first === undefined) return;
      const cut = firstAfter(first.changes, revision);
      if (cut * 2 > first.changes.length) chunks[0] = { changes: first.changes.slice(cut), after: first.after };
    },
  };
}

function firstAfter(changes: readonly StoredChange[], revision: Revision): number {
  let low = 0;
  let high = changes.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (changes[middle]!.revision <= revision) low = middle + 1;
    else high = middle;
  }
  return low;
}
