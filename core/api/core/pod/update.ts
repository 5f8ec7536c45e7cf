import type { StrategyContext } from '#core/api/definition';
import type { Container, NodeAffinity, NodeSelectorTerm, Pod, PodSpec, Toleration } from '#core/api/types';
import { sameJson } from '#core/base';
import { forbiddenField, invalid, type Problem, required } from '#core/machinery/status';
import { annotationUpdateProblems } from './annotations.ts';
import { imageProblems } from './images.ts';
import { type Judged, judgedBy } from './judged.ts';
import { tolerationProblems } from './tolerations.ts';
import { wholeProblems } from './validation.ts';

type Gates = StrategyContext['gates'];
const MAX_INT32 = 2 ** 31 - 1;

/** Whether the containers are still the same ones; without that no other comparison makes sense. */
function sameContainers(
  given: readonly Container[] | null | undefined,
  before: readonly Container[] | null | undefined,
  path: string,
  problems: Problem[],
): boolean {
  const next = given ?? [];
  const old = before ?? [];
  if (next.length !== old.length) {
    problems.push(forbiddenField(path, 'pod updates may not add or remove containers'));
    return false;
  }
  for (const [i, { image = '' }] of next.entries()) if (image === '') problems.push(required(`${path}[${i}].image`));
  for (const [i, container] of next.entries()) imageProblems(container, `${path}[${i}]`, problems);
  return true;
}

function deadlineProblems(next: PodSpec, old: PodSpec, problems: Problem[]): boolean {
  const after = next.activeDeadlineSeconds;
  const before = old.activeDeadlineSeconds;
  const path = 'spec.activeDeadlineSeconds';
  if (after !== undefined) {
    if (after < 0 || after > MAX_INT32)
      problems.push(invalid(path, after, `must be between 0 and ${MAX_INT32}, inclusive`));
    else if (before !== undefined && before < after) {
      problems.push(invalid(path, after, 'must be less than or equal to previous value'));
    } else return true;
    return false;
  }
  if (before !== undefined)
    problems.push(invalid(path, undefined, 'must not update from a positive integer to nil value'));
  return true;
}

const withoutSeconds = ({ tolerationSeconds: _, ...toleration }: Toleration): object => toleration;

/** Tolerations may be added, and the seconds of those that are there changed. */
function keptTolerationProblems(
  next: PodSpec,
  old: PodSpec,
  { comparesTolerations }: Judged,
  problems: Problem[],
): void {
  const after = next.tolerations ?? [];
  const isKept = (before: Toleration): boolean =>
    after.some((one) => sameJson(withoutSeconds(one), withoutSeconds(before)));
  if (old.tolerations?.every(isKept) === false) {
    const detail = 'existing toleration can not be modified except its tolerationSeconds';
    problems.push(forbiddenField('spec.tolerations', detail));
    return;
  }
  // Judged twice, as part of the pod and as what was added: clients are told twice.
  for (const [i, one] of after.entries())
    tolerationProblems(one, comparesTolerations, `spec.tolerations[${i}]`, problems);
}

function gateProblems(next: PodSpec, old: PodSpec, problems: Problem[]): void {
  const before = new Set(old.schedulingGates?.map(({ name }) => name));
  for (const [i, { name }] of (next.schedulingGates ?? []).entries()) {
    if (before.has(name)) continue;
    const detail = `only deletion is allowed, but found new scheduling gate '${name}'`;
    problems.push(forbiddenField(`spec.schedulingGates[${i}].name`, detail));
  }
}

const withImages = (next: readonly Container[] | undefined, old: readonly Container[] | undefined) =>
  next?.map((container, i) => ({ ...container, ...(old?.[i]?.image === undefined ? {} : { image: old[i].image }) }));

const UPDATABLE = [
  '`spec.containers[*].image`',
  '`spec.initContainers[*].image`',
  '`spec.activeDeadlineSeconds`',
  '`spec.tolerations` (only additions to existing tolerations)',
  '`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)',
];

/** The next spec with all that may change set back. */
function withChangeableSetBack(next: PodSpec, old: PodSpec): PodSpec {
  const graceRepaired = (old.terminationGracePeriodSeconds ?? 0) < 0 && next.terminationGracePeriodSeconds === 1;
  const gated = (old.schedulingGates?.length ?? 0) > 0;
  const { nodeAffinity, ...others } = next.affinity ?? {};
  const oldNodeAffinity = old.affinity?.nodeAffinity;
  const bare = Object.keys(others).length === 0 && oldNodeAffinity === undefined && old.affinity === undefined;
  return withoutUndefined({
    ...next,
    containers: withImages(next.containers, old.containers),
    initContainers: withImages(next.initContainers, old.initContainers),
    activeDeadlineSeconds: old.activeDeadlineSeconds,
    schedulingGates: old.schedulingGates,
    tolerations: old.tolerations,
    ...(graceRepaired ? { terminationGracePeriodSeconds: old.terminationGracePeriodSeconds } : {}),
    ...(gated
      ? {
          nodeSelector: old.nodeSelector,
          affinity: bare ? undefined : withoutUndefined({ ...others, nodeAffinity: oldNodeAffinity }),
        }
      : {}),
  }) as unknown as PodSpec;
}

const changedFields = (next: PodSpec, old: PodSpec): readonly string[] =>
  [...new Set([...Object.keys(next), ...Object.keys(old)])].filter(
    (field) => !sameJson(next[field as keyof PodSpec], old[field as keyof PodSpec]),
  );

const withoutUndefined = (object: object): object =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));

/** While a pod waits at its gates, where it may run can be narrowed, not widened. */
function narrowingProblems(next: PodSpec, old: PodSpec, problems: Problem[]): void {
  if ((old.schedulingGates?.length ?? 0) === 0) return;
  for (const [key, value] of Object.entries(old.nodeSelector ?? {})) {
    if (next.nodeSelector?.[key] === value) continue;
    const detail = 'only additions to spec.nodeSelector are allowed (no mutations or deletions)';
    problems.push(invalid('spec.nodeSelector', next.nodeSelector, detail));
    break;
  }
  affinityNarrowingProblems(next.affinity?.nodeAffinity, old.affinity?.nodeAffinity, problems);
}

function affinityNarrowingProblems(
  next: NodeAffinity | undefined,
  old: NodeAffinity | undefined,
  problems: Problem[],
): void {
  if (sameJson(next ?? null, old ?? null)) return;
  const before = old?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  const after = next?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  const place = 'spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms';
  if (before.length > 0 && before.length !== after.length) {
    const detail = 'no additions/deletions to non-empty NodeSelectorTerms list are allowed';
    problems.push(invalid(place, after.length === 0 ? undefined : after, detail));
    return;
  }
  for (const [i, term] of before.entries()) {
    if (onlyAdds(after[i]!, term)) continue;
    problems.push(invalid(`${place}[${i}]`, after[i], 'only additions are allowed (no mutations or deletions)'));
  }
}

/** A term without any expression matches no node, and expressions would make it one that does. */
function onlyAdds(next: NodeSelectorTerm, old: NodeSelectorTerm): boolean {
  const isEmpty = ({ matchExpressions = [], matchFields = [] }: NodeSelectorTerm): boolean =>
    matchExpressions.length === 0 && matchFields.length === 0;
  if (isEmpty(old)) return isEmpty(next);
  return startsAs(next.matchExpressions, old.matchExpressions) && startsAs(next.matchFields, old.matchFields);
}

const startsAs = (list: readonly unknown[] | undefined, start: readonly unknown[] | undefined): boolean =>
  sameJson((list ?? []).slice(0, start?.length ?? 0), start ?? []);

/** Upstream: pkg/apis/core/validation/validation.go (ValidatePodUpdate). */
export function podUpdateProblems(pod: Pod, old: Pod, gates: Gates): readonly Problem[] {
  const problems: Problem[] = [];
  const next = pod.spec!;
  const before = old.spec!;
  const judged = judgedBy(gates, before, pod.metadata);
  if (pod.metadata.annotations === old.metadata.annotations && next === before) return problems;
  wholeProblems(pod, judged, problems);
  annotationUpdateProblems(pod, old, judged, problems);
  if (!sameContainers(next.containers, before.containers, 'spec.containers', problems)) return problems;
  if (!sameContainers(next.initContainers, before.initContainers, 'spec.initContainers', problems)) return problems;
  if (!deadlineProblems(next, before, problems)) return problems;
  keptTolerationProblems(next, before, judged, problems);
  gateProblems(next, before, problems);
  if (sameJson(next, before)) return problems;
  narrowingProblems(next, before, problems);
  const changed = changedFields(withChangeableSetBack(next, before), before);
  if (changed.length > 0) {
    const what = changed.map((field) => `spec.${field}`).join(', ');
    const detail = `pod updates may not change fields other than ${UPDATABLE.join(',')}\nchanged: ${what}`;
    problems.push(forbiddenField('spec', detail));
  }
  return problems;
}
