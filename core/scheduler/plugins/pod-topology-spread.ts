import { requiredNodes, toleratedBy } from '#core/api/pods';
import type { TopologySpreadConstraint } from '#core/api/types/core/v1';
import { selectorOfObject } from '#core/machinery/selectors';
import type { LabelSelectorObject } from '#core/machinery/selectors';
import type { PodInfo, Snapshot } from '../snapshot.ts';
import type { Counts } from '../tallies.ts';
import { withLabelKeys } from '../terms.ts';
import { topologyValue } from './inter-pod-affinity.ts';
import { type Plugin, refusal } from './plugin.ts';

interface Spread {
  readonly key: string;
  readonly maxSkew: number;
  readonly minDomains: number;
  /** The pod itself is one of those counted. */
  readonly self: 0 | 1;
  readonly counts: Counts;
  /** Whether a pod is one of those counted. */
  readonly matches: (info: PodInfo) => boolean;
  /** Whether the node in a place counts as a part of the topology at all. */
  readonly eligible: (place: number) => boolean;
}

type Constraint = Omit<TopologySpreadConstraint, 'labelSelector'> & { readonly labelSelector?: LabelSelectorObject };

function spreadOf(constraint: Constraint, { pod }: PodInfo, { tallies, slots }: Snapshot): Spread {
  const { labels = {}, namespace = '' } = pod.metadata;
  const object = withLabelKeys(constraint.labelSelector, labels, constraint.matchLabelKeys, undefined);
  const selector = selectorOfObject(object);
  const id = `spread ${JSON.stringify([namespace, object === undefined ? null : selector.text])}`;
  // Pods that are going count no more.
  const isCounted = ({ pod: { metadata } }: PodInfo) =>
    (metadata.namespace ?? '') === namespace &&
    metadata.deletionTimestamp === undefined &&
    selector.matches(metadata.labels);
  const { nodeAffinityPolicy = 'Honor', nodeTaintsPolicy = 'Ignore' } = constraint;
  const matches = nodeAffinityPolicy === 'Honor' ? requiredNodes(pod.spec) : undefined;
  const { tolerations } = pod.spec;
  return {
    key: constraint.topologyKey,
    maxSkew: constraint.maxSkew,
    minDomains: constraint.minDomains ?? 1,
    self: selector.matches(labels) ? 1 : 0,
    counts: tallies.count(id, isCounted),
    matches: isCounted,
    eligible: (place) =>
      (matches === undefined || matches(slots[place]!)) &&
      (nodeTaintsPolicy === 'Ignore' ||
        slots[place]!.taints.every((taint) => taint.effect === 'PreferNoSchedule' || toleratedBy(tolerations, taint))),
  };
}

const spreadsOf = (info: PodInfo, snapshot: Snapshot, when: TopologySpreadConstraint['whenUnsatisfiable']): Spread[] =>
  (info.pod.spec.topologySpreadConstraints ?? [])
    .filter(({ whenUnsatisfiable }) => whenUnsatisfiable === when)
    .map((constraint) => spreadOf(constraint, info, snapshot));

/** What lies in each part of the topology, for each constraint; only nodes with all the keys count. */
function matchesByValue(snapshot: Snapshot, spreads: readonly Spread[]): readonly Map<string, number>[] {
  const found = spreads.map(() => new Map<string, number>());
  for (let place = 0; place < snapshot.slots.length; place++) {
    if (snapshot.slots[place]?.node === undefined) continue;
    if (!spreads.every(({ key }) => topologyValue(snapshot, place, key) !== undefined)) continue;
    for (let index = 0; index < spreads.length; index++) {
      const { key, counts, eligible } = spreads[index]!;
      if (!eligible(place)) continue;
      const value = topologyValue(snapshot, place, key)!;
      found[index]!.set(value, (found[index]!.get(value) ?? 0) + (counts.get(place) ?? 0));
    }
  }
  return found;
}

const HOSTNAME = 'kubernetes.io/hostname';

/** What spreads pods of a kind where they do not say how themselves. Upstream: podtopologyspread/plugin.go. */
const DEFAULTS: readonly { readonly topologyKey: string; readonly maxSkew: number }[] = [
  { topologyKey: HOSTNAME, maxSkew: 3 },
  { topologyKey: 'topology.kubernetes.io/zone', maxSkew: 5 },
];

function defaultSpreads(info: PodInfo, snapshot: Snapshot): Spread[] {
  const labelSelector = snapshot.owners.selectorOf(info.pod);
  if (labelSelector === undefined) return [];
  return DEFAULTS.map((one) =>
    spreadOf({ ...one, whenUnsatisfiable: 'ScheduleAnyway', labelSelector }, info, snapshot),
  );
}

/** What lies in those parts of the topology where the pod could go; `undefined` where each node is a part of its own. */
function softMatches(
  snapshot: Snapshot,
  { key, counts, eligible }: Spread,
  scored: readonly number[],
  counted: ((place: number) => boolean) | undefined,
): ReadonlyMap<string, number> | undefined {
  if (key === HOSTNAME) return undefined;
  const values = new Map<string, number>();
  for (const place of scored) values.set(topologyValue(snapshot, place, key) ?? '', 0);
  for (const [place, count] of counts) {
    if (snapshot.slots[place]?.node === undefined || !eligible(place) || counted?.(place) === false) continue;
    const value = topologyValue(snapshot, place, key) ?? '';
    const known = values.get(value);
    if (known !== undefined) values.set(value, known + count);
  }
  return values;
}

const TEXT = "node(s) didn't match pod topology spread constraints";
const SKEWED = refusal('PodTopologySpread', true, TEXT);
const NOWHERE = refusal('PodTopologySpread', false, `${TEXT} (missing required label)`);

function leastOf(values: ReadonlyMap<string, number>, minDomains: number): number {
  if (values.size < minDomains) return 0;
  let lowest = Infinity;
  for (const count of values.values()) if (count < lowest) lowest = count;
  return lowest;
}

/** Pods of a kind spread evenly over the parts of a topology. Upstream: pkg/scheduler/framework/plugins/podtopologyspread. */
export const podTopologySpread: Plugin = {
  name: 'PodTopologySpread',
  filter(info, snapshot) {
    const spreads = spreadsOf(info, snapshot, 'DoNotSchedule');
    if (spreads.length === 0) return undefined;
    const matches = matchesByValue(snapshot, spreads);
    const least = matches.map((values, index) => leastOf(values, spreads[index]!.minDomains));
    return {
      check(place) {
        for (let index = 0; index < spreads.length; index++) {
          const { key, maxSkew, self } = spreads[index]!;
          const value = topologyValue(snapshot, place, key);
          if (value === undefined) return NOWHERE;
          if ((matches[index]!.get(value) ?? 0) + self - least[index]! > maxSkew) return SKEWED;
        }
        return undefined;
      },
      change(other, place, sign) {
        if (!spreads.every(({ key }) => topologyValue(snapshot, place, key) !== undefined)) return;
        for (let index = 0; index < spreads.length; index++) {
          const { key, minDomains, eligible, matches: isCounted } = spreads[index]!;
          if (!isCounted(other) || !eligible(place)) continue;
          const values = matches[index]!;
          const value = topologyValue(snapshot, place, key)!;
          const before = values.get(value) ?? 0;
          values.set(value, before + sign);
          if (sign < 0 || before === least[index]) least[index] = leastOf(values, minDomains);
        }
      },
    };
  },
  score: {
    weight: 2,
    normalize: 'fewest',
    prepare(info, snapshot, feasible) {
      const asked = (info.pod.spec.topologySpreadConstraints ?? []).length > 0;
      const spreads = asked ? spreadsOf(info, snapshot, 'ScheduleAnyway') : defaultSpreads(info, snapshot);
      if (spreads.length === 0) return undefined;
      const hasAll = (place: number) => spreads.every(({ key }) => topologyValue(snapshot, place, key) !== undefined);
      // Nodes without a zone may spread by themselves, but only by default.
      const scored = asked ? feasible.filter(hasAll) : feasible;
      const matches = spreads.map((spread) => softMatches(snapshot, spread, scored, asked ? hasAll : undefined));
      // A node more in a large topology weighs more than one in a small one.
      const weights = matches.map((values) => Math.log((values?.size ?? scored.length) + 2));
      return (place) => {
        // A node without the label is the last choice.
        if (asked && !hasAll(place)) return -1;
        let sum = 0;
        for (let index = 0; index < spreads.length; index++) {
          const { key, maxSkew, counts } = spreads[index]!;
          const value = topologyValue(snapshot, place, key);
          if (value === undefined) continue;
          const values = matches[index];
          const count = (values === undefined ? counts.get(place) : values.get(value)) ?? 0;
          sum += count * weights[index]! + (maxSkew - 1);
        }
        return Math.round(sum);
      };
    },
  },
  wakes: ['nodeAdded', 'nodeChanged', 'podAdded', 'podRemoved', 'podChanged', 'podLeaving'],
};
