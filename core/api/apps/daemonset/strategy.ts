import type { Strategy } from '#core/api/definition';
import { checkedStrategy } from '#core/api/rules';
import type { DaemonSet } from '#core/api/types';
import { sameJson } from '#core/base';
import { daemonSetProblems, daemonSetStatusProblems, daemonSetUpdateProblems } from './validation.ts';

/** How often the template changed; a field of the oldest version of the API that lives on as an annotation. */
const TEMPLATE_GENERATION = 'deprecated.daemonset.template.generation';

const generic = checkedStrategy<DaemonSet>('apps/daemonsets', 'DaemonSet', 'v1', {
  create: daemonSetProblems,
  update: daemonSetUpdateProblems,
  status: daemonSetStatusProblems,
});

function withTemplateGeneration(set: DaemonSet, generation: number): DaemonSet {
  const text = String(generation);
  if (set.metadata.annotations?.[TEMPLATE_GENERATION] === text) return set;
  const annotations = { ...set.metadata.annotations, [TEMPLATE_GENERATION]: text };
  return { ...set, metadata: { ...set.metadata, annotations } };
}

const templateGeneration = ({ metadata }: DaemonSet): number =>
  Number(metadata.annotations?.[TEMPLATE_GENERATION] ?? 0) || 0;

/** Upstream: pkg/registry/apps/daemonset/strategy.go. */
export const daemonSetStrategy: Strategy = {
  ...generic,
  prepareForCreate: (object, context) => {
    const set = generic.prepareForCreate!(object, context) as DaemonSet;
    return withTemplateGeneration(set, Math.max(1, templateGeneration(set)));
  },
  prepareForUpdate: (next, old, context) => {
    const set = generic.prepareForUpdate!(next, old, context) as DaemonSet;
    const before = old as DaemonSet;
    if (context.subresource !== '') return withTemplateGeneration(set, templateGeneration(before));
    const same = sameJson(set.spec?.template, before.spec?.template);
    return withTemplateGeneration(set, templateGeneration(before) + (same ? 0 : 1));
  },
};
