import { below, type Random } from '#core/base';
import type { Normalize, Plugin, Score } from './plugins/index.ts';
import { type Screen, screenOf } from './screen.ts';
import type { PodInfo, Snapshot } from './snapshot.ts';

/** Where a pod goes, or why nowhere. */
export type Verdict = { readonly node: string } | Diagnosis;

export interface Diagnosis {
  readonly node?: undefined;
  /** `0/3 nodes are available: ...`, as upstream words it. */
  readonly message: string;
  /** The plugins that turned it away; none where there are no nodes at all. */
  readonly plugins: ReadonlySet<string>;
  /** The places where it could fit if pods went. */
  readonly mendable: readonly number[];
  /** What turned it away on the nodes; `undefined` where no node was looked at. */
  readonly screen: Screen | undefined;
}

/** Fewer nodes than this are all looked at. Upstream: pkg/scheduler/schedule_one.go (numFeasibleNodesToFind). */
const ALWAYS_ALL = 100;

/** Enough nodes that fit: half of them in small clusters, down to a twentieth in large ones. */
export function enoughNodes(nodes: number): number {
  if (nodes < ALWAYS_ALL) return nodes;
  const percent = Math.max(5, 50 - Math.floor(nodes / 125));
  return Math.max(ALWAYS_ALL, Math.floor((nodes * percent) / 100));
}

/**
 * The best node for a pod. Looks from `from` on around, so that the next pod starts where this one stopped; among equals chance
 * decides. Gives the place to go on from.
 */
export function plan(
  pod: PodInfo,
  snapshot: Snapshot,
  plugins: readonly Plugin[],
  from: number,
  random: Random,
): { readonly verdict: Verdict; readonly next: number } {
  const { slots } = snapshot;
  if (snapshot.size === 0) {
    const verdict = {
      message: 'no nodes available to schedule pods',
      plugins: new Set<string>(),
      mendable: [],
      screen: undefined,
    };
    return { verdict, next: from };
  }
  for (const { name, turnsAway } of plugins) {
    const why = turnsAway?.(pod, snapshot);
    if (why === undefined) continue;
    const message = `0/${snapshot.size} nodes are available: ${why}.`;
    return { verdict: { message, plugins: new Set([name]), mendable: [], screen: undefined }, next: from };
  }
  const screen = screenOf(pod, snapshot, plugins);
  // Victims have gone from there for this pod.
  const inView = snapshot.place(snapshot.nominations.nodeOf(pod.uid) ?? '');
  if (inView !== undefined && slots[inView]?.node !== undefined && screen.check(inView) === undefined) {
    return { verdict: { node: slots[inView].name }, next: from };
  }

  const reasons = new Map<string, number>();
  const turnedAway = new Set<string>();
  const mendable: number[] = [];
  const fits = (place: number): boolean => {
    const why = screen.check(place);
    if (why === undefined) return true;
    for (const reason of why.reasons) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
    turnedAway.add(why.plugin);
    if (why.mendable) mendable.push(place);
    return false;
  };
  const feasible: number[] = [];
  let at = from % slots.length;
  const only = narrowed(pod, plugins);
  if (only !== undefined) {
    let looked = 0;
    for (const name of only.names) {
      const place = snapshot.place(name);
      if (place === undefined || slots[place]!.node === undefined) continue;
      looked++;
      if (fits(place)) feasible.push(place);
    }
    turnedAway.add(only.plugin);
    const others = snapshot.size - looked;
    if (others > 0) reasons.set(`node(s) didn't satisfy plugin(s) [${only.plugin}]`, others);
  } else {
    const wanted = enoughNodes(snapshot.size);
    for (let looked = 0; looked < slots.length && feasible.length < wanted; looked++) {
      if (slots[at]?.node !== undefined && fits(at)) feasible.push(at);
      at = at + 1 === slots.length ? 0 : at + 1;
    }
  }

  if (feasible.length === 0) {
    const message = messageOf(snapshot.size, reasons);
    return { verdict: { message, plugins: turnedAway, mendable, screen }, next: at };
  }
  const place = feasible.length === 1 ? feasible[0]! : best(pod, snapshot, plugins, feasible, random);
  return { verdict: { node: slots[place]!.name }, next: at };
}

/** The only nodes worth looking at, and the plugin that says so. */
function narrowed(
  pod: PodInfo,
  plugins: readonly Plugin[],
): { readonly plugin: string; readonly names: ReadonlySet<string> } | undefined {
  for (const { name, narrows } of plugins) {
    const names = narrows?.(pod);
    if (names !== undefined) return { plugin: name, names };
  }
  return undefined;
}

/** Upstream: pkg/scheduler/framework/types.go (FitError). */
export function messageOf(nodes: number, reasons: ReadonlyMap<string, number>): string {
  const counted = [...reasons].map(([reason, count]) => `${count} ${reason}`).sort();
  return `0/${nodes} nodes are available: ${counted.join(', ')}.`;
}

const HIGHEST = 100;

function best(
  pod: PodInfo,
  snapshot: Snapshot,
  plugins: readonly Plugin[],
  feasible: readonly number[],
  random: Random,
): number {
  const totals = new Float64Array(feasible.length);
  const raw = new Float64Array(feasible.length);
  for (const { score } of plugins) {
    const compiled: Score | undefined = score?.prepare(pod, snapshot, feasible);
    if (score === undefined || compiled === undefined) continue;
    for (let index = 0; index < feasible.length; index++) raw[index] = compiled(feasible[index]!);
    normalize(raw, score.normalize);
    for (let index = 0; index < feasible.length; index++) totals[index]! += raw[index]! * score.weight;
  }
  let chosen = 0;
  let equals = 1;
  for (let index = 1; index < totals.length; index++) {
    if (totals[index]! > totals[chosen]!) {
      chosen = index;
      equals = 1;
    } else if (totals[index] === totals[chosen]) {
      equals++;
      if (below(random, equals) === 0) chosen = index;
    }
  }
  return feasible[chosen]!;
}

/** Brings scores to 0..100, in place. */
export function normalize(scores: Float64Array, how: Normalize): void {
  if (how === 'none') return;
  let most = how === 'span' ? -Infinity : 0;
  let least = Infinity;
  for (const score of scores) {
    if (score > most) most = score;
    if (score < least && (how === 'span' || score >= 0)) least = score;
  }
  for (let index = 0; index < scores.length; index++) {
    const score = scores[index]!;
    let value: number;
    if (how === 'span') value = most === least ? 0 : ((score - least) * HIGHEST) / (most - least);
    else if (how === 'fewest') {
      if (score < 0) value = 0;
      else value = most === 0 ? HIGHEST : (HIGHEST * (most + least - score)) / most;
    } else {
      value = most === 0 ? 0 : Math.floor((score * HIGHEST) / most);
      if (how === 'reversed') value = HIGHEST - value;
    }
    scores[index] = Math.floor(value);
  }
}
