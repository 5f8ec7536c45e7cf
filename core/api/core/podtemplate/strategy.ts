import type { Strategy } from '#core/api/definition';
import { genericStrategy, traits } from '#core/api/strategy';
import type { PodTemplate } from '#core/api/types';
import type { Problem } from '#core/machinery/status';
import { podTemplateProblems } from '../pod/spec.ts';

function problemsOf({ template }: PodTemplate): readonly Problem[] {
  const problems: Problem[] = [];
  podTemplateProblems(template, 'template', problems);
  return problems;
}

/** Upstream: pkg/registry/core/podtemplate/strategy.go. */
export const podTemplateStrategy: Strategy = {
  ...genericStrategy({ group: '', version: 'v1', kind: 'PodTemplate', ...traits['/podtemplates'] }),
  validateCreate: (object) => problemsOf(object as PodTemplate),
  validateUpdate: (next) => problemsOf(next as PodTemplate),
};
