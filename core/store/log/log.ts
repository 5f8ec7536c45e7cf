import type { Counter, Histogram } from '#core/base';
import type { Backend, StartState, StoredChange } from '../backend.ts';
import { DiskFailure, type Disk } from '../disk.ts';
import type { StoredEntry } from '../entry.ts';
import { journalBackend } from '../journal-backend.ts';
import { JournalFailure, type Journal, type JournalView } from '../journal.ts';
import { defaultWindow, type StoreParts } from '../parts.ts';
import type { Cause } from '../types.ts';
import { createArchive, type Archive, type Retention } from './archive.ts';
import { causeBytes } from './causes.ts';
import { createCleaner, type Cleaner } from './cleaner.ts';
import { CARRY, DELETE, PUT, segmentName } from './format.ts';
import { frameWriter, type FrameWriter } from './frame-writer.ts';
import { recover } from './recover.ts';
import { createReplay } from './replay.ts';
import { createSegments } from './segments.ts';
import { throughTurns } from './through-turns.ts';

export interface LogOptions {
  /** A segment that has reached so many bytes is followed by a new one; default 16 MiB. */
  readonly segmentBytes?: number;
  /** Bytes that may wait for a flush; default 64 MiB. What comes on top is refused. */
  readonly waitingBytes?: number;
  /** How long segments are kept that are no part of the present any more; default: not at all. */
  readonly retention?: Retention;
}

/** The embedded backend: an append-only log on a disk. */
export const logBackend = (disk: Disk, options: LogOptions = {}): Backend => journalBackend(logJournal(disk, options));

/** In seconds. */
const FLUSH_BUCKETS = [0.0005, 0.001, 0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.128, 0.256, 0.512, 1.024];

/** What is staged for one frame. */
interface Staged {
  readonly frame: FrameWriter;
  readonly changes: StoredChange[];
  readonly carried: StoredEntry[];
}

const staging = (): Staged => ({ frame: frameWriter(), changes: [], carried: [] });

/**
 * One checksummed frame per flush, holding all that was staged while the one before was syncing; acknowledged after the
 * sync. A segment is synced whole before the next is made. After a failed write or sync nothing is written any more: what
 * the disk holds is known again only after reading it. The exception is a full disk, where the torn frame can be cut off.
 */
export function logJournal(rawDisk: Disk, options: LogOptions = {}): Journal {
  const { segmentBytes = 16 * 1024 * 1024, waitingBytes = 64 * 1024 * 1024 } = options;
  const segments = createSegments();
  let disk: Disk;
  let parts: StoreParts;
  let view: JournalView;
  let cleaner: Cleaner;
  let archive: Archive;
  let flushSeconds: Histogram;
  let flushedBytes: Counter;
  let gathering = staging();
  let spare = staging();
  let sequence = 0;
  let firstLive = 1;

  /** Of the last frame: their writers are being answered until the next one is on the disk, which takes longer. */
  let answered: StoredEntry[] = [];
  const bytesOfCause = causeBytes();

  const clear = (staged: Staged) => {
    staged.frame.clear();
    staged.changes.length = 0;
    staged.carried.length = 0;
  };

  const open = async (itsView: JournalView, itsParts: StoreParts): Promise<StartState> => {
    view = itsView;
    parts = itsParts;
    disk = throughTurns(rawDisk, parts.turns);
    archive = createArchive(disk, parts, options.retention);
    flushSeconds = parts.metrics.histogram(
      'kubernode_store_flush_duration_seconds',
      'How long a batch of commits took to be written and synced.',
      FLUSH_BUCKETS,
    );
    flushedBytes = parts.metrics.counter('kubernode_store_flushed_bytes_total', 'Bytes written to the log.');
    parts.metrics.computed('kubernode_store_log_bytes', 'Size of the live log on disk.', () => segments.size);
    const replay = createReplay(view.entries, parts.window ?? defaultWindow, parts.clock.now());
    const found = await recover(disk, replay.frame);
    if (found.cut !== undefined) {
      parts.log.warn('a torn write at the end of the log was cut off; nobody had been told that it was kept', {
        ...found.cut,
      });
    }
    ({ sequence, firstLive } = replay);
    for (const { number, size } of found.live) segments.add({ number, size, live: 0 });
    const { state } = replay;
    for (const entry of state.entries.values()) segments.settle(entry, entry.place);
    for (const { number, size } of found.archived) archive.add(number, size);
    await archive.prune();
    const read = (name: string, from: number, to: number) => disk.read(name, from, to);
    cleaner = createCleaner({ segments, segmentBytes, view, log: parts.log, read, carry });
    return state;
  };

  const stage = (changes: readonly StoredChange[], cause: Cause | undefined): boolean => {
    const { frame } = gathering;
    const { size, records: count } = frame;
    if (size > waitingBytes) return false;
    try {
      const why = cause === undefined ? undefined : bytesOfCause(cause);
      for (const { entry, key, revision } of changes) {
        if (entry === undefined) frame.add(DELETE, key, revision, 0, why, undefined);
        else entry.weight = frame.add(PUT, key, revision, entry.expires, why, entry.stored);
      }
    } catch (problem) {
      // An object that cannot be encoded is a mistake of the caller's, who hears of it; half a transaction must not stay.
      frame.rewind(size, count);
      throw problem;
    }
    for (const change of changes) gathering.changes.push(change);
    return true;
  };

  const carry = (entry: StoredEntry, json: Uint8Array | string) => {
    gathering.frame.add(CARRY, entry.key, entry.revision, entry.expires, undefined, json);
    gathering.carried.push(entry);
  };

  const flush = async (revision: number): Promise<void> => {
    if (gathering.frame.records === 0) return;
    const staged = gathering;
    gathering = spare;
    spare = staged;
    const live = cleaner.firstLive(firstLive);
    const began = parts.clock.monotonic();
    const bytes = staged.frame.seal({ sequence: sequence + 1, revision, time: parts.clock.now(), firstLive: live });
    await write(bytes);
    flushSeconds.observe((parts.clock.monotonic() - began) / 1000);
    flushedBytes.add(bytes.length);
    sequence++;
    firstLive = live;
    for (const entry of answered) entry.written();
    answered = [];
    settle(staged);
    clear(staged);
  };

  /** Appends and syncs. When it rejects, the frame is not in the log, or the failure is one that ends writing. */
  const write = async (bytes: Uint8Array) => {
    const isNew = segments.count === 0 || segments.last.size >= segmentBytes;
    const number = isNew ? (segments.count === 0 ? firstLive : segments.last.number + 1) : segments.last.number;
    const kept = isNew ? 0 : segments.last.size;
    const name = segmentName(number);
    try {
      await disk.append(name, bytes);
    } catch (problem) {
      throw await afterFailedAppend(problem, name, kept);
    }
    try {
      await disk.sync(name);
      if (isNew) await disk.syncDirectory();
    } catch (problem) {
      // The operating system may show the frame to whoever reopens the log although the disk never got it.
      await disk.truncate(name, isNew ? undefined : kept).catch(() => undefined);
      throw ended(problem, name);
    }
    if (isNew) segments.add({ number, size: 0, live: 0 });
    segments.last.size += bytes.length;
  };

  const afterFailedAppend = async (problem: unknown, name: string, kept: number): Promise<JournalFailure> => {
    try {
      await disk.truncate(name, kept === 0 ? undefined : kept);
      if (kept === 0) await disk.syncDirectory();
      else await disk.sync(name);
    } catch (second) {
      return ended(second, name);
    }
    if (!(problem instanceof DiskFailure) || problem.kind !== 'no-space') return ended(problem, name);
    await archive.empty();
    return new JournalFailure(
      `the disk is full: writes are refused until there is room (${problem.message})`,
      true,
      problem,
    );
  };

  const ended = (problem: unknown, name: string): JournalFailure => {
    const reason = problem instanceof Error ? problem.message : String(problem);
    return new JournalFailure(
      `the disk failed (${name}: ${reason}): the store is read-only until it is reopened`,
      false,
      problem,
    );
  };

  /** Everything staged is now where the last segment is. */
  const settle = ({ changes, carried }: Staged) => {
    const { number } = segments.last;
    // First what was carried: a record of the same frame may replace it, never the other way round.
    for (const entry of carried) {
      segments.release(entry);
      segments.settle(entry, number);
    }
    for (const { entry, previous } of changes) {
      if (previous !== undefined) segments.release(previous);
      if (entry === undefined) continue;
      segments.settle(entry, number);
      answered.push(entry);
    }
  };

  const drop = () => {
    clear(gathering);
    clear(spare);
    cleaner.reset();
  };

  const tend = (): Promise<void> | undefined => {
    while (segments.count > 0 && segments.first.number < firstLive) {
      const { number, size } = segments.dropFirst();
      archive.add(number, size);
      cleaner.reset();
    }
    return archive.isEmpty ? cleaner.step() : archive.prune().then(() => cleaner.step());
  };

  return { open, stage, flush, drop, tend, close: () => rawDisk.close() };
}
