import type { Pod } from '#core/api/types/core/v1';
import type { PodDisruptionBudget } from '#core/api/types/policy/v1';
import { below, type Random } from '#core/base';
import { selectorOfObject } from '#core/machinery/selectors';
import { type Diagnosis, messageOf } from './plan.ts';
import type { Screen } from './screen.ts';
import type { PodInfo, Snapshot } from './snapshot.ts';

/** What making room for a pod comes to. Upstream: pkg/scheduler/framework/plugins/defaultpreemption and framework/preemption. */
export type Preemption =
  | { readonly node: string; readonly victims: readonly PodInfo[] }
  | {
      readonly node?: undefined;
      /** As upstream words it, without its `preemption: `. */
      readonly message: string;
      /** The node that the pod has in view stays so: its victims are going. */
      readonly waits: boolean;
    };

/** A node that would have room without its victims. */
export interface Candidate {
  readonly node: string;
  /** The most important first; never empty. */
  readonly victims: readonly PodInfo[];
  /** Victims that a disruption budget would have kept. */
  readonly violations: number;
}

/** So many nodes that would do are compared. The original takes a tenth where that is more, on many threads: too long for one. */
const ENOUGH_CANDIDATES = 100;

const NOT_HELPFUL = 'Preemption is not helpful for scheduling';
const NO_VICTIMS = 'No preemption victims found for incoming pod';

/** Finds the node where the least is lost, and who must go there. The snapshot is afterwards what it was. */
export function preempt(
  pod: PodInfo,
  snapshot: Snapshot,
  { screen, mendable }: Diagnosis,
  budgets: readonly PodDisruptionBudget[],
  random: Random,
): Preemption {
  if (pod.pod.spec.preemptionPolicy === 'Never') {
    return { message: 'not eligible due to preemptionPolicy=Never.', waits: true };
  }
  if (isWaiting(pod, snapshot, mendable)) {
    return { message: 'not eligible due to a terminating pod on the nominated node.', waits: true };
  }
  const reasons = new Map<string, number>();
  const candidates: Candidate[] = [];
  let looked = 0;
  if (screen !== undefined && mendable.length > 0) {
    const limits = limitsOf(budgets);
    const offset = below(random, mendable.length);
    let harmless = 0;
    for (let index = 0; index < mendable.length; index++) {
      const found = victimsOn(pod, mendable[(offset + index) % mendable.length]!, snapshot, screen, limits);
      looked++;
      if ('reasons' in found) {
        for (const reason of found.reasons) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
        continue;
      }
      candidates.push(found);
      if (found.violations === 0) harmless++;
      if (harmless > 0 && candidates.length >= ENOUGH_CANDIDATES) break;
    }
  }
  const chosen = leastLoss(candidates);
  if (chosen !== undefined) return { node: chosen.node, victims: chosen.victims };
  if (looked < snapshot.size) reasons.set(NOT_HELPFUL, (reasons.get(NOT_HELPFUL) ?? 0) + snapshot.size - looked);
  return { message: messageOf(snapshot.size, reasons), waits: false };
}

/** Whether victims are still going from the node that the pod has in view. */
function isWaiting(pod: PodInfo, snapshot: Snapshot, mendable: readonly number[]): boolean {
  const place = snapshot.place(snapshot.nominations.nodeOf(pod.uid) ?? '');
  if (place === undefined || !mendable.includes(place)) return false;
  for (const other of snapshot.slots[place]!.pods.values()) {
    if (other.priority < pod.priority && isGoing(other.pod)) return true;
  }
  return false;
}

/** Whether a pod has been asked to go for the sake of another. */
const isGoing = ({ metadata, status }: Pod): boolean =>
  metadata.deletionTimestamp !== undefined &&
  status?.conditions?.some(
    ({ type, status: is, reason }) =>
      type === 'DisruptionTarget' && is === 'True' && reason === 'PreemptionByScheduler',
  ) === true;

/** The fewest pods that must go from a node, or why their going does not help. */
function victimsOn(
  pod: PodInfo,
  place: number,
  { slots }: Snapshot,
  screen: Screen,
  limits: readonly Limit[],
): Candidate | { readonly reasons: readonly string[] } {
  const { name, pods } = slots[place]!;
  const lesser = pods
    .values()
    .filter(({ priority }) => priority < pod.priority)
    .toArray()
    .sort(byImportance);
  if (lesser.length === 0) return { reasons: [NO_VICTIMS] };
  for (const one of lesser) screen.lift(place, one);
  const gone = new Set(lesser);
  const victims: PodInfo[] = [];
  let violations = 0;
  const why = screen.check(place);
  if (why === undefined) {
    // Whoever can stay does, those whom a budget keeps first.
    const { kept, others } = apart(lesser, limits);
    for (const [group, isKept] of [[kept, true] as const, [others, false] as const]) {
      for (const one of group) {
        screen.lay(place, one);
        gone.delete(one);
        if (screen.check(place) === undefined) continue;
        screen.lift(place, one);
        gone.add(one);
        victims.push(one);
        if (isKept) violations++;
      }
    }
  }
  for (const one of gone) screen.lay(place, one);
  return why === undefined ? { node: name, victims: victims.sort(byImportance), violations } : why;
}

/** Those that have not started yet count as started now: after all others. */
const startOf = ({ pod }: PodInfo): string => pod.status?.startTime ?? '~';

/** The more important first: by priority, then who runs longest. */
function byImportance(a: PodInfo, b: PodInfo): number {
  if (a.priority !== b.priority) return b.priority - a.priority;
  const [first, second] = [startOf(a), startOf(b)];
  return first < second ? -1 : first > second ? 1 : 0;
}

/** A disruption budget as far as it concerns preemption. */
interface Limit {
  readonly namespace: string;
  readonly matches: (pod: Pod) => boolean;
  readonly allowed: number;
}

function limitsOf(budgets: readonly PodDisruptionBudget[]): readonly Limit[] {
  const limits: Limit[] = [];
  for (const { metadata, spec, status } of budgets) {
    const selector = selectorOfObject(spec?.selector);
    // One that selects all selects none here.
    if (spec?.selector === undefined || selector.text === '') continue;
    const disrupted = status?.disruptedPods ?? {};
    limits.push({
      namespace: metadata.namespace ?? '',
      matches: ({ metadata: { name = '', labels = {} } }) =>
        Object.keys(labels).length > 0 && selector.matches(labels) && !Object.hasOwn(disrupted, name),
      allowed: status?.disruptionsAllowed ?? 0,
    });
  }
  return limits;
}

/** Parts those whose going breaks a budget from the others; in the order given, each uses up what its budgets allow. */
function apart(
  pods: readonly PodInfo[],
  limits: readonly Limit[],
): { readonly kept: readonly PodInfo[]; readonly others: readonly PodInfo[] } {
  if (limits.length === 0) return { kept: [], others: pods };
  const left = limits.map(({ allowed }) => allowed);
  const kept: PodInfo[] = [];
  const others: PodInfo[] = [];
  for (const info of pods) {
    let breaks = false;
    for (let index = 0; index < limits.length; index++) {
      const { namespace, matches } = limits[index]!;
      if (namespace === info.pod.metadata.namespace && matches(info.pod) && --left[index]! < 0) breaks = true;
    }
    (breaks ? kept : others).push(info);
  }
  return { kept, others };
}

/** Priorities are at least this: sums of them grow with every victim. */
const LOWEST_PRIORITY = -(2 ** 31);

/** By which a loss is measured, the weightiest first; less is better. */
const LOSSES: readonly ((candidate: Candidate) => number)[] = [
  ({ violations }) => violations,
  ({ victims }) => victims[0]!.priority,
  ({ victims }) => victims.reduce((sum, { priority }) => sum + priority - LOWEST_PRIORITY, 0),
  ({ victims }) => victims.length,
];

/** The candidate whose victims are the least loss; among equals the one whose most important victims started last, then the first. */
export function leastLoss(candidates: readonly Candidate[]): Candidate | undefined {
  let best = candidates[0];
  for (const candidate of candidates.slice(1)) if (compare(candidate, best!) < 0) best = candidate;
  return best;
}

function compare(a: Candidate, b: Candidate): number {
  for (const loss of LOSSES) {
    const difference = loss(a) - loss(b);
    if (difference !== 0) return difference;
  }
  // Victims lie by importance: the first is the one of the highest priority that started first.
  const [first, second] = [startOf(a.victims[0]!), startOf(b.victims[0]!)];
  return first > second ? -1 : first < second ? 1 : 0;
}
