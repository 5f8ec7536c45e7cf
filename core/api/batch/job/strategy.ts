import type { Strategy } from '#core/api/definition';
import { checkedStrategy, podNameWarnings, withTemplateLabels } from '#core/api/rules';
import type { Job } from '#core/api/types';
import { jobStatusProblems } from './status.ts';
import { generatedLabels, jobProblems, jobUpdateProblems } from './validation.ts';

const generic = checkedStrategy<Job>('batch/jobs', 'Job', 'v1', {
  create: jobProblems,
  update: jobUpdateProblems,
  status: jobStatusProblems,
});

/** A job's pods are found by its own uid, unless its author wanted to say how. */
function withSelector(job: Job): Job {
  const { spec, metadata } = job;
  if (spec === undefined || spec.manualSelector === true) return job;
  const uid = metadata.uid ?? '';
  const { template } = spec;
  const labels = { ...generatedLabels(job), ...template?.metadata?.labels };
  const selector = {
    ...spec.selector,
    matchLabels: { ...spec.selector?.matchLabels, 'batch.kubernetes.io/controller-uid': uid },
  };
  // Labels that the job has by default are its pods' own, those that are generated too.
  const shared = metadata.labels !== undefined && metadata.labels === template?.metadata?.labels;
  const named = shared ? { ...job, metadata: { ...metadata, labels } } : job;
  return {
    ...named,
    spec: { ...spec, selector, template: { ...template, metadata: { ...template?.metadata, labels } } },
  };
}

/** Upstream: pkg/registry/batch/job/strategy.go. */
export const jobStrategy: Strategy = {
  ...generic,
  prepareForCreate: (object, context) => withSelector(generic.prepareForCreate!(object, context) as Job),
  warnings: ({ metadata }, old) => (old === undefined ? podNameWarnings(metadata.name ?? '') : []),
  canonicalize: withTemplateLabels,
};
