import type { Strategy } from '#core/api/definition';
import { checkedStrategy } from '#core/api/rules';
import type { PodTemplate } from '#core/api/types';
import { judgedBy } from '../pod/judged.ts';
import { podTemplateProblems } from '../pod/spec.ts';

/** Upstream: pkg/registry/core/podtemplate/strategy.go. */
export const podTemplateStrategy: Strategy = checkedStrategy<PodTemplate>('/podtemplates', 'PodTemplate', 'v1', {
  create: ({ template }, problems, { gates }) =>
    podTemplateProblems(template, judgedBy(gates, undefined), 'template', problems),
  update: ({ template }, old, problems, { gates }) =>
    podTemplateProblems(template, judgedBy(gates, old.template?.spec), 'template', problems),
});
