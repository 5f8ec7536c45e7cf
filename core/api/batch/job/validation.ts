import { type Judged, judgedBy } from '#core/api/core';
import type { Check, UpdateCheck } from '#core/api/rules';
import type { Job, JobSpec, PodTemplateSpec } from '#core/api/types';
import { sameJson } from '#core/base';
import { dnsLabelProblems } from '#core/machinery/names';
import { selectorOfObject } from '#core/machinery/selectors';
import { invalid, type Problem, required } from '#core/machinery/status';
import { selectorProblems, unchanged } from '#core/machinery/validation';
import { jobSpecProblems } from './spec.ts';
import { holds } from './status.ts';

/** Whether a selector chooses these labels; a faulty one has problems of its own. */
function selects(selector: JobSpec['selector'], labels: Readonly<Record<string, string>>): boolean {
  try {
    return selectorOfObject(selector).matches(labels);
  } catch {
    return true;
  }
}

/** The labels by which a job finds its pods, unless its author said how. */
export const generatedLabels = ({ metadata: { uid = '', name = '' } }: Job): Readonly<Record<string, string>> => ({
  'batch.kubernetes.io/controller-uid': uid,
  'batch.kubernetes.io/job-name': name,
  'controller-uid': uid,
  'job-name': name,
});

function generatedProblems(job: Job, problems: Problem[]): void {
  const { selector, template, manualSelector } = job.spec;
  if (manualSelector === true || !selector) return;
  const labels = generatedLabels(job);
  for (const [key, value] of Object.entries(labels)) {
    const given = template?.metadata?.labels?.[key];
    const path = `spec.template.metadata.labels[${key}]`;
    if (given === undefined) problems.push(required(path, `must be '${value}'`));
    else if (given !== value) problems.push(invalid(path, template.metadata!.labels, `must be '${value}'`));
  }
  if (!selects(selector, labels)) problems.push(invalid('spec.selector', selector, '`selector` not auto-generated'));
}

function specProblems(spec: JobSpec, judged: Judged, problems: Problem[]): void {
  jobSpecProblems(spec, judged, 'spec', problems);
  if (!spec.selector) problems.push(required('spec.selector'));
  else selectorProblems(spec.selector, 'spec.selector', problems);
  const labels = spec.template?.metadata?.labels;
  if (!spec.selector || !selects(spec.selector, labels ?? {})) {
    const detail = '`selector` does not match template `labels`';
    problems.push(invalid('spec.template.metadata.labels', labels, detail));
  }
}

/** A pod's host name ends in its index. */
function hostnameProblems(
  { metadata: { name = '' }, spec: { completionMode, completions = 0 } }: Job,
  problems: Problem[],
) {
  if (completionMode !== 'Indexed' || completions <= 0) return;
  const last = `${name}-${completions - 1}`;
  if (dnsLabelProblems(last).length === 0) return;
  problems.push(invalid('metadata.name', name, `will not able to create pod with invalid DNS label: ${last}`));
}

function wholeProblems(job: Job, judged: Judged, problems: Problem[]): void {
  generatedProblems(job, problems);
  specProblems(job.spec, judged, problems);
  hostnameProblems(job, problems);
}

/** Completions of an indexed job change together with its parallelism, of others never. */
function completionProblems(next: JobSpec, old: JobSpec, problems: Problem[]): void {
  const path = 'spec.completions';
  if (next.completionMode !== 'Indexed') unchanged(next.completions, old.completions, path, problems);
  else if (next.completions !== undefined && next.completions !== old.completions) {
    if (next.completions === next.parallelism) return;
    problems.push(invalid(path, next.completions, 'can only be modified in tandem with spec.parallelism'));
  }
}

/** Where a job that stands still may have its pods run: `old` with these taken from `next`. */
function withDirectives(old: PodTemplateSpec, next: PodTemplateSpec): PodTemplateSpec {
  const take = <T extends object>(from: T | undefined, to: T | undefined, ...names: readonly (keyof T)[]): T => {
    const result = { ...to } as T;
    for (const name of names) {
      if (from?.[name] === undefined) delete result[name];
      else result[name] = from[name];
    }
    return result;
  };
  const spec = take(next.spec, old.spec, 'nodeSelector', 'tolerations', 'schedulingGates', 'affinity');
  const affinity = take(next.spec?.affinity, old.spec?.affinity, 'nodeAffinity');
  const keepsNone = next.spec?.affinity === undefined && Object.keys(affinity).length === 0;
  return {
    metadata: take(next.metadata, old.metadata, 'annotations', 'labels'),
    spec: keepsNone ? spec : { ...spec, affinity },
  };
}

function withResources(old: PodTemplateSpec, next: PodTemplateSpec): PodTemplateSpec {
  const spec = { ...old.spec! };
  for (const field of ['containers', 'initContainers'] as const) {
    const [before, after] = [old.spec?.[field], next.spec?.[field]];
    if (before === undefined || before.length !== after?.length) continue;
    spec[field] = before.map((one, i) => {
      if (one.name !== after[i]!.name) return one;
      const { resources: _, ...rest } = one;
      const { resources } = after[i]!;
      return resources === undefined ? rest : { ...rest, resources };
    });
  }
  return { ...old, spec };
}

function templateProblems({ spec: next }: Job, { spec: old, status }: Job, problems: Problem[]): void {
  const suspended = old.suspend === true;
  const still = suspended && holds(status, 'Suspended') && (status?.active ?? 0) === 0;
  const notStarted = suspended && status?.startTime === undefined;
  let before = old.template;
  if (still || notStarted) before = withDirectives(before, next.template);
  if (!still) {
    if (!sameTemplate(next.template, before))
      problems.push(invalid('spec.template', next.template, 'field is immutable'));
    return;
  }
  before = withResources(before, next.template);
  unchanged(next.template.spec, before.spec, 'spec.template.spec', problems);
}

const sameTemplate = (left: PodTemplateSpec, right: PodTemplateSpec): boolean =>
  sameJson(left.spec ?? {}, right.spec ?? {}) && sameJson(left.metadata ?? {}, right.metadata ?? {});

const FIXED = ['completionMode', 'podFailurePolicy', 'backoffLimitPerIndex', 'managedBy', 'successPolicy'] as const;

export const jobProblems: Check<Job> = (job, problems, { gates }) =>
  wholeProblems(job, judgedBy(gates, undefined), problems);

/** Upstream: pkg/apis/batch/validation/validation.go (ValidateJobSpecUpdate). */
export const jobUpdateProblems: UpdateCheck<Job> = (job, old, problems, { gates }) => {
  const [next, before] = [job.spec, old.spec];
  // Judged twice, as a new one and as a change of one: clients are told twice.
  const judged = judgedBy(gates, before.template?.spec);
  wholeProblems(job, judged, problems);
  specProblems(next, judged, problems);
  completionProblems(next, before, problems);
  unchanged(next.selector, before.selector, 'spec.selector', problems);
  templateProblems(job, old, problems);
  for (const field of FIXED) unchanged(next[field], before[field], `spec.${field}`, problems);
};
