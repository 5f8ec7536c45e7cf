import { notNegativeFields } from '#core/api/rules';
import type { Job, JobCondition, JobSpec, JobStatus } from '#core/api/types';
import { sameJson } from '#core/base';
import { duplicate, invalid, type Problem, required } from '#core/machinery/status';
import { millisecondsOf } from '#core/machinery/values';
import { parseIndexes, sharedIndex } from './indexes.ts';

/** What a status says, and what it said before. */
interface Look {
  readonly spec: JobSpec;
  readonly status: JobStatus;
  readonly before: JobStatus;
}

type Told = 'Complete' | 'Failed' | 'FailureTarget' | 'SuccessCriteriaMet';
/** A field, a condition, or whether the job is finished at all. */
type Topic = keyof JobStatus | Told | 'finished';

interface StatusRule {
  /** What is old does not hold up other changes: the rule counts when one of these changed. Without them, always. */
  readonly on?: readonly Topic[];
  readonly judge: (look: Look) => Problem | undefined;
}

const conditionOf = (status: JobStatus | undefined, type: string): JobCondition | undefined =>
  status?.conditions?.find((one) => one.type === type);
export const holds = (status: JobStatus | undefined, type: string): boolean =>
  status?.conditions?.some((one) => one.type === type && one.status === 'True') === true;
const finished = (status: JobStatus): boolean => holds(status, 'Complete') || holds(status, 'Failed');

const isCondition = (topic: Topic): topic is Told => /^[A-Z]/.test(topic);

function changed({ status, before }: Look, topic: Topic): boolean {
  if (topic === 'finished') return finished(status) !== finished(before);
  if (isCondition(topic)) return holds(status, topic) !== holds(before, topic);
  return !sameJson(status[topic] ?? null, before[topic] ?? null);
}

/** A problem of the conditions as a whole, which a refusal does not print. */
const conditionProblem = (detail: string): Problem => ({
  reason: 'FieldValueInvalid',
  path: 'status.conditions',
  message: `Invalid value: ${detail}`,
});

/** Conditions that cannot both hold. */
const exclusive = (left: Told, right: Told, on?: readonly Topic[]): StatusRule => ({
  ...(on === undefined ? {} : { on }),
  judge: ({ status }) =>
    holds(status, left) && holds(status, right)
      ? conditionProblem(`cannot set ${left}=True and ${right}=true conditions`)
      : undefined,
});

/** A condition that holds only where another does. */
const follows = (type: Told, first: Told, on: readonly Topic[]): StatusRule => ({
  on,
  judge: ({ status }) =>
    holds(status, type) && !holds(status, first)
      ? conditionProblem(`cannot set ${type}=True condition without the ${first}=true condition`)
      : undefined,
});

/** A condition that stays. */
const kept = (type: Told, shown: string): StatusRule => ({
  judge: ({ status, before }) =>
    holds(before, type) && !holds(status, type)
      ? conditionProblem(`cannot disable the ${shown}${type}=True condition`)
      : undefined,
});

/** Of what a finished job has none. */
const noneLeft = (field: 'active' | 'terminating'): StatusRule => ({
  on: ['finished', field],
  judge: ({ status }) => {
    const count = status[field] ?? 0;
    if (count <= 0 || !finished(status)) return undefined;
    return invalid(`status.${field}`, count, `${field}>0 is invalid for finished job`);
  },
});

type Indexes = 'completedIndexes' | 'failedIndexes';

const readable = (field: Indexes): StatusRule => ({
  on: [field],
  judge: ({ spec: { completions, backoffLimitPerIndex }, status }) => {
    if (completions === undefined || (field === 'failedIndexes' && backoffLimitPerIndex === undefined))
      return undefined;
    const { problem } = parseIndexes(status[field] ?? '', completions);
    if (problem === undefined) return undefined;
    return invalid(`status.${field}`, status[field] ?? '', `error parsing ${field}: ${problem}`);
  },
});

const notFewer = (field: 'failed' | 'succeeded'): StatusRule => ({
  judge: ({ status, before }) => {
    const count = status[field] ?? 0;
    if (count >= (before[field] ?? 0)) return undefined;
    return invalid(`status.${field}`, count, `cannot decrease the ${field} counter`);
  },
});

const fewerSucceeded = notFewer('succeeded');
const COMPLETION = 'status.completionTime';

/** In the order in which clients are told. */
const rules: readonly StatusRule[] = [
  exclusive('Complete', 'Failed', ['Complete', 'Failed']),
  exclusive('Complete', 'FailureTarget', ['Complete', 'FailureTarget']),
  {
    on: ['Complete', 'completionTime'],
    judge: ({ status }) => {
      const { completionTime } = status;
      if (completionTime === undefined) {
        const isMissing = holds(status, 'Complete');
        return isMissing ? required(COMPLETION, 'completionTime is required for Complete jobs') : undefined;
      }
      if (holds(status, 'Complete')) return undefined;
      const detail = 'cannot set completionTime when there is no Complete=True condition';
      return invalid(COMPLETION, completionTime, detail);
    },
  },
  {
    on: ['startTime', 'completionTime'],
    judge: ({ status: { startTime, completionTime } }) =>
      startTime !== undefined &&
      completionTime !== undefined &&
      millisecondsOf(completionTime)! < millisecondsOf(startTime)!
        ? invalid(COMPLETION, completionTime, 'must be equal to or after `startTime`')
        : undefined,
  },
  follows('Failed', 'FailureTarget', ['Failed', 'failedIndexes']),
  follows('Complete', 'SuccessCriteriaMet', ['Complete', 'SuccessCriteriaMet']),
  noneLeft('active'),
  {
    on: ['finished', 'startTime'],
    judge: ({ spec: { suspend, completions }, status }) => {
      if (status.startTime !== undefined || !finished(status) || (suspend === true && completions === 0))
        return undefined;
      return required('status.startTime', 'startTime is required for finished job');
    },
  },
  {
    on: ['finished', 'uncountedTerminatedPods'],
    judge: ({ status }) => {
      const { uncountedTerminatedPods: pods } = status;
      if (!finished(status) || (pods?.failed?.length ?? 0) + (pods?.succeeded?.length ?? 0) === 0) return undefined;
      return invalid('status.uncountedTerminatedPods', pods, 'must be empty for finished job');
    },
  },
  readable('completedIndexes'),
  readable('failedIndexes'),
  {
    on: ['completedIndexes'],
    judge: ({ spec, status: { completedIndexes = '' } }) => {
      if (completedIndexes === '' || spec.completionMode === 'Indexed') return undefined;
      const detail = 'cannot set non-empty completedIndexes when non-indexed completion mode';
      return invalid('status.completedIndexes', completedIndexes, detail);
    },
  },
  {
    on: ['failedIndexes'],
    judge: ({ spec, status: { failedIndexes } }) => {
      if (failedIndexes === undefined || spec.backoffLimitPerIndex !== undefined) return undefined;
      const detail = 'cannot set non-null failedIndexes when backoffLimitPerIndex is null';
      return invalid('status.failedIndexes', failedIndexes, detail);
    },
  },
  {
    on: ['completedIndexes', 'failedIndexes'],
    judge: ({ spec: { completions }, status: { completedIndexes = '', failedIndexes } }) => {
      if (completions === undefined || failedIndexes === undefined) return undefined;
      const shared = sharedIndex(completedIndexes, failedIndexes, completions);
      if (shared === undefined) return undefined;
      const detail = `failedIndexes and completedIndexes overlap at index: ${shared}`;
      return invalid('status.failedIndexes', failedIndexes, detail);
    },
  },
  noneLeft('terminating'),
  {
    on: ['ready', 'active'],
    judge: ({ status: { ready = 0, active = 0 } }) =>
      ready > active ? invalid('status.ready', ready, 'cannot set more ready pods than active') : undefined,
  },
  exclusive('SuccessCriteriaMet', 'Failed'),
  exclusive('SuccessCriteriaMet', 'FailureTarget'),
  {
    judge: ({ spec, status }) => {
      if (spec.successPolicy === undefined || holds(status, 'SuccessCriteriaMet') || !holds(status, 'Complete')) {
        return undefined;
      }
      const detail = 'cannot set Complete=True for Job with SuccessPolicy unless SuccessCriteriaMet=True';
      return conditionProblem(detail);
    },
  },
  kept('Failed', 'terminal '),
  kept('Complete', 'terminal '),
  kept('FailureTarget', 'terminal '),
  notFewer('failed'),
  {
    judge: (look) => {
      const { completionMode, completions, parallelism } = look.spec;
      const isElastic = completionMode === 'Indexed' && completions === parallelism;
      return isElastic ? undefined : fewerSucceeded.judge(look);
    },
  },
  {
    on: ['completionTime'],
    judge: ({ status: { completionTime }, before }) =>
      completionTime !== undefined && before.completionTime !== undefined
        ? invalid(COMPLETION, completionTime, 'field is immutable')
        : undefined,
  },
  {
    on: ['startTime'],
    judge: ({ spec, status, before }) => {
      const isResuming = holds(before, 'Suspended') && conditionOf(status, 'Suspended')?.status === 'False';
      if (before.startTime === undefined || isResuming || spec.suspend === true) return undefined;
      return invalid('status.startTime', status.startTime, 'field is immutable for unsuspended job once set');
    },
  },
  kept('SuccessCriteriaMet', ''),
  {
    judge: ({ status, before }) => {
      if (!holds(before, 'Complete') || holds(before, 'SuccessCriteriaMet') || !holds(status, 'SuccessCriteriaMet')) {
        return undefined;
      }
      return conditionProblem('cannot set SuccessCriteriaMet=True for Job already has Complete=true conditions');
    },
  },
];

function uncountedProblems({ uncountedTerminatedPods }: JobStatus, problems: Problem[]): void {
  const seen = new Set<string>();
  for (const list of ['succeeded', 'failed'] as const) {
    for (const [i, uid] of (uncountedTerminatedPods?.[list] ?? []).entries()) {
      const path = `status.uncountedTerminatedPods.${list}[${i}]`;
      if (uid === '') problems.push(invalid(path, uid, 'must not be empty'));
      else if (seen.has(uid)) problems.push(duplicate(path, uid));
      seen.add(uid);
    }
  }
}

/** Upstream: pkg/apis/batch/validation/validation.go (ValidateJobStatusUpdate), pkg/registry/batch/job/strategy.go. */
export function jobStatusProblems(job: Job, old: Job, problems: Problem[]): void {
  const [status, before] = [job.status ?? {}, old.status ?? {}];
  const look: Look = { spec: job.spec, status, before };
  notNegativeFields(status, ['active', 'succeeded', 'failed', 'ready', 'terminating'], 'status', problems);
  uncountedProblems(status, problems);
  for (const { on, judge } of rules) {
    if (on?.some((topic) => changed(look, topic)) === false) continue;
    const problem = judge(look);
    if (problem !== undefined) problems.push(problem);
  }
}
