import type { History } from './history.ts';

/** A key's state from one revision on. */
export interface Version {
  readonly revision: number;
  /** `undefined`: deleted. */
  readonly value: string | undefined;
}

/** All states that anybody saw, which must agree with each other. */
export interface Versions {
  /** In the order of their revisions. */
  readonly of: ReadonlyMap<string, readonly Version[]>;
  readonly newest: number;
  readonly faults: readonly string[];
  /** The newest version of a key up to a revision. */
  at(key: string, revision: number): Version | undefined;
  /** Whether somebody watched all revisions after `from` up to `to`: then no version is missing there, no deletion either. */
  watched(from: number, to: number): boolean;
}

/** Gathers what was seen; the same revision with two contents, or of two objects, is a fault. */
export function versionsOf(history: History): Versions {
  const faults: string[] = [];
  const all = new Map<number, { key: string; value: string | undefined }>();
  const add = (key: string, revision: number, value: string | undefined, who: string) => {
    const known = all.get(revision);
    if (known === undefined) all.set(revision, { key, value });
    else if (known.key !== key || known.value !== value)
      faults.push(
        `revision ${revision} is ${key}=${value} to ${who}, and was ${known.key}=${known.value} to somebody else`,
      );
  };
  for (const { key, value, outcome } of history.writes)
    if (outcome.is === 'done' && outcome.revision !== undefined) add(key, outcome.revision, value, 'its writer');
  for (const { key, found } of history.reads)
    if (found !== undefined) add(key, found.revision, found.value, 'a reader');
  for (const { items } of history.lists)
    for (const [key, { revision, value }] of items) add(key, revision, value, 'a list');
  for (const { events } of history.watches)
    for (const event of events)
      if (event.type !== 'BOOKMARK')
        add(event.key, event.revision, event.type === 'DELETED' ? undefined : event.value, 'a watcher');

  const of = new Map<string, Version[]>();
  let newest = 0;
  for (const [revision, { key, value }] of [...all].sort(([left], [right]) => left - right)) {
    const versions = of.get(key);
    if (versions === undefined) of.set(key, [{ revision, value }]);
    else versions.push({ revision, value });
    newest = revision;
  }
  const ranges = joined(history.watches.map(({ from, events }) => [from, events.at(-1)?.revision ?? from] as const));
  return {
    of,
    newest,
    faults,
    at: (key, revision) => of.get(key)?.findLast((version) => version.revision <= revision),
    watched: (from, to) => to <= from || ranges.some(([first, last]) => first <= from && to <= last),
  };
}

type Range = readonly [from: number, to: number];

function joined(ranges: readonly Range[]): readonly Range[] {
  const result: Range[] = [];
  for (const [from, to] of ranges.toSorted(([left], [right]) => left - right)) {
    const last = result.at(-1);
    if (last !== undefined && from <= last[1]) result[result.length - 1] = [last[0], Math.max(last[1], to)];
    else result.push([from, to]);
  }
  return result;
}
