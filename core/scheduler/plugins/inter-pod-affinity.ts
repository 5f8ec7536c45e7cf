import type { PodInfo, Snapshot } from '../snapshot.ts';
import type { Counts } from '../tallies.ts';
import { speaksOf, type Term } from '../terms.ts';
import { type Plugin, refusal } from './plugin.ts';

type ByValue = Map<string, number>;

/** The value of a node's topology label; `undefined` where it has none. */
export const topologyValue = (snapshot: Snapshot, place: number, key: string): string | undefined => {
  const labels = snapshot.slots[place]?.labels;
  return labels !== undefined && Object.hasOwn(labels, key) ? labels[key] : undefined;
};

/** Adds what lies on nodes to what lies in their parts of the topology. */
function gather(snapshot: Snapshot, counts: Counts, key: string, weight: number, into: ByValue): ByValue {
  for (const [place, count] of counts) {
    if (snapshot.slots[place]?.node === undefined) continue;
    const value = topologyValue(snapshot, place, key);
    if (value !== undefined) into.set(value, (into.get(value) ?? 0) + count * weight);
  }
  return into;
}

const countOf = ({ tallies }: Snapshot, terms: readonly Term[]): Counts =>
  tallies.count(`affinity ${terms.map(({ id }) => id).join()}`, ({ pod }) =>
    terms.every((term) => speaksOf(term, pod, tallies.namespaceLabels)),
  );

/** Parts of the topology, by key, that carriers of a required anti-affinity keep this pod out of. */
function forbidden(snapshot: Snapshot, { pod }: PodInfo): Map<string, ByValue> {
  const found = new Map<string, ByValue>();
  for (const { kind, term, counts } of snapshot.tallies.carried()) {
    if (kind !== 'requiredAnti' || !speaksOf(term, pod, snapshot.tallies.namespaceLabels)) continue;
    const known = found.get(term.topologyKey) ?? new Map<string, number>();
    found.set(term.topologyKey, gather(snapshot, counts, term.topologyKey, 1, known));
  }
  return found;
}

const NO_COMPANY = refusal('InterPodAffinity', false, "node(s) didn't match pod affinity rules");
const UNWANTED = refusal('InterPodAffinity', true, "node(s) didn't match pod anti-affinity rules");
const KEPT_OUT = refusal('InterPodAffinity', true, "node(s) didn't satisfy existing pods anti-affinity rules");

const addTo = (values: ByValue, value: string, change: number): void => {
  const next = (values.get(value) ?? 0) + change;
  if (next === 0) values.delete(value);
  else values.set(value, next);
};

/** Upstream: hardPodAffinityWeight of the default profile: being wanted by a required affinity counts a little. */
const REQUIRED_WEIGHT = 1;

/** Pods that want to be, or not to be, where other pods are; in both directions. Upstream: pkg/scheduler/framework/plugins/interpodaffinity. */
export const interPodAffinity: Plugin = {
  name: 'InterPodAffinity',
  filter(info, snapshot) {
    const { required, requiredAnti } = info.affinity;
    const keptOut = forbidden(snapshot, info);
    if (required.length === 0 && requiredAnti.length === 0 && keptOut.size === 0 && snapshot.nominations.size === 0) {
      return undefined;
    }
    const { namespaceLabels } = snapshot.tallies;
    const together = required.length === 0 ? undefined : countOf(snapshot, required);
    const wanted = required.map(({ topologyKey: key }) => ({
      key,
      values: gather(snapshot, together!, key, 1, new Map()),
    }));
    const unwanted = requiredAnti.map((term) => ({
      term,
      key: term.topologyKey,
      values: gather(snapshot, countOf(snapshot, [term]), term.topologyKey, 1, new Map()),
    }));
    const isItsOwnCompany = required.every((term) => speaksOf(term, info.pod, namespaceLabels));
    // The first of a group that wants to be together may go anywhere.
    const isFirst = () => isItsOwnCompany && wanted.every(({ values }) => values.size === 0);
    return {
      check(place) {
        for (const { key, values } of wanted) {
          const value = topologyValue(snapshot, place, key);
          if (value === undefined || (!values.has(value) && !isFirst())) return NO_COMPANY;
        }
        for (const { key, values } of unwanted) {
          const value = topologyValue(snapshot, place, key);
          if (value !== undefined && values.has(value)) return UNWANTED;
        }
        for (const [key, values] of keptOut) {
          const value = topologyValue(snapshot, place, key);
          if (value !== undefined && values.has(value)) return KEPT_OUT;
        }
        return undefined;
      },
      change(other, place, sign) {
        if (wanted.length > 0 && required.every((term) => speaksOf(term, other.pod, namespaceLabels))) {
          for (const { key, values } of wanted) {
            const value = topologyValue(snapshot, place, key);
            if (value !== undefined) addTo(values, value, sign);
          }
        }
        for (const { term, key, values } of unwanted) {
          const value = topologyValue(snapshot, place, key);
          if (value !== undefined && speaksOf(term, other.pod, namespaceLabels)) addTo(values, value, sign);
        }
        for (const term of other.affinity.requiredAnti) {
          const value = topologyValue(snapshot, place, term.topologyKey);
          if (value === undefined || !speaksOf(term, info.pod, namespaceLabels)) continue;
          const values = keptOut.get(term.topologyKey) ?? new Map<string, number>();
          keptOut.set(term.topologyKey, values);
          addTo(values, value, sign);
        }
      },
    };
  },
  score: {
    weight: 2,
    normalize: 'span',
    prepare(info, snapshot) {
      const { tallies } = snapshot;
      const points = new Map<string, ByValue>();
      const give = (key: string, counts: Counts, weight: number) => {
        const values = points.get(key) ?? new Map<string, number>();
        points.set(key, gather(snapshot, counts, key, weight, values));
      };
      for (const { term, weight } of info.affinity.preferred) {
        give(term.topologyKey, countOf(snapshot, [term]), weight);
      }
      for (const { kind, term, weight, counts } of tallies.carried()) {
        if (kind === 'requiredAnti' || !speaksOf(term, info.pod, tallies.namespaceLabels)) continue;
        give(term.topologyKey, counts, kind === 'required' ? REQUIRED_WEIGHT : weight);
      }
      if (points.size === 0) return undefined;
      return (place) => {
        let sum = 0;
        for (const [key, values] of points) {
          const value = topologyValue(snapshot, place, key);
          if (value !== undefined) sum += values.get(value) ?? 0;
        }
        return sum;
      };
    },
  },
  wakes: ['nodeAdded', 'nodeChanged', 'podAdded', 'podRemoved', 'podChanged'],
};
