import type { StrategyContext } from '#core/api/definition';
import { qosClass } from '#core/api/pods';
import type { Container, Pod, PodSpec, ResourceRequirements } from '#core/api/types';
import { sameJson } from '#core/base';
import { forbiddenField, invalid, type Problem } from '#core/machinery/status';
import { isMirror } from './annotations.ts';
import { judgedBy } from './judged.ts';
import { wholeProblems } from './validation.ts';

const LISTS = ['containers', 'initContainers'] as const;
type Quantities = Readonly<Record<string, string>>;

/** No container comes, goes, or gets another name or place. */
function orderProblems(next: PodSpec, old: PodSpec, problems: Problem[]): void {
  for (const list of LISTS) {
    const [after, before] = [next[list] ?? [], old[list] ?? []];
    if (after.length !== before.length) {
      problems.push(forbiddenField(`spec.${list}`, `${list} may not be added or removed on resize`));
      continue;
    }
    for (const [i, { name }] of before.entries()) {
      if (after[i]!.name === name) continue;
      const detail = `${list} may not be renamed or reordered on resize`;
      problems.push(forbiddenField(`spec.${list}[${i}].name`, detail));
    }
  }
}

const isRemoved = (next: Quantities = {}, old: Quantities = {}): boolean =>
  Object.keys(old).some((name) => !Object.hasOwn(next, name));

/** `of`: as refusals call whose they are. */
function removalProblems(
  next: ResourceRequirements | undefined,
  old: ResourceRequirements | undefined,
  of: string,
  path: string,
  problems: Problem[],
): void {
  for (const side of ['requests', 'limits'] as const) {
    if (!isRemoved(next?.[side], old?.[side])) continue;
    problems.push(forbiddenField(`${path}.${side}`, `${of} ${side} cannot be removed`));
  }
}

/** The resources with cpu and memory as they were. */
function withOldComputing(
  next: ResourceRequirements | undefined,
  old: ResourceRequirements | undefined,
): Readonly<Record<'requests' | 'limits', Quantities>> {
  const side = (name: 'requests' | 'limits'): Quantities => {
    const { cpu: _, memory: __, ...others } = next?.[name] ?? {};
    const { cpu, memory } = old?.[name] ?? {};
    return { ...others, ...(cpu === undefined ? {} : { cpu }), ...(memory === undefined ? {} : { memory }) };
  };
  return { requests: side('requests'), limits: side('limits') };
}

/** A container with claims cannot be resized at all: only these two may differ, and they are all that is kept. */
const plain = ({ requests = {}, limits = {}, ...rest }: ResourceRequirements = {}) => ({ requests, limits, ...rest });

/** Whether nothing but cpu and memory of it changed. */
function onlyComputing(next: Container, old: Container): boolean {
  const { resources, ...others } = next;
  const { resources: before, ...same } = old;
  return sameJson(others, same) && sameJson(withOldComputing(resources, before), plain(before));
}

function mutableProblems(next: PodSpec, old: PodSpec, problems: Problem[]): void {
  for (const [i, container] of (next.containers ?? []).entries()) {
    if (onlyComputing(container, old.containers[i]!)) continue;
    problems.push(forbiddenField('spec', 'only cpu and memory resources are mutable'));
  }
  for (const [i, container] of (next.initContainers ?? []).entries()) {
    const before = old.initContainers![i]!;
    const path = `spec.initContainers[${i}]`;
    if (!onlyComputing(container, before)) {
      const detail = 'only cpu and memory resources for init or sidecar containers are mutable';
      problems.push(forbiddenField(path, detail));
    }
    if (container.restartPolicy === 'Always' || sameJson(container, before)) continue;
    for (const { restartPolicy } of container.resizePolicy ?? []) {
      if (restartPolicy !== 'RestartContainer') continue;
      const detail = 'non-sidecar init containers with a resize policy of RestartContainer cannot be resized';
      problems.push(forbiddenField(path, detail));
    }
  }
}

function podLevelProblems({ resources: next }: PodSpec, { resources: old }: PodSpec, problems: Problem[]): void {
  const path = 'spec.resources';
  if (old !== undefined && next === undefined) {
    problems.push(forbiddenField(path, 'pod-level resources cannot be removed'));
    return;
  }
  removalProblems(next, old, 'pod-level resource', path, problems);
  if (sameJson(withOldComputing(next, old), plain(old))) return;
  problems.push(forbiddenField('spec', 'only cpu and memory resources are mutable at pod-level'));
}

/** A node that tells nothing of the resources of what runs cannot change them. */
function isSupported({ status }: Pod): boolean {
  const running = status?.containerStatuses?.find(({ state }) => state?.running !== undefined);
  return running === undefined || running.resources !== undefined;
}

/** Only cpu and memory of what is already there may change. Upstream: pkg/apis/core/validation/validation.go (ValidatePodResize). */
export function resizeProblems(pod: Pod, old: Pod, gates: StrategyContext['gates']): readonly Problem[] {
  if (isMirror(old.metadata)) return [forbiddenField('', 'static pods cannot be resized')];
  const [next, before] = [pod.spec!, old.spec!];
  if (before.os?.name === 'windows') return [forbiddenField('', 'windows pods cannot be resized')];
  const problems: Problem[] = [];
  wholeProblems(pod, judgedBy(gates, before, pod.metadata), problems);
  const qos = old.status?.qosClass ?? qosClass(before);
  if (qos !== qosClass(next)) {
    problems.push(invalid('spec', pod.status?.qosClass ?? '', 'Pod QOS Class may not change as a result of resizing'));
  }
  if (!isSupported(old)) {
    problems.push(forbiddenField('spec', 'Pod running on node without support for resize'));
  }
  if (before.resources !== undefined || next.resources !== undefined) podLevelProblems(next, before, problems);
  if ((old.status?.nodeAllocatableResourceClaimStatuses?.length ?? 0) > 0) {
    problems.push(forbiddenField('spec', 'pods with node allocatable resource claims cannot be resized'));
  }
  const count = problems.length;
  orderProblems(next, before, problems);
  if (problems.length > count) return problems;
  for (const list of [...LISTS].reverse()) {
    for (const [i, { resources }] of (before[list] ?? []).entries()) {
      const path = `spec.${list}[${i}].resources`;
      removalProblems(next[list]![i]!.resources, resources, 'resource', path, problems);
    }
  }
  mutableProblems(next, before, problems);
  return problems;
}
