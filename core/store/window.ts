import type { Clock } from '#core/base';
import type { StoredChange } from './backend.ts';
import type { WindowLimits } from './parts.ts';
import type { Revision } from './types.ts';

/** Milliseconds of changes that are forgotten together. */
const GRAIN = 1000;
/** Changes that are forgotten together at most. */
const GROUP = 1024;

interface Group {
  /** The newest revision in it. */
  revision: Revision;
  readonly since: number;
  changes: number;
  bytes: number;
}

/** Decides how far back the store remembers. */
export interface Window {
  /** Takes note of a batch that ends at `revision`. */
  add(changes: readonly StoredChange[], revision: Revision): void;
  /** The revision up to which (inclusive) changes are to be forgotten now; `undefined` for none. */
  due(): Revision | undefined;
  readonly empty: boolean;
}

export function createWindow(limits: WindowLimits, clock: Clock): Window {
  let groups: Group[] = [];
  let changes = 0;
  let bytes = 0;
  return {
    add(batch, revision) {
      const now = clock.monotonic();
      let last = groups.at(-1);
      if (last === undefined || now - last.since >= GRAIN || last.changes >= GROUP) {
        groups.push((last = { revision, since: now, changes: 0, bytes: 0 }));
      }
      let weight = 0;
      for (const { entry, previous } of batch) weight += (entry ?? previous)?.weight ?? 0;
      last.revision = revision;
      last.changes += batch.length;
      last.bytes += weight;
      changes += batch.length;
      bytes += weight;
    },
    due() {
      const now = clock.monotonic();
      let gone = 0;
      while (gone < groups.length) {
        const { since, changes: some, bytes: weight } = groups[gone]!;
        if (now - since < limits.age + GRAIN && changes <= limits.changes && bytes <= limits.bytes) break;
        changes -= some;
        bytes -= weight;
        gone++;
      }
      if (gone === 0) return undefined;
      const { revision } = groups[gone - 1]!;
      groups = groups.slice(gone);
      return revision;
    },
    get empty() {
      return groups.length === 0;
    },
  };
}
