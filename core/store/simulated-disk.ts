import { below, type Random } from '#core/base';
import { DiskFailure, type Disk } from './disk.ts';

/** A disk in memory that loses at a power cut what a real one may lose. */
export interface SimulatedDisk {
  /** The disk as one process sees it, until the power goes or the process is killed. */
  mount(): Disk;
  /**
   * The power goes. Of each file's unsynced blocks any subset stays; the others are as they were when last synced, or zero.
   * Its length is the synced one, the newest, or any in between. Files made or removed since the last `syncDirectory` are
   * there or not. No call of the processes that had it mounted settles from then on.
   */
  powerLoss(): void;
  /** A process dies and the machine goes on: nothing is lost, but none of its calls settles from then on. */
  kill(): void;
  /** From now on a disk of so many bytes in all. */
  capacity: number;
  /** The next call of that kind fails; a failed sync has dropped the unsynced data, as operating systems do, without saying which. */
  failNext(call: 'append' | 'sync' | 'syncDirectory'): void;
  /** For tests that damage it: the file's content. */
  contents(name: string): Uint8Array;
}

/** Faults that a disk under test is given to prove that the judge sees them. */
export interface DiskMutations {
  readonly noSync?: boolean;
  readonly noDirectorySync?: boolean;
  /** A sync resolves before it is done: whoever waits for it acknowledges too early. */
  readonly lateSync?: boolean;
}

interface File {
  bytes: Uint8Array;
  /** Of all that was appended: what the process that writes it sees. */
  end: number;
  /** With the zeros that were written ahead: what others see. */
  length: number;
  /** What is on the platter. */
  synced: Uint8Array;
  /** Blocks before this one are the same on the platter. */
  dirtyFrom: number;
}

/** Small, so that a short life tears many. */
const BLOCK = 64;

/** `ahead`: whenever a file grows, up to so many zeros are written behind what is appended. */
export function simulatedDisk(random: Random, mutations: DiskMutations = {}, ahead = 0): SimulatedDisk {
  let files = new Map<string, File>();
  /** The directory as it is on the platter. */
  let directory = new Map<string, File>();
  let generation = 0;
  let late: (() => void) | undefined;
  const failing = new Set<string>();
  const state = { capacity: Infinity };

  const fileOf = (name: string): File => {
    const file = files.get(name);
    if (file === undefined) throw new DiskFailure('failed', `${name}: no such file`);
    return file;
  };

  /** There is room for so many bytes more than these. */
  const write = (file: File, bytes: Uint8Array, room: number) => {
    const end = file.end + bytes.length;
    if (end > file.length) {
      file.length = end + (ahead === 0 ? 0 : Math.min(room, below(random, ahead + 1)));
      if (file.length > file.bytes.length) {
        const grown = new Uint8Array(Math.max(file.length, file.bytes.length * 2, 256));
        grown.set(file.bytes.subarray(0, file.end));
        file.bytes = grown;
      }
      file.bytes.fill(0, end, file.length);
    }
    file.bytes.set(bytes, file.end);
    file.end = end;
  };

  const cut = (file: File, length: number) => {
    file.length = file.end = length;
    file.dirtyFrom = Math.min(file.dirtyFrom, length);
  };

  const settle = (file: File): File => {
    const { bytes, synced, dirtyFrom } = file;
    const choice = random.next();
    // The length is metadata of its own: the old, the new, or, where it grew by several steps, one between.
    const shorter = Math.min(file.length, synced.length);
    const longer = Math.max(file.length, synced.length);
    const length =
      choice < 0.4 ? file.length : choice < 0.7 ? synced.length : shorter + below(random, longer - shorter + 1);
    const after = new Uint8Array(length);
    const clean = Math.min(dirtyFrom, length);
    after.set(synced.subarray(0, clean));
    for (let at = clean - (clean % BLOCK); at < length; at += BLOCK) {
      const end = Math.min(at + BLOCK, length);
      const from = Math.max(at, clean);
      const fate = random.next();
      if (fate < 0.5) after.set(bytes.subarray(from, Math.min(end, file.length)), from);
      else if (fate < 0.75 || at < synced.length) after.set(synced.subarray(from, Math.min(end, synced.length)), from);
    }
    return { bytes: after, length, end: length, synced: after.slice(), dirtyFrom: length };
  };

  const syncNow = (file: File) => {
    const platter = new Uint8Array(file.length);
    platter.set(file.synced.subarray(0, Math.min(file.dirtyFrom, file.length)));
    if (file.dirtyFrom < file.length) platter.set(file.bytes.subarray(file.dirtyFrom, file.length), file.dirtyFrom);
    file.synced = platter;
    file.dirtyFrom = file.end;
  };

  const used = () => {
    let sum = 0;
    for (const { length } of files.values()) sum += length;
    return sum;
  };

  const failIfTold = (kind: string) => {
    if (failing.delete(kind)) throw new DiskFailure('failed', `${kind}: input/output error`);
  };

  const mount = (): Disk => {
    const mounted = generation;
    /** Settles in a later microtask, unless the power went or the process died meanwhile. */
    const call = async <T>(f: () => T): Promise<T> => {
      await undefined;
      if (mounted !== generation) return new Promise<T>(() => {});
      late?.();
      late = undefined;
      return f();
    };
    return {
      list: () => call(() => [...files].map(([name, { end }]) => ({ name, size: end }))),
      read: (name: string, from = 0, to = Infinity) =>
        call(() => {
          const { bytes, end } = fileOf(name);
          return bytes.slice(from, Math.min(to, end));
        }),
      append: (name: string, bytes: Uint8Array) =>
        call(() => {
          let file = files.get(name);
          if (file === undefined) {
            // Zeros ahead are cut off where another file is begun.
            for (const other of files.values()) cut(other, other.end);
            file = { bytes: new Uint8Array(0), end: 0, length: 0, synced: new Uint8Array(0), dirtyFrom: 0 };
            files.set(name, file);
          }
          const room = state.capacity - used() + (file.length - file.end);
          if (bytes.length > room) {
            // As much as there is room for gets written before the refusal.
            write(file, bytes.subarray(0, Math.max(0, room)), 0);
            throw new DiskFailure('no-space', `${name}: no space left on the device`);
          }
          if (failing.has('append')) write(file, bytes.subarray(0, below(random, bytes.length)), 0);
          failIfTold('append');
          write(file, bytes, room - bytes.length);
        }),
      sync: (name: string) =>
        call(() => {
          const file = fileOf(name);
          if (failing.has('sync')) {
            // The data stays readable and counts as clean, but the platter has at most a part of it.
            const platter = new Uint8Array(file.length);
            platter.set(settle(file).bytes.subarray(0, file.length));
            file.synced = platter;
            file.dirtyFrom = file.end;
          }
          failIfTold('sync');
          if (mutations.noSync) return;
          if (mutations.lateSync) late = () => syncNow(file);
          else syncNow(file);
        }),
      truncate: (name: string, length: number | undefined) =>
        call(() => {
          const file = fileOf(name);
          if (length === undefined) files.delete(name);
          else cut(file, Math.min(length, file.end));
        }),
      syncDirectory: () =>
        call(() => {
          failIfTold('syncDirectory');
          if (!mutations.noDirectorySync) directory = new Map(files);
        }),
      close: () =>
        call(() => {
          for (const file of files.values()) cut(file, file.end);
        }),
    };
  };

  return Object.assign(state, {
    mount,
    kill() {
      generation++;
      failing.clear();
      for (const file of files.values()) file.end = file.length;
    },
    powerLoss() {
      generation++;
      late = undefined;
      failing.clear();
      const names = new Set([...directory.keys(), ...files.keys()]);
      const survivors = new Map<string, File>();
      for (const name of names) {
        const before = directory.get(name);
        const after = files.get(name);
        const file = before === after ? after : random.next() < 0.5 ? before : after;
        if (file !== undefined) survivors.set(name, settle(file));
      }
      files = survivors;
      directory = new Map(survivors);
    },
    failNext: (kind: 'append' | 'sync' | 'syncDirectory') => void failing.add(kind),
    contents: (name: string) => fileOf(name).bytes.subarray(0, fileOf(name).end),
  });
}
