import type { NodeSelectorRequirement, NodeSelectorTerm, PodSpec } from '#core/api/types/core/v1';
import type { Slot } from '../snapshot.ts';
import { type Plugin, refusal } from './plugin.ts';

type Matches = (slot: Slot) => boolean;

function requirement(
  { key, operator, values = [] }: NodeSelectorRequirement,
  read: (slot: Slot, key: string) => string | undefined,
): Matches {
  const set = new Set(values);
  const number = Number(values[0]);
  switch (operator) {
    case 'In':
      return (slot) => {
        const value = read(slot, key);
        return value !== undefined && set.has(value);
      };
    case 'NotIn':
      return (slot) => {
        const value = read(slot, key);
        return value === undefined || !set.has(value);
      };
    case 'Exists':
      return (slot) => read(slot, key) !== undefined;
    case 'DoesNotExist':
      return (slot) => read(slot, key) === undefined;
    case 'Gt':
      return (slot) => /^-?\d+$/.test(read(slot, key) ?? '') && Number(read(slot, key)) > number;
    case 'Lt':
      return (slot) => /^-?\d+$/.test(read(slot, key) ?? '') && Number(read(slot, key)) < number;
    default:
      return () => false;
  }
}

const label = ({ labels }: Slot, key: string) => (Object.hasOwn(labels, key) ? labels[key] : undefined);
const field = ({ name }: Slot, key: string) => (key === 'metadata.name' ? name : undefined);

/** A term without requirements matches nothing. Upstream: component-helpers/scheduling/corev1/nodeaffinity. */
function term({ matchExpressions = [], matchFields = [] }: NodeSelectorTerm): Matches {
  const all = [
    ...matchExpressions.map((one) => requirement(one, label)),
    ...matchFields.map((one) => requirement(one, field)),
  ];
  return all.length === 0 ? () => false : (slot) => all.every((matches) => matches(slot));
}

/** A node that matches one of the terms. */
export function nodeTerms(terms: readonly NodeSelectorTerm[]): Matches {
  const compiled = terms.map(term);
  return (slot) => compiled.some((matches) => matches(slot));
}

/** What a pod's node must be: its nodeSelector and one of the required terms. `undefined` when anything goes. */
export function requiredNodes({ nodeSelector, affinity }: PodSpec): Matches | undefined {
  const all: Matches[] = Object.entries(nodeSelector ?? {}).map(
    ([key, value]) =>
      (slot) =>
        label(slot, key) === value,
  );
  const terms = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms.map(term);
  if (terms !== undefined) all.push((slot) => terms.some((matches) => matches(slot)));
  return all.length === 0 ? undefined : (slot) => all.every((matches) => matches(slot));
}

/** The nodes that required terms name, where every term names some; daemons do. */
function namedNodes({ affinity }: PodSpec): ReadonlySet<string> | undefined {
  const terms = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  const all = new Set<string>();
  for (const { matchFields = [] } of terms) {
    const named = matchFields.filter(({ key, operator }) => key === 'metadata.name' && operator === 'In');
    if (named.length === 0) return undefined;
    const [first, ...more] = named.map(({ values = [] }) => values);
    for (const name of first!) if (more.every((values) => values.includes(name))) all.add(name);
  }
  return terms.length === 0 ? undefined : all;
}

const UNMATCHED = refusal('NodeAffinity', false, "node(s) didn't match Pod's node affinity/selector");

/** Upstream: pkg/scheduler/framework/plugins/nodeaffinity. */
export const nodeAffinity: Plugin = {
  name: 'NodeAffinity',
  turnsAway: ({ pod }) => (namedNodes(pod.spec)?.size === 0 ? 'pod affinity terms conflict' : undefined),
  narrows: ({ pod }) => namedNodes(pod.spec),
  filter({ pod }, { slots }) {
    const matches = requiredNodes(pod.spec);
    if (matches === undefined) return undefined;
    return { check: (place) => (matches(slots[place]!) ? undefined : UNMATCHED) };
  },
  score: {
    weight: 2,
    normalize: 'proportional',
    prepare({ pod }, { slots }) {
      const preferred = pod.spec.affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
      if (preferred.length === 0) return undefined;
      const terms = preferred.map(({ weight, preference }) => ({
        weight,
        // Unlike a required term, an empty preference matches every node.
        matches:
          (preference.matchExpressions ?? []).length + (preference.matchFields ?? []).length === 0
            ? () => true
            : term(preference),
      }));
      return (place) => terms.reduce((sum, { weight, matches }) => sum + (matches(slots[place]!) ? weight : 0), 0);
    },
  },
  wakes: ['nodeAdded', 'nodeChanged'],
};
