import { type Judged, podTemplateProblems } from '#core/api/core';
import type { LabelSelector, PodTemplateSpec } from '#core/api/types';
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
  judged: Judged,
  path: string,
  kind: string,
  problems: Problem[],
): void {
  if (!selector) problems.push(required(`${path}.selector`));
  else {
    selectorProblems(selector, `${path}.selector`, problems);
    if (selectsEverything(selector)) {
      problems.push(invalid(`${path}.selector`, selector, `empty selector is invalid for ${kind}`));
    }
  }
  templateProblems(selector, template, judged, `${path}.template`, problems);
}

function templateProblems(
  selector: LabelSelector | undefined,
  template: PodTemplateSpec | undefined,
  judged: Judged,
  path: string,
  problems: Problem[],
): void {
  if (!selectionProblems(selector, template, path, problems)) {
    problems.push(invalid(path.replace(/template$/, 'selector'), selector, 'invalid label selector'));
    return;
  }
  podTemplateProblems(template, judged, path, problems);
  endlessProblems(template, path, 'ReplicaSet', problems);
}

/** The pods of a template are those that the selector chooses. Gives false where the selector cannot be read. */
export function selectionProblems(
  selector: LabelSelector | undefined,
  template: PodTemplateSpec | undefined,
  path: string,
  problems: Problem[],
): boolean {
  const labels = template?.metadata?.labels;
  try {
    if (!selectorOfObject(selector).matches(labels)) {
      problems.push(invalid(`${path}.metadata.labels`, labels, '`selector` does not match template `labels`'));
    }
    return true;
  } catch {
    return false;
  }
}

/** Pods of a set run until they are taken away. */
export function endlessProblems(
  template: PodTemplateSpec | undefined,
  path: string,
  kind: string,
  problems: Problem[],
): void {
  const { restartPolicy = '', activeDeadlineSeconds } = template?.spec ?? {};
  if (restartPolicy !== 'Always') problems.push(notSupported(`${path}.spec.restartPolicy`, restartPolicy, ['Always']));
  if (activeDeadlineSeconds !== undefined) {
    problems.push(
      forbiddenField(`${path}.spec.activeDeadlineSeconds`, `activeDeadlineSeconds in ${kind} is not Supported`),
    );
  }
}

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
  /** What a refusal calls the whole of those available. */
  ready = 'readyReplicas',
): Problem[] {
  const problems: Problem[] = [];
  const of = (name: keyof T & string): number => (status?.[name] as number | undefined) ?? 0;
  for (const name of counts) notNegative(of(name), `status.${name}`, problems);
  for (const name of parts) {
    if (of(name) > of('replicas'))
      problems.push(invalid(`status.${name}`, of(name), 'cannot be greater than status.replicas'));
  }
  if (of('availableReplicas') > of('readyReplicas')) {
    problems.push(invalid('status.availableReplicas', of('availableReplicas'), `cannot be greater than ${ready}`));
  }
  return problems;
}

interface Colliding {
  readonly collisionCount?: number;
}

/** How often a name was taken only grows. */
export function collisionProblems(
  { collisionCount }: Colliding = {},
  { collisionCount: before }: Colliding = {},
  problems: Problem[],
): void {
  if (before === undefined || (collisionCount ?? -1) >= before) return;
  problems.push(invalid('status.collisionCount', collisionCount ?? 0, 'cannot be decremented'));
}
