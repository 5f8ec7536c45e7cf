import { type Judged, podTemplateProblems } from '#core/api/core';
import { domainPrefixedPathProblems, notNegativeFields } from '#core/api/rules';
import type { JobSpec } from '#core/api/types';
import { invalid, notSupported, type Problem, required, tooLong } from '#core/machinery/status';
import { failurePolicyProblems, successPolicyProblems } from './policies.ts';

const HUNDRED_THOUSAND = 100_000;
const TEN_THOUSAND = 10_000;
const MAX_MANAGER = 63;

const COUNTS = [
  'parallelism',
  'completions',
  'activeDeadlineSeconds',
  'backoffLimit',
  'ttlSecondsAfterFinished',
  'backoffLimitPerIndex',
  'maxFailedIndexes',
] as const;

/** Bounds that keep the list of finished indexes short enough to be stored. */
function indexedProblems(spec: JobSpec, path: string, problems: Problem[]): void {
  const { completions, parallelism, maxFailedIndexes, backoffLimitPerIndex } = spec;
  if (completions === undefined) problems.push(required(`${path}.completions`, 'when completion mode is Indexed'));
  const refuse = (field: 'parallelism' | 'maxFailedIndexes', detail: string) =>
    problems.push(invalid(`${path}.${field}`, spec[field], `must be less than or equal to ${detail}`));
  if (parallelism !== undefined && parallelism > HUNDRED_THOUSAND) {
    refuse('parallelism', `${HUNDRED_THOUSAND} when completion mode is Indexed`);
  }
  if (completions !== undefined && maxFailedIndexes !== undefined && maxFailedIndexes > completions) {
    refuse('maxFailedIndexes', 'completions');
  }
  if (maxFailedIndexes !== undefined && maxFailedIndexes > HUNDRED_THOUSAND) {
    refuse('maxFailedIndexes', `${HUNDRED_THOUSAND}`);
  }
  if ((completions ?? 0) <= HUNDRED_THOUSAND || backoffLimitPerIndex === undefined) return;
  if (maxFailedIndexes === undefined) {
    const detail = `must be specified when completions is above ${HUNDRED_THOUSAND}`;
    problems.push(required(`${path}.maxFailedIndexes`, detail));
  }
  const many = `${TEN_THOUSAND} when completions are above ${HUNDRED_THOUSAND} and used with backoff limit per index`;
  if (parallelism !== undefined && parallelism > TEN_THOUSAND) refuse('parallelism', many);
  if (maxFailedIndexes !== undefined && maxFailedIndexes > TEN_THOUSAND) refuse('maxFailedIndexes', many);
}

function replacementProblems({ podReplacementPolicy, podFailurePolicy }: JobSpec, path: string, problems: Problem[]) {
  if (podReplacementPolicy === undefined) return;
  const allowed = podFailurePolicy === undefined ? ['Failed', 'TerminatingOrFailed'] : ['Failed'];
  if (!allowed.includes(podReplacementPolicy)) problems.push(notSupported(path, podReplacementPolicy, allowed));
}

function restartProblems({ template, podFailurePolicy }: JobSpec, path: string, problems: Problem[]): void {
  const policy: string = template?.spec?.restartPolicy ?? '';
  if (policy === 'Always' || policy === '') problems.push(required(path, 'valid values: "OnFailure", "Never"'));
  else if (policy !== 'OnFailure' && policy !== 'Never') {
    problems.push(notSupported(path, policy, ['OnFailure', 'Never']));
  } else if (podFailurePolicy !== undefined && policy !== 'Never') {
    problems.push(invalid(path, policy, 'only "Never" is supported when podFailurePolicy is specified'));
  }
}

/** A job's spec, of a job or of a template of jobs. Upstream: pkg/apis/batch/validation/validation.go (validateJobSpec). */
export function jobSpecProblems(spec: JobSpec, judged: Judged, path: string, problems: Problem[]): void {
  const { completionMode, managedBy } = spec;
  notNegativeFields(spec, COUNTS, path, problems);
  if (spec.maxFailedIndexes !== undefined && spec.backoffLimitPerIndex === undefined) {
    problems.push(required(`${path}.backoffLimitPerIndex`, 'when maxFailedIndexes is specified'));
  }
  if (managedBy !== undefined) {
    domainPrefixedPathProblems(managedBy, `${path}.managedBy`, problems);
    if (managedBy.length > MAX_MANAGER) problems.push(tooLong(`${path}.managedBy`, MAX_MANAGER));
  }
  const indexed = completionMode === 'Indexed';
  if (completionMode !== undefined && !indexed && completionMode !== 'NonIndexed') {
    problems.push(notSupported(`${path}.completionMode`, completionMode, ['NonIndexed', 'Indexed']));
  }
  if (indexed) indexedProblems(spec, path, problems);
  const needsIndexes = 'requires indexed completion mode';
  if (completionMode === undefined || completionMode === 'NonIndexed') {
    for (const field of ['backoffLimitPerIndex', 'maxFailedIndexes'] as const) {
      if (spec[field] !== undefined) problems.push(invalid(`${path}.${field}`, spec[field], needsIndexes));
    }
  }
  if (spec.podFailurePolicy !== undefined) failurePolicyProblems(spec, `${path}.podFailurePolicy`, problems);
  if (spec.successPolicy !== undefined) {
    const place = `${path}.successPolicy`;
    if (indexed) successPolicyProblems(spec, place, problems);
    else problems.push(invalid(place, spec.successPolicy, needsIndexes));
  }
  replacementProblems(spec, `${path}.podReplacementPolicy`, problems);
  podTemplateProblems(spec.template, judged, `${path}.template`, problems);
  restartProblems(spec, `${path}.template.spec.restartPolicy`, problems);
}
