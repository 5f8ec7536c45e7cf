import type { TopologySpreadConstraint } from '#core/api/types/core/v1';
import { selectorOfObject } from '#core/machinery/selectors';
import type { PodInfo, Snapshot } from '../snapshot.ts';
import type { Counts } from '../tallies.ts';
import { withLabelKeys } from '../terms.ts';
import { topologyValue } from './inter-pod-affinity.ts';
import { requiredNodes } from './node-affinity.ts';
import { type Plugin, refusal } from './plugin.ts';
import { tolerates } from './taints.ts';

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

function spreadOf(constraint: TopologySpreadConstraint, { pod }: PodInfo, { tallies, slots }: Snapshot): Spread {
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
  const tolerations = pod.spec.tolerations ?? [];
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
        slots[place]!.taints.every(
          (taint) => taint.effect === 'PreferNoSchedule' || tolerations.some((one) => tolerates(one, taint)),
        )),
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
    prepare(info, snapshot) {
      const spreads = spreadsOf(info, snapshot, 'ScheduleAnyway');
      if (spreads.length === 0) return undefined;
      const matches = matchesByValue(snapshot, spreads);
      // A node more in a large topology weighs more than one in a small one.
      const weights = matches.map(({ size }) => Math.log(size + 2));
      return (place) => {
        let sum = 0;
        for (let index = 0; index < spreads.length; index++) {
          const { key, maxSkew } = spreads[index]!;
          const value = topologyValue(snapshot, place, key);
          // A node without the label is the last choice.
          if (value === undefined) return -1;
          sum += (matches[index]!.get(value) ?? 0) * weights[index]! + (maxSkew - 1);
        }
        return Math.round(sum);
      };
    },
  },
  wakes: ['nodeAdded', 'nodeChanged', 'podAdded', 'podRemoved', 'podChanged', 'podLeaving'],
};
