import { notNegativeFields } from '#core/api/rules';
import type { Job, JobSpec, JobStatus } from '#core/api/types';
import { sameJson } from '#core/base';
import { duplicate, invalid, type Problem, required } from '#core/machinery/status';
import { millisecondsOf } from '#core/machinery/values';
import { parseIndexes, sharedIndex } from './indexes.ts';

/** What a status says, and what of it is new: a rule about old content does not hold up other changes. */
interface Look {
  readonly spec: JobSpec;
  readonly status: JobStatus;
  readonly before: JobStatus;
  /** Whether one of the fields named, or conditions, is not what it was. */
  readonly changed: (...names: readonly string[]) => boolean;
}

export const holds = (status: JobStatus | undefined, type: string): boolean =>
  status?.conditions?.some((one) => one.type === type && one.status === 'True') === true;
const finished = (status: JobStatus): boolean => holds(status, 'Complete') || holds(status, 'Failed');

const CONDITIONS: readonly string[] = ['Complete', 'Failed', 'FailureTarget', 'SuccessCriteriaMet'];

function changedIn(next: JobStatus, old: JobStatus): Look['changed'] {
  return (...names) =>
    names.some((name) => {
      if (name === 'finished') return finished(next) !== finished(old);
      if (CONDITIONS.includes(name)) return holds(next, name) !== holds(old, name);
      const field = name as keyof JobStatus;
      return !sameJson(next[field] ?? null, old[field] ?? null);
    });
}

/** A problem of the conditions as a whole, which a refusal does not print. */
const conditionProblem = (detail: string): Problem => ({
  reason: 'FieldValueInvalid',
  path: 'status.conditions',
  message: `Invalid value: ${detail}`,
});

/** Pairs of conditions that cannot both hold. The conditions whose change is looked at; empty: always. */
const EXCLUSIVE = [
  { left: 'Complete', right: 'Failed', shown: 'Failed', on: ['Complete', 'Failed'] },
  { left: 'Complete', right: 'FailureTarget', shown: 'FailureTarget', on: ['Complete', 'FailureTarget'] },
  { left: 'SuccessCriteriaMet', right: 'Failed', shown: 'Failed', on: [] },
  { left: 'SuccessCriteriaMet', right: 'FailureTarget', shown: 'FailureTarget', on: [] },
] as const;

/** Conditions that hold only where another does. */
const FOLLOWS = [
  { condition: 'Failed', after: 'FailureTarget', on: ['Failed', 'failedIndexes'] },
  { condition: 'Complete', after: 'SuccessCriteriaMet', on: ['Complete', 'SuccessCriteriaMet'] },
] as const;

function conditionProblems({ spec, status, before, changed }: Look, problems: Problem[]): void {
  for (const { left, right, shown, on } of EXCLUSIVE) {
    if (on.length > 0 && !changed(...on)) continue;
    if (holds(status, left) && holds(status, right)) {
      problems.push(conditionProblem(`cannot set ${left}=True and ${shown}=true conditions`));
    }
  }
  for (const { condition, after, on } of FOLLOWS) {
    if (!changed(...on) || !holds(status, condition) || holds(status, after)) continue;
    problems.push(conditionProblem(`cannot set ${condition}=True condition without the ${after}=true condition`));
  }
  const met = holds(status, 'SuccessCriteriaMet');
  if (spec.successPolicy !== undefined && !met && holds(status, 'Complete')) {
    const detail = 'cannot set Complete=True for Job with SuccessPolicy unless SuccessCriteriaMet=True';
    problems.push(conditionProblem(detail));
  }
  for (const type of ['Failed', 'Complete', 'FailureTarget']) {
    if (!holds(before, type) || holds(status, type)) continue;
    problems.push(conditionProblem(`cannot disable the terminal ${type}=True condition`));
  }
  const wasMet = holds(before, 'SuccessCriteriaMet');
  if (wasMet && !met) problems.push(conditionProblem('cannot disable the SuccessCriteriaMet=True condition'));
  if (holds(before, 'Complete') && !wasMet && met) {
    const detail = 'cannot set SuccessCriteriaMet=True for Job already has Complete=true conditions';
    problems.push(conditionProblem(detail));
  }
}

function timeProblems({ spec, status, before, changed }: Look, problems: Problem[]): void {
  const { startTime, completionTime } = status;
  const path = 'status.completionTime';
  if (changed('Complete', 'completionTime')) {
    if (completionTime !== undefined && !holds(status, 'Complete')) {
      const detail = 'cannot set completionTime when there is no Complete=True condition';
      problems.push(invalid(path, completionTime, detail));
    }
    if (completionTime === undefined && holds(status, 'Complete')) {
      problems.push(required(path, 'completionTime is required for Complete jobs'));
    }
  }
  if (startTime !== undefined && completionTime !== undefined && changed('startTime', 'completionTime')) {
    if (millisecondsOf(completionTime)! < millisecondsOf(startTime)!) {
      problems.push(invalid(path, completionTime, 'must be equal to or after `startTime`'));
    }
  }
  const idle = spec.suspend === true && spec.completions === 0;
  if (startTime === undefined && finished(status) && changed('finished', 'startTime') && !idle) {
    problems.push(required('status.startTime', 'startTime is required for finished job'));
  }
  if (completionTime !== undefined && before.completionTime !== undefined && changed('completionTime')) {
    problems.push(invalid(path, completionTime, 'field is immutable'));
  }
  const resuming = holds(before, 'Suspended') && !holds(status, 'Suspended');
  if (before.startTime !== undefined && changed('startTime') && !resuming && spec.suspend !== true) {
    problems.push(invalid('status.startTime', startTime, 'field is immutable for unsuspended job once set'));
  }
}

function indexProblems({ spec, status, changed }: Look, problems: Problem[]): void {
  const { completedIndexes = '', failedIndexes } = status;
  const { completions, backoffLimitPerIndex, completionMode } = spec;
  const refuse = (field: 'completedIndexes' | 'failedIndexes', detail: string) =>
    problems.push(invalid(`status.${field}`, status[field] ?? '', detail));
  const parse = (field: 'completedIndexes' | 'failedIndexes') => {
    const { problem } = parseIndexes(status[field] ?? '', completions ?? 0);
    if (problem !== undefined) refuse(field, `error parsing ${field}: ${problem}`);
  };
  const [completedChanged, failedChanged] = [changed('completedIndexes'), changed('failedIndexes')];
  if (completedChanged && completions !== undefined) parse('completedIndexes');
  if (failedChanged && completions !== undefined && backoffLimitPerIndex !== undefined) parse('failedIndexes');
  if (completedChanged && completedIndexes !== '' && completionMode !== 'Indexed') {
    refuse('completedIndexes', 'cannot set non-empty completedIndexes when non-indexed completion mode');
  }
  if (failedChanged && backoffLimitPerIndex === undefined && failedIndexes !== undefined) {
    refuse('failedIndexes', 'cannot set non-null failedIndexes when backoffLimitPerIndex is null');
  }
  if ((completedChanged || failedChanged) && completions !== undefined && failedIndexes !== undefined) {
    const shared = sharedIndex(completedIndexes, failedIndexes, completions);
    if (shared !== undefined) {
      refuse('failedIndexes', `failedIndexes and completedIndexes overlap at index: ${shared}`);
    }
  }
}

function countProblems({ spec, status, before, changed }: Look, problems: Problem[]): void {
  const { active = 0, failed = 0, succeeded = 0, ready = 0, terminating = 0, uncountedTerminatedPods } = status;
  notNegativeFields(status, ['active', 'succeeded', 'failed', 'ready', 'terminating'], 'status', problems);
  const seen = new Set<string>();
  for (const list of ['succeeded', 'failed'] as const) {
    for (const [i, uid] of (uncountedTerminatedPods?.[list] ?? []).entries()) {
      const path = `status.uncountedTerminatedPods.${list}[${i}]`;
      if (uid === '') problems.push(invalid(path, uid, 'must not be empty'));
      else if (seen.has(uid)) problems.push(duplicate(path, uid));
      seen.add(uid);
    }
  }
  const done = finished(status);
  if (done && active > 0 && changed('finished', 'active')) {
    problems.push(invalid('status.active', active, 'active>0 is invalid for finished job'));
  }
  if (done && seen.size > 0 && changed('finished', 'uncountedTerminatedPods')) {
    const path = 'status.uncountedTerminatedPods';
    problems.push(invalid(path, uncountedTerminatedPods, 'must be empty for finished job'));
  }
  if (done && terminating > 0 && changed('finished', 'terminating')) {
    problems.push(invalid('status.terminating', terminating, 'terminating>0 is invalid for finished job'));
  }
  if (ready > active && changed('ready', 'active')) {
    problems.push(invalid('status.ready', ready, 'cannot set more ready pods than active'));
  }
  if (failed < (before.failed ?? 0)) {
    problems.push(invalid('status.failed', failed, 'cannot decrease the failed counter'));
  }
  const elastic = spec.completionMode === 'Indexed' && spec.completions === spec.parallelism;
  if (succeeded < (before.succeeded ?? 0) && !elastic) {
    problems.push(invalid('status.succeeded', succeeded, 'cannot decrease the succeeded counter'));
  }
}

/** Upstream: pkg/apis/batch/validation/validation.go (ValidateJobStatusUpdate), pkg/registry/batch/job/strategy.go. */
export function jobStatusProblems(job: Job, old: Job, problems: Problem[]): void {
  const [status, before] = [job.status ?? {}, old.status ?? {}];
  const look: Look = { spec: job.spec, status, before, changed: changedIn(status, before) };
  countProblems(look, problems);
  conditionProblems(look, problems);
  timeProblems(look, problems);
  indexProblems(look, problems);
}
