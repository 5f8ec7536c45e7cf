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
      const isRecent = frame.time >= now - window.age;
      for (const { kind, key, revision: made, expires, value } of recordsOf(segment, frame)) {
        const previous = present.get(key);
        // The wall clock may have been set back since: nothing lives longer than it was given when it was written.
        const until = expires === 0 ? 0 : Math.min(expires, now + Math.max(0, expires - frame.time));
        const entry = kind === DELETE ? undefined : entries.fromBytes(key, made, value, until);
        if (entry === undefined) present.delete(key);
        else {
          entry.place = number;
          present.set(key, entry);
        }
        if (isRecent && kind !== CARRY) recent.push({ revision: made, key, entry, previous });
      }
      revision = Math.max(revision, frame.revision);
      sequence = frame.sequence;
      // Once older segments were given up, what lay in them is known only as far as it was still current then: changes
      // since can be told with what was before them, earlier ones cannot.
      if (frame.firstLive !== firstLive || !isRecent) forgetUpTo(revision);
      firstLive = frame.firstLive;
      if (recent.length > window.changes) forgetUpTo(recent[recent.length >> 1]!.revision);
    },
    get state() {
      const copy = slabs();
      for (const entry of present.values()) entry.moveBytes(copy);
      // What is not present any more was replaced by a later change.
      for (const { previous } of recent) previous?.moveBytes(copy);
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

const SLAB = 64 * 1024;

/**
 * Copies bytes out of whole segments, so that these can go. Small values share an array: one each would cost more than all
 * the rest of a start. What an old value pins until its neighbours go too is never more than the start itself took.
 */
function slabs(): (bytes: Uint8Array) => Uint8Array {
  let slab = new Uint8Array(SLAB);
  let used = 0;
  return (bytes) => {
    if (bytes.length > SLAB / 4) return bytes.slice();
    if (used + bytes.length > SLAB) {
      slab = new Uint8Array(SLAB);
      used = 0;
    }
    const copy = slab.subarray(used, used + bytes.length);
    copy.set(bytes);
    used += bytes.length;
    return copy;
  };
}
