import { judgedBy, podTemplateProblems } from '#core/api/core';
import type { StrategyContext } from '#core/api/definition';
import {
  amountOf,
  type Check,
  countProblems,
  notNegativeFields,
  shareProblems,
  type UpdateCheck,
} from '#core/api/rules';
import type { DaemonSet, RollingUpdateDaemonSet } from '#core/api/types';
import { invalid, notSupported, type Problem, required } from '#core/machinery/status';
import { notNegative, selectorProblems, selectsEverything, unchanged } from '#core/machinery/validation';
import { collisionProblems, endlessProblems, selectionProblems } from '../workload.ts';

function rollingProblems(
  { maxUnavailable, maxSurge }: RollingUpdateDaemonSet,
  path: string,
  problems: Problem[],
): void {
  countProblems(maxUnavailable, `${path}.maxUnavailable`, problems);
  countProblems(maxSurge, `${path}.maxSurge`, problems);
  shareProblems(maxUnavailable, `${path}.maxUnavailable`, problems);
  shareProblems(maxSurge, `${path}.maxSurge`, problems);
  const [takesAway, adds] = [amountOf(maxUnavailable) !== 0, amountOf(maxSurge) !== 0];
  if (takesAway && adds) {
    problems.push(invalid(`${path}.maxSurge`, maxSurge, 'may not be set when maxUnavailable is non-zero'));
  } else if (!takesAway && !adds) {
    problems.push(required(`${path}.maxUnavailable`, 'cannot be 0 when maxSurge is 0'));
  }
}

function strategyProblems({ updateStrategy }: DaemonSet['spec'] & object, problems: Problem[]): void {
  const path = 'spec.updateStrategy';
  const { type = '', rollingUpdate } = updateStrategy ?? {};
  if (type === 'OnDelete') return;
  if (type !== 'RollingUpdate') problems.push(notSupported(path, updateStrategy, ['RollingUpdate', 'OnDelete']));
  else if (rollingUpdate === undefined) problems.push(required(`${path}.rollingUpdate`));
  else rollingProblems(rollingUpdate, `${path}.rollingUpdate`, problems);
}

/** Upstream: pkg/apis/apps/validation/validation.go (ValidateDaemonSetSpec). */
function specProblems(
  { spec = {} as NonNullable<DaemonSet['spec']> }: DaemonSet,
  old: DaemonSet | undefined,
  problems: Problem[],
  { gates }: StrategyContext,
): void {
  const { selector, template } = spec;
  selectorProblems(selector ?? undefined, 'spec.selector', problems);
  selectionProblems(selector, template, 'spec.template', problems);
  if (selector && selectsEverything(selector)) {
    problems.push(invalid('spec.selector', selector, 'empty selector is invalid for daemonset'));
  }
  podTemplateProblems(template, judgedBy(gates, old?.spec?.template.spec), 'spec.template', problems);
  endlessProblems(template, 'spec.template', 'DaemonSet', problems);
  notNegative(spec.minReadySeconds, 'spec.minReadySeconds', problems);
  strategyProblems(spec, problems);
  notNegative(spec.revisionHistoryLimit, 'spec.revisionHistoryLimit', problems);
}

export const daemonSetProblems: Check<DaemonSet> = (set, problems, context) =>
  specProblems(set, undefined, problems, context);

export const daemonSetUpdateProblems: UpdateCheck<DaemonSet> = (next, old, problems, context) => {
  unchanged(next.spec?.selector, old.spec?.selector, 'spec.selector', problems);
  specProblems(next, old, problems, context);
};

const COUNTS = [
  'currentNumberScheduled',
  'numberMisscheduled',
  'desiredNumberScheduled',
  'numberReady',
  'observedGeneration',
  'updatedNumberScheduled',
  'numberAvailable',
  'numberUnavailable',
  'collisionCount',
];

export function daemonSetStatusProblems(
  { status }: DaemonSet,
  { status: before }: DaemonSet,
  problems: Problem[],
): void {
  notNegativeFields(status, COUNTS, 'status', problems);
  collisionProblems(status, before, problems);
}
