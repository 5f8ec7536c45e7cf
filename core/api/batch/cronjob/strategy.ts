import { judgedBy } from '#core/api/core';
import type { StrategyContext } from '#core/api/definition';
import { checkedStrategy, podNameWarnings } from '#core/api/rules';
import type { CronJob, CronJobSpec } from '#core/api/types';
import { invalid, notSupported, type Problem, required } from '#core/machinery/status';
import { notNegative, oneOf, present } from '#core/machinery/validation';
import { jobSpecProblems } from '../job/spec.ts';
import { isTimeZone, scheduleProblem } from './schedule.ts';

/** A job's name is at most 63 characters, of which 11 tell when it was to run. */
const MAX_NAME = 52;

function scheduleProblems({ schedule = '', timeZone }: CronJobSpec, old: CronJobSpec | undefined, problems: Problem[]) {
  const path = 'spec.schedule';
  if (schedule === '') {
    problems.push(required(path));
    return;
  }
  const fault = scheduleProblem(schedule);
  if (fault !== undefined) problems.push(invalid(path, schedule, fault));
  if (!schedule.includes('TZ')) return;
  if (old?.schedule.includes('TZ') !== true) {
    problems.push(invalid(path, schedule, 'cannot use TZ or CRON_TZ in schedule, use timeZone field instead'));
  } else if (timeZone !== undefined) {
    problems.push(invalid(path, schedule, 'cannot use both timeZone field and TZ or CRON_TZ in schedule'));
  }
}

const isZonePart = (part: string): boolean =>
  part !== '.' && part !== '..' && !part.startsWith('-') && /^[A-Za-z.\-_0-9+]{1,14}$/.test(part);

function zoneProblems(zone: string | undefined, problems: Problem[]): void {
  if (zone === undefined) return;
  const refuse = (detail: string) => problems.push(invalid('spec.timeZone', zone, detail));
  if (zone === '') refuse('timeZone must be nil or non-empty string');
  else if (!zone.split('/').every(isZonePart)) refuse(`unknown time zone ${zone}`);
  else {
    if (zone.toLowerCase() === 'local') {
      refuse('timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones');
    }
    if (!isTimeZone(zone)) refuse(`unknown time zone ${zone}`);
  }
}

function specProblems(
  spec: CronJobSpec,
  old: CronJobSpec | undefined,
  problems: Problem[],
  { gates }: StrategyContext,
): void {
  scheduleProblems(spec, old, problems);
  notNegative(spec.startingDeadlineSeconds, 'spec.startingDeadlineSeconds', problems);
  if (old === undefined || old.timeZone !== spec.timeZone) zoneProblems(spec.timeZone, problems);
  present()(spec.concurrencyPolicy ?? '', 'spec.concurrencyPolicy', problems);
  oneOf('Allow', 'Forbid', 'Replace')(spec.concurrencyPolicy, 'spec.concurrencyPolicy', problems);
  const job = spec.jobTemplate?.spec;
  const path = 'spec.jobTemplate.spec';
  if (job !== undefined) {
    jobSpecProblems(job, judgedBy(gates, old?.jobTemplate?.spec?.template?.spec), path, problems);
    if (job.selector !== undefined) {
      problems.push(invalid(`${path}.selector`, job.selector, '`selector` will be auto-generated'));
    }
    if (job.manualSelector === true) problems.push(notSupported(`${path}.manualSelector`, true, ['nil', 'false']));
  }
  notNegative(spec.successfulJobsHistoryLimit, 'spec.successfulJobsHistoryLimit', problems);
  notNegative(spec.failedJobsHistoryLimit, 'spec.failedJobsHistoryLimit', problems);
}

/** Upstream: pkg/registry/batch/cronjob/strategy.go, pkg/apis/batch/validation/validation.go. */
export const cronJobStrategy = checkedStrategy<CronJob>(
  'batch/cronjobs',
  'CronJob',
  'v1',
  {
    create: ({ spec, metadata: { name = '' } }, problems, context) => {
      specProblems(spec, undefined, problems, context);
      if (name.length > MAX_NAME) {
        problems.push(invalid('metadata.name', name, `must be no more than ${MAX_NAME} characters`));
      }
    },
    update: ({ spec }, old, problems, context) => specProblems(spec, old.spec, problems, context),
  },
  { warnings: ({ metadata }, old) => (old === undefined ? podNameWarnings(metadata.name ?? '') : []) },
);
