import { nodePreference, requiredNodes } from '#core/api/pods';
import type { PodSpec } from '#core/api/types/core/v1';
import { type Plugin, refusal } from './plugin.ts';

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
      const wish = nodePreference(preferred);
      return (place) => wish(slots[place]!);
    },
  },
  wakes: ['nodeAdded', 'nodeChanged'],
};
