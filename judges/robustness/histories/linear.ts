import type { History, Read, Span, Write } from './history.ts';
import type { Version, Versions } from './versions.ts';

/** The least and the greatest time at which a version can have come to be. */
interface Point {
  earliest: number;
  latest: number;
}

/**
 * Whether each key's writes and reads can have happened one after the other, each at a moment between its start and its end.
 * The order of the writes is that of their revisions, so the earliest moments, given forwards, and the latest, given
 * backwards, decide it: no search is needed.
 */
export function linearizable(history: History, versions: Versions): string[] {
  const faults: string[] = [];
  const writes = Map.groupBy(history.writes, ({ key }) => key);
  const reads = Map.groupBy(history.reads, ({ key }) => key);
  for (const key of new Set([...versions.of.keys(), ...reads.keys()])) {
    faults.push(...judgeKey(key, versions.of.get(key) ?? [], writes.get(key) ?? [], reads.get(key) ?? [], versions));
  }
  return faults;
}

function judgeKey(
  key: string,
  order: readonly Version[],
  writes: readonly Write[],
  reads: readonly Read[],
  versions: Versions,
): string[] {
  const faults: string[] = [];
  const makers = order.map((version, index) => makerOf(version, order[index - 1], writes));
  const readers = Map.groupBy(
    reads.filter(({ found }) => found !== undefined),
    ({ found }) => found!.revision,
  );
  const points: Point[] = order.map(() => ({ earliest: 0, latest: Infinity }));

  let now = 0;
  for (const [index, { revision, value }] of order.entries()) {
    const maker = makers[index];
    if (maker !== undefined) now = Math.max(now, maker.start);
    if (maker !== undefined && now > maker.end)
      faults.push(`${key}=${value} at ${revision} was acknowledged before something that it follows had begun`);
    points[index]!.earliest = now;
    const after = now;
    for (const read of readers.get(revision) ?? []) {
      now = Math.max(now, read.start);
      if (after > read.end)
        faults.push(`${key}=${value} at ${revision} was read before it, or something that it follows, had begun`);
    }
  }
  let late = Infinity;
  for (let index = order.length - 1; index >= 0; index--) {
    const { revision, value } = order[index]!;
    for (const read of readers.get(revision) ?? []) {
      if (read.start > late)
        faults.push(`${key}=${value} at ${revision} was read after something newer had been acknowledged or seen`);
    }
    for (const read of readers.get(revision) ?? []) late = Math.min(late, read.end);
    late = Math.min(late, makers[index]?.end ?? Infinity);
    points[index]!.latest = late;
  }
  for (const read of reads) {
    if (read.found === undefined && !canBeAbsent(read, order, points, versions))
      faults.push(
        `${key} was not found between ${ms(read.start)} and ${ms(read.end)}, though it was there all the time`,
      );
  }
  for (const write of writes) {
    if (write.outcome.is !== 'refused' || !write.outcome.conflict) continue;
    if (heldThroughout(write, order, points, versions))
      faults.push(`${key}: a write onto ${write.onto} met a conflict, though that was current all the time`);
  }
  return faults;
}

/** Who wrote it, with no end where he had no answer. Of several deletions of one version the acknowledged one did it. */
function makerOf(version: Version, before: Version | undefined, writes: readonly Write[]): Span | undefined {
  const able = writes.filter(
    ({ value, onto, outcome }) =>
      outcome.is !== 'refused' &&
      (version.value === undefined ? value === undefined && onto === before?.revision : value === version.value),
  );
  const done = able.find(({ outcome }) => outcome.is === 'done');
  if (done !== undefined) return done;
  if (able.length === 0) return undefined;
  return { start: Math.min(...able.map(({ start }) => start)), end: Infinity };
}

/** Whether at some moment of the read there may have been nothing: before the first version, after a deletion, or where nobody watched. */
function canBeAbsent(read: Span, order: readonly Version[], points: readonly Point[], versions: Versions): boolean {
  for (let index = -1; index < order.length; index++) {
    const from = index < 0 ? 0 : points[index]!.earliest;
    const to = index + 1 < order.length ? points[index + 1]!.latest : Infinity;
    if (from > read.end || to < read.start) continue;
    if (index < 0 || order[index]!.value === undefined) return true;
    const next = order[index + 1]?.revision ?? versions.newest + 1;
    if (!versions.watched(order[index]!.revision, next - 1)) return true;
  }
  return false;
}

/** Whether what the write was to be made onto was certainly current from its start to its end. */
function heldThroughout(
  { onto, start, end }: Write,
  order: readonly Version[],
  points: readonly Point[],
  versions: Versions,
): boolean {
  const index = order.findIndex(({ revision }) => revision === onto);
  if (index < 0) return false;
  const next = order[index + 1]?.revision ?? versions.newest + 1;
  if (!versions.watched(onto, next - 1)) return false;
  // A version that nobody saw yet may follow the last one.
  if (index + 1 === order.length) return false;
  return points[index]!.latest < start && points[index + 1]!.earliest > end;
}

const ms = (time: number): string => `${time.toFixed(1)} ms`;
