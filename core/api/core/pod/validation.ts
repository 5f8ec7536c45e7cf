import type { Container, Pod, PodSpec, Toleration } from '#core/api/types';
import { sameJson } from '#core/base';
import { addressProblems, dnsSubdomainProblems, qualifiedNameProblems } from '#core/machinery/names';
import { forbiddenField, invalid, type Problem, required } from '#core/machinery/status';
import { matching, unchanged } from '#core/machinery/validation';
import { qosClass } from './qos.ts';
import { imageProblems } from './containers.ts';
import { podSpecProblems } from './spec.ts';

const MIRROR = 'kubernetes.io/config.mirror';
const DELETION_COST = 'controller.kubernetes.io/pod-deletion-cost';
const MAX_INT32 = 2 ** 31 - 1;

function annotationProblems({ metadata, spec }: Pod, problems: Problem[]): void {
  const { annotations = {} } = metadata;
  const mirror = annotations[MIRROR];
  if (mirror !== undefined && (spec?.nodeName ?? '') === '') {
    const detail = 'must set spec.nodeName if mirror pod annotation is set';
    problems.push(invalid(`metadata.annotations[${MIRROR}]`, mirror, detail));
  }
  const cost = annotations[DELETION_COST];
  if (cost !== undefined && (!/^-?(?:0|[1-9][0-9]*)$/.test(cost) || Math.abs(Number(cost)) > MAX_INT32)) {
    problems.push(invalid(`metadata.annotations[${DELETION_COST}]`, cost, 'must be a 32bit integer'));
  }
}

function wholeProblems(pod: Pod, problems: Problem[]): void {
  const spec = pod.spec ?? ({ containers: [] } as unknown as PodSpec);
  annotationProblems(pod, problems);
  podSpecProblems(spec, 'spec', problems);
  if ((spec.serviceAccountName ?? '') === '') {
    for (const [i, { projected }] of (spec.volumes ?? []).entries()) {
      for (const [j, { serviceAccountToken }] of (projected?.sources ?? []).entries()) {
        if (serviceAccountToken === undefined) continue;
        const place = `spec.volumes[${i}].projected.sources[${j}].serviceAccountToken`;
        problems.push(forbiddenField(place, 'must not be specified when serviceAccountName is not set'));
      }
    }
  }
  for (const field of ['containers', 'initContainers'] as const) {
    for (const [i, container] of (spec[field] ?? []).entries())
      imageProblems(container, `spec.${field}[${i}]`, problems);
  }
}

/** Upstream: pkg/apis/core/validation/validation.go (ValidatePodCreate). */
export function podProblems(pod: Pod): readonly Problem[] {
  const problems: Problem[] = [];
  wholeProblems(pod, problems);
  if ((pod.spec?.ephemeralContainers?.length ?? 0) > 0) {
    problems.push(forbiddenField('spec.ephemeralContainers', 'cannot be set on create'));
  }
  const { nodeName = '', schedulingGates = [] } = pod.spec ?? {};
  if (nodeName !== '' && schedulingGates.length > 0) {
    problems.push(forbiddenField('spec.nodeName', 'cannot be set until all schedulingGates have been cleared'));
  }
  return problems;
}

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

/** Tolerations may be added, and the seconds of one that had any changed. */
function tolerationProblems(next: PodSpec, old: PodSpec, problems: Problem[]): void {
  for (const before of old.tolerations ?? []) {
    const kept = (next.tolerations ?? []).some((after) => {
      if (sameJson(after, before)) return true;
      return before.effect === 'NoExecute' && sameJson(withoutSeconds(after), withoutSeconds(before));
    });
    if (kept) continue;
    problems.push(
      forbiddenField('spec.tolerations', 'existing toleration can not be modified except its tolerationSeconds'),
    );
    return;
  }
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
  const before = old.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  const after = next.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  if (before === undefined || sameJson(before, after)) return;
  const place = 'spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms';
  const widened =
    after === undefined ||
    after.length !== before.length ||
    before.some(
      (term, i) =>
        !startsAs(after[i]!.matchExpressions, term.matchExpressions) ||
        !startsAs(after[i]!.matchFields, term.matchFields),
    );
  if (widened) problems.push(invalid(place, after, 'only additions are allowed (no mutations or deletions)'));
}

const startsAs = (list: readonly unknown[] | undefined, start: readonly unknown[] | undefined): boolean =>
  sameJson((list ?? []).slice(0, start?.length ?? 0), start ?? []);

/** Upstream: pkg/apis/core/validation/validation.go (ValidatePodUpdate). */
export function podUpdateProblems(pod: Pod, old: Pod): readonly Problem[] {
  const problems: Problem[] = [];
  const next = pod.spec!;
  const before = old.spec!;
  if (next === before) return problems;
  wholeProblems(pod, problems);
  if (!sameContainers(next.containers, before.containers, 'spec.containers', problems)) return problems;
  if (!sameContainers(next.initContainers, before.initContainers, 'spec.initContainers', problems)) return problems;
  if (!deadlineProblems(next, before, problems)) return problems;
  tolerationProblems(next, before, problems);
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

function ipProblems(ips: readonly { readonly ip: string }[] | undefined, path: string, problems: Problem[]): void {
  const seen = new Set<string>();
  for (const [i, { ip }] of (ips ?? []).entries()) {
    matching(addressProblems)(ip, `${path}[${i}]`, problems);
    if (seen.has(ip))
      problems.push({
        reason: 'FieldValueDuplicate',
        path: `${path}[${i}]`,
        message: `Duplicate value: ${JSON.stringify({ ip })}`,
      });
    seen.add(ip);
  }
  if ((ips?.length ?? 0) > 2) problems.push(invalid(path, ips, 'may specify no more than one IP for each IP family'));
}

type Statuses = NonNullable<Pod['status']>['containerStatuses'];

/** What ended for good stays ended. */
function transitionProblems(
  next: Statuses,
  old: Statuses,
  path: string,
  { restartPolicy }: PodSpec,
  problems: Problem[],
): void {
  if (restartPolicy === undefined || restartPolicy === 'Always') return;
  for (const [i, before] of (old ?? []).entries()) {
    const { terminated } = before.state ?? {};
    if (terminated === undefined || (terminated.exitCode !== 0 && restartPolicy === 'OnFailure')) continue;
    const after = next?.find(({ name }) => name === before.name);
    if (after !== undefined && after.state?.terminated === undefined) {
      problems.push(forbiddenField(`${path}[${i}].state`, 'may not be transitioned to non-terminated state'));
    }
  }
}

/** Upstream: pkg/apis/core/validation/validation.go (ValidatePodStatusUpdate). */
export function podStatusProblems(pod: Pod, old: Pod): readonly Problem[] {
  const problems: Problem[] = [];
  const status = pod.status ?? {};
  for (const [i, { type }] of (status.conditions ?? []).entries()) {
    if (!type.includes('/')) continue;
    matching(qualifiedNameProblems)(type, `status.conditions[${i}].Condition.Type`, problems);
  }
  const { nominatedNodeName = '', observedGeneration = 0 } = status;
  if (nominatedNodeName !== '' && nominatedNodeName !== old.status?.nominatedNodeName) {
    matching(dnsSubdomainProblems)(nominatedNodeName, 'status.nominatedNodeName', problems);
  }
  if (observedGeneration < 0) {
    problems.push(invalid('status.observedGeneration', observedGeneration, 'must be a non-negative integer'));
  }
  unchanged(status.qosClass, old.status?.qosClass, 'status.qosClass', problems);
  transitionProblems(
    status.containerStatuses,
    old.status?.containerStatuses,
    'status.containerStatuses',
    old.spec!,
    problems,
  );
  ipProblems(status.podIPs, 'status.podIPs', problems);
  ipProblems(status.hostIPs, 'status.hostIPs', problems);
  return problems;
}

/** Ephemeral containers may be added; those that are there stay as they are. */
export function ephemeralContainersUpdateProblems(pod: Pod, old: Pod): readonly Problem[] {
  if (old.metadata.annotations?.[MIRROR] !== undefined) {
    return [forbiddenField('', 'static pods do not support ephemeral containers')];
  }
  const problems: Problem[] = [];
  wholeProblems(pod, problems);
  const next = new Map(pod.spec?.ephemeralContainers?.map((container) => [container.name, container]));
  for (const before of old.spec?.ephemeralContainers ?? []) {
    const after = next.get(before.name);
    const what = `existing ephemeral containers ${JSON.stringify(before.name)} may not be`;
    if (after === undefined) problems.push(forbiddenField('spec.ephemeralContainers', `${what} removed\n`));
    else if (!sameJson(after, before)) problems.push(forbiddenField('spec.ephemeralContainers', `${what} changed\n`));
  }
  return problems;
}

/** Only cpu and memory of what is already there may change. */
export function resizeProblems(pod: Pod, old: Pod): readonly Problem[] {
  const problems: Problem[] = [];
  wholeProblems(pod, problems);
  const next = pod.spec!;
  const before = old.spec!;
  if (old.status?.qosClass !== undefined && old.status.qosClass !== qosClass(next)) {
    problems.push(invalid('spec', old.status.qosClass, 'Pod QOS Class may not change as a result of resizing'));
  }
  const names = (spec: PodSpec) => [...(spec.containers ?? []), ...(spec.initContainers ?? [])].map(({ name }) => name);
  if (!sameJson(names(next), names(before))) {
    problems.push(forbiddenField('spec', 'containers may not be added, removed, renamed or reordered on resize'));
    return problems;
  }
  for (const field of ['containers', 'initContainers'] as const) {
    for (const [i, { resources }] of (next[field] ?? []).entries()) {
      const was = before[field]![i]!.resources;
      for (const list of ['requests', 'limits'] as const) {
        for (const name of Object.keys(was?.[list] ?? {})) {
          if (resources?.[list]?.[name] === undefined) {
            problems.push(
              forbiddenField(`spec.${field}[${i}].resources.${list}`, `resource ${list} cannot be removed`),
            );
          }
        }
        for (const [name, amount] of Object.entries(resources?.[list] ?? {})) {
          if (name !== 'cpu' && name !== 'memory' && was?.[list]?.[name] !== amount) {
            problems.push(forbiddenField('spec', 'only cpu and memory resources are mutable'));
          }
        }
      }
    }
  }
  return problems;
}
