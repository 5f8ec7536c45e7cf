import { textOf } from '#core/base';
import type { StartState, StoredChange } from '../backend.ts';
import type { Entries, StoredEntry } from '../entry.ts';
import type { WindowLimits } from '../parts.ts';
import type { Key, Revision } from '../types.ts';
import { CARRY, DELETE } from './format.ts';
import { recordsOf, type Frame, type Segment } from './frame-reader.ts';

/** Builds the present, and the recent past, from the frames of the live log. */
export interface Replay {
  frame(segment: Segment, frame: Frame, number: number): void;
  readonly state: StartState;
  readonly sequence: number;
  readonly firstLive: number;
}

/** `now` is the wall time of the start. */
export function createReplay(entries: Entries, window: WindowLimits, now: number): Replay {
  const present = new Map<Key, StoredEntry>();
  let recent: StoredChange[] = [];
  let revision: Revision = 1;
  let oldest: Revision = 1;
  let sequence = 0;
  let firstLive = 1;

  const forgetUpTo = (last: Revision) => {
    oldest = last;
    recent = recent.filter((change) => change.revision > last);
  };

  return {
    frame(segment, frame, number) {
      for (const { kind, key, revision: made, expires, value } of recordsOf(segment, frame)) {
        const previous = present.get(key);
        // The wall clock may have been set back since: nothing lives longer than it was given when it was written.
        const until = expires === 0 ? 0 : Math.min(expires, now + Math.max(0, expires - frame.time));
        const entry = kind === DELETE ? undefined : entries.fromBytes(key, made, value.slice(), until);
        if (entry === undefined) present.delete(key);
        else {
          entry.place = number;
          present.set(key, entry);
        }
        if (kind !== CARRY) recent.push({ revision: made, key, entry, previous });
      }
      revision = Math.max(revision, frame.revision);
      sequence = frame.sequence;
      // Once older segments were given up, what lay in them is known only as far as it was still current then: changes
      // since can be told with what was before them, earlier ones cannot.
      if (frame.firstLive !== firstLive || frame.time < now - window.age) forgetUpTo(revision);
      firstLive = frame.firstLive;
      if (recent.length > window.changes) forgetUpTo(recent[recent.length >> 1]!.revision);
    },
    get state() {
      return { entries: present, revision, oldest, changes: recent };
    },
    get sequence() {
      return sequence;
    },
    get firstLive() {
      return firstLive;
    },
  };
}

/** A record's cause as it was given; `undefined` where none was. */
export const causeOf = (cause: Uint8Array): unknown => (cause.length === 0 ? undefined : JSON.parse(textOf(cause)));
