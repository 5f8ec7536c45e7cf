import type { Strategy } from '#core/api/definition';
import { genericStrategy, traits } from '#core/api/strategy';
import type { Job } from '#core/api/types';

const generic = genericStrategy({ group: 'batch', version: 'v1', kind: 'Job', ...traits['batch/jobs'] });

/** A job's pods are found by its own uid, unless its author wanted to say how. */
function withSelector(job: Job): Job {
  const { spec, metadata } = job;
  if (spec === undefined || spec.manualSelector === true) return job;
  const uid = metadata.uid ?? '';
  const name = metadata.name ?? '';
  const { template } = spec;
  const labels = {
    ...template.metadata?.labels,
    'batch.kubernetes.io/controller-uid': uid,
    'batch.kubernetes.io/job-name': name,
    'controller-uid': uid,
    'job-name': name,
  };
  const selector = {
    ...spec.selector,
    matchLabels: { ...spec.selector?.matchLabels, 'batch.kubernetes.io/controller-uid': uid },
  };
  return { ...job, spec: { ...spec, selector, template: { ...template, metadata: { ...template.metadata, labels } } } };
}

/** Upstream: pkg/registry/batch/job/strategy.go. */
export const jobStrategy: Strategy = {
  ...generic,
  prepareForCreate: (object, context) => withSelector(generic.prepareForCreate!(object, context) as Job),
};
