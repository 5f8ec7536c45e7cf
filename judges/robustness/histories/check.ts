import type { History, Watched } from './history.ts';
import { linearizable } from './linear.ts';
import { type Versions, versionsOf } from './versions.ts';

type Rule = (history: History, versions: Versions) => Iterable<string>;

/**
 * Everything in a history that no correct server can have shown, as sentences; none: it is without fault as far as seen.
 * Writes without an answer may have happened or not.
 */
export function faultsOf(history: History): readonly string[] {
  const versions = versionsOf(history);
  return [...versions.faults, ...rules.flatMap((rule) => [...rule(history, versions)])];
}

/** What was refused never happened, what happened was asked for, and once only. */
function* asked({ writes }: History, versions: Versions): Iterable<string> {
  const by = new Map(writes.map((write) => [write.value, write]));
  const at = new Map<string, number>();
  for (const [key, order] of versions.of) {
    for (const { revision, value } of order) {
      if (value === undefined) continue;
      const write = by.get(value);
      if (write === undefined) yield `${key}=${value} at ${revision}: nobody wrote that`;
      else if (write.outcome.is === 'refused') yield `${key}=${value} at ${revision}: that write was refused`;
      if (at.has(value)) yield `${key}=${value} is at ${at.get(value)} and again at ${revision}`;
      at.set(value, revision);
    }
  }
}

/** A write happens only onto the version that it was made for. */
function* conditional({ writes }: History, versions: Versions): Iterable<string> {
  for (const { key, onto, value, outcome } of writes) {
    if (outcome.is !== 'done' || outcome.revision === undefined) continue;
    const before = versions.at(key, outcome.revision - 1);
    if (!versions.watched(before?.revision ?? onto, outcome.revision)) continue;
    const fits = onto === 0 ? before?.value === undefined : before?.revision === onto;
    if (!fits)
      yield `${key}=${value} was written at ${outcome.revision} onto ${onto}, but ${before?.value} at ${before?.revision} lay there`;
  }
}

/** Revisions follow real time: who begins after somebody saw one gets a greater one. */
function* monotonic({ writes, lists }: History): Iterable<string> {
  const seen: { readonly end: number; readonly revision: number }[] = [];
  const due: { readonly start: number; readonly revision: number; readonly above: boolean; readonly who: string }[] =
    [];
  for (const { key, value, start, end, outcome } of writes) {
    if (outcome.is !== 'done' || outcome.revision === undefined) continue;
    seen.push({ end, revision: outcome.revision });
    due.push({ start, revision: outcome.revision, above: true, who: `the write ${key}=${value}` });
  }
  for (const { start, end, revision } of lists) {
    seen.push({ end, revision });
    due.push({ start, revision, above: false, who: 'a list' });
  }
  seen.sort((left, right) => left.end - right.end);
  due.sort((left, right) => left.start - right.start);
  let floor = 0;
  let next = 0;
  for (const { start, revision, above, who } of due) {
    while (next < seen.length && seen[next]!.end < start) floor = Math.max(floor, seen[next++]!.revision);
    if (revision < floor || (above && revision === floor))
      yield `${who} is at ${revision}, but ${floor} had been answered before it began`;
  }
}

/** A list is the state at its revision. */
function* exact({ lists }: History, versions: Versions): Iterable<string> {
  for (const { revision, items } of lists) {
    for (const key of new Set([...versions.of.keys(), ...items.keys()])) {
      const shown = items.get(key);
      const held = versions.at(key, revision);
      if (shown !== undefined && shown.revision > revision)
        yield `a list at ${revision} shows ${key} of the future: ${shown.revision}`;
      else if (shown === undefined && held?.value !== undefined && versions.watched(held.revision, revision))
        yield `a list at ${revision} lacks ${key}=${held.value} at ${held.revision}`;
      else if (shown !== undefined && held !== undefined && held.revision !== shown.revision)
        yield `a list at ${revision} shows ${key}=${shown.value} at ${shown.revision}, but ${held.value} at ${held.revision} was there`;
    }
  }
}

/** A watch tells every change after its start, once, in order, by the right name. */
function* gapless({ watches }: History, versions: Versions): Iterable<string> {
  const all = [...versions.of].flatMap(([key, order]) => order.map(({ revision }) => ({ key, revision })));
  all.sort((left, right) => left.revision - right.revision);
  for (const watch of watches) {
    yield* ordered(watch, versions);
    const last = watch.events.at(-1)?.revision;
    if (last === undefined) continue;
    const told = new Set(watch.events.flatMap((event) => (event.type === 'BOOKMARK' ? [] : [event.revision])));
    for (const { key, revision } of all) {
      if (revision > watch.from && revision <= last && !told.has(revision))
        yield `a watch from ${watch.from} to ${last} did not tell ${key} at ${revision}`;
    }
  }
}

function* ordered({ from, events }: Watched, versions: Versions): Iterable<string> {
  let last = from;
  for (const event of events) {
    const { type, revision } = event;
    if (type === 'BOOKMARK') {
      if (revision < last) yield `a watch's bookmark ${revision} came after ${last}`;
    } else {
      if (revision <= last) yield `a watch told ${event.key} at ${revision} after ${last}`;
      const before = versions.at(event.key, revision - 1);
      const known = before !== undefined && versions.watched(before.revision, revision);
      if (known && (type === 'ADDED') !== (before.value === undefined))
        yield `a watch told ${event.key} at ${revision} as ${type}, after ${before.value ?? 'its deletion'}`;
      if (type === 'DELETED' && known && before.value !== event.value)
        yield `a watch told the deletion of ${event.key}=${event.value}, but ${before.value} was there`;
    }
    last = Math.max(last, revision);
  }
}

const rules: readonly Rule[] = [asked, conditional, monotonic, exact, gapless, linearizable];
