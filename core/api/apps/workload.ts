import { podTemplateProblems } from '#core/api/core';
import type { LabelSelector, PodTemplateSpec } from '#core/api/types';
import { percentProblems } from '#core/machinery/names';
import { selectorOfObject } from '#core/machinery/selectors';
import { forbiddenField, invalid, notSupported, type Problem, required } from '#core/machinery/status';
import { notNegative, selectorProblems, selectsEverything } from '#core/machinery/validation';

interface Workload {
  readonly selector?: LabelSelector;
  readonly template?: PodTemplateSpec;
}

/** A selector that chooses something, and a template whose pods it chooses and which run forever. */
export function podSetProblems(
  { selector, template }: Workload,
  path: string,
  kind: string,
  problems: Problem[],
): void {
  if (selector === undefined) problems.push(required(`${path}.selector`));
  else {
    selectorProblems(selector, `${path}.selector`, problems);
    if (selectsEverything(selector)) {
      problems.push(invalid(`${path}.selector`, selector, `empty selector is invalid for ${kind}`));
    }
  }
  templateProblems(selector, template, `${path}.template`, problems);
}

function templateProblems(
  selector: LabelSelector | undefined,
  template: PodTemplateSpec | undefined,
  path: string,
  problems: Problem[],
): void {
  const labels = template?.metadata?.labels;
  try {
    if (selector !== undefined && !selectorOfObject(selector).matches(labels)) {
      problems.push(invalid(`${path}.metadata.labels`, labels ?? {}, '`selector` does not match template `labels`'));
    }
  } catch {
    problems.push(invalid(path.replace(/template$/, 'selector'), selector, 'invalid label selector'));
    return;
  }
  podTemplateProblems(template, path, problems);
  const { restartPolicy = '', activeDeadlineSeconds } = template?.spec ?? {};
  if (restartPolicy !== 'Always') problems.push(notSupported(`${path}.spec.restartPolicy`, restartPolicy, ['Always']));
  if (activeDeadlineSeconds !== undefined) {
    problems.push(
      forbiddenField(`${path}.spec.activeDeadlineSeconds`, 'activeDeadlineSeconds in ReplicaSet is not Supported'),
    );
  }
}

export type IntOrPercent = number | string | undefined;

export function countProblems(value: IntOrPercent, path: string, problems: Problem[]): void {
  if (typeof value === 'string')
    for (const detail of percentProblems(value)) problems.push(invalid(path, value, detail));
  else notNegative(value, path, problems);
}

/** The number itself, or how many percent. */
export const amountOf = (value: IntOrPercent): number =>
  typeof value === 'string' ? Number.parseInt(value, 10) : (value ?? 0);

interface Counts {
  readonly replicas?: number;
  readonly readyReplicas?: number;
  readonly availableReplicas?: number;
}

/** Counts of a status: none negative, no part greater than the whole. */
export function replicaProblems<T extends Counts>(
  status: T | undefined,
  counts: readonly (keyof T & string)[],
  parts: readonly (keyof T & string)[],
): Problem[] {
  const problems: Problem[] = [];
  const of = (name: keyof T & string): number => (status?.[name] as number | undefined) ?? 0;
  for (const name of counts) notNegative(of(name), `status.${name}`, problems);
  for (const name of parts) {
    if (of(name) > of('replicas'))
      problems.push(invalid(`status.${name}`, of(name), 'cannot be greater than status.replicas'));
  }
  if (of('availableReplicas') > of('readyReplicas')) {
    problems.push(invalid('status.availableReplicas', of('availableReplicas'), 'cannot be greater than readyReplicas'));
  }
  return problems;
}
