import type { Container, EphemeralContainer, PodSpec } from '#core/api/types';
import { dnsLabelProblems } from '#core/machinery/names';
import { duplicate, forbiddenField, invalid, notFoundValue, type Problem, required } from '#core/machinery/status';
import { chosen, matching, present } from '#core/machinery/validation';
import { env, envFromProblems } from './env.ts';
import { imageProblems, pullPolicy } from './images.ts';
import { deviceProblems, mountProblems } from './mounts.ts';
import { hostPortProblems, portsProblems } from './ports.ts';
import { lifecycleProblems, probesProblems } from './probes.ts';
import { containerResourceProblems } from './resources.ts';
import { initRestartProblems, resizePolicyProblems, restartProblems } from './restart.ts';
import { securityProblems } from './security.ts';
import type { SoundVolumes } from './volumes.ts';

/** What the containers of a pod are judged by. */
export interface Surroundings {
  readonly spec: PodSpec;
  readonly volumes: SoundVolumes;
  readonly claims: ReadonlySet<string>;
}

const label = matching(dnsLabelProblems);
const image = present();

const messagePolicy = chosen('File', 'FallbackToLogsOnError');

/** What holds for containers of every sort. */
function commonProblems(container: Container, around: Surroundings, path: string, problems: Problem[]): void {
  if (container.name === '') problems.push(required(`${path}.name`));
  else label(container.name, `${path}.name`, problems);
  image(container.image, `${path}.image`, problems);
  messagePolicy(container.terminationMessagePolicy, `${path}.terminationMessagePolicy`, problems);
  portsProblems(container.ports, `${path}.ports`, problems);
  env(container.env, `${path}.env`, problems);
  envFromProblems(container.envFrom, `${path}.envFrom`, problems);
  mountProblems(container, around.volumes, `${path}.volumeMounts`, problems);
  deviceProblems(container, around.volumes, `${path}.volumeDevices`, problems);
  pullPolicy(container.imagePullPolicy, `${path}.imagePullPolicy`, problems);
  containerResourceProblems(container.resources, around.claims, `${path}.resources`, problems);
  resizePolicyProblems(container, around.spec, `${path}.resizePolicy`, problems);
  securityProblems(container.securityContext, around.spec, `${path}.securityContext`, problems);
}

function observationProblems(container: Container, { spec }: Surroundings, path: string, problems: Problem[]): void {
  lifecycleProblems(container.lifecycle, spec, `${path}.lifecycle`, problems);
  probesProblems(container, spec, path, problems);
}

export function containersProblems(around: Surroundings, path: string, problems: Problem[]): void {
  const containers = around.spec.containers ?? [];
  if (containers.length === 0) {
    problems.push(required(path));
    return;
  }
  const names = new Set<string>();
  for (const [i, container] of containers.entries()) {
    const place = `${path}[${i}]`;
    commonProblems(container, around, place, problems);
    if (names.has(container.name)) problems.push(duplicate(`${place}.name`, container.name));
    names.add(container.name);
    observationProblems(container, around, place, problems);
    restartProblems(container, place, problems);
  }
  hostPortProblems(containers, path, problems);
}

const ONLY_SIDECARS = ['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe'] as const;

export function initContainersProblems(around: Surroundings, path: string, problems: Problem[]): void {
  const { containers, initContainers = [] } = around.spec;
  if (initContainers.length === 0) return;
  const names = new Set(containers?.map(({ name }) => name));
  for (const [i, container] of initContainers.entries()) {
    const place = `${path}[${i}]`;
    commonProblems(container, around, place, problems);
    initRestartProblems(container, place, problems);
    if (names.has(container.name)) problems.push(duplicate(`${place}.name`, container.name));
    else if (container.name !== '') names.add(container.name);
    hostPortProblems([container], path, problems);
    if (container.restartPolicy === 'Always') {
      observationProblems(container, around, place, problems);
      continue;
    }
    for (const field of ONLY_SIDECARS) {
      if (container[field] === undefined) continue;
      problems.push(
        forbiddenField(`${place}.${field}`, 'may not be set for init containers without restartPolicy=Always'),
      );
    }
    for (const [j, { restartPolicy }] of (container.resizePolicy ?? []).entries()) {
      if (restartPolicy !== 'RestartContainer') continue;
      const detail = "must not be set to 'RestartContainer' for non-sidecar initContainers";
      problems.push(invalid(`${place}.resizePolicy[${j}].restartPolicy`, restartPolicy, detail));
    }
  }
}

/** In the order in which it is refused. */
const NOT_EPHEMERAL = [
  'ports',
  'resources',
  'resizePolicy',
  'restartPolicy',
  'restartPolicyRules',
  'livenessProbe',
  'readinessProbe',
  'startupProbe',
  'lifecycle',
] as const satisfies readonly (keyof EphemeralContainer)[];

/** What is no pointer counts as absent when there is nothing in it. */
const isNothing = (field: (typeof NOT_EPHEMERAL)[number], value: unknown): boolean =>
  value === undefined || (field === 'resources' && Object.keys(value as object).length === 0);

export function ephemeralContainersProblems(around: Surroundings, path: string, problems: Problem[]): void {
  const { containers = [], initContainers = [], ephemeralContainers = [] } = around.spec;
  if (ephemeralContainers.length === 0) return;
  const others = new Set([...containers, ...initContainers].map(({ name }) => name));
  const names = new Set(others);
  for (const [i, container] of ephemeralContainers.entries()) {
    const place = `${path}[${i}]`;
    commonProblems(container as unknown as Container, around, place, problems);
    imageProblems(container, place, problems);
    if (names.has(container.name)) problems.push(duplicate(`${place}.name`, container.name));
    names.add(container.name);
    const target = container.targetContainerName ?? '';
    if (target !== '' && !others.has(target)) problems.push(notFoundValue(`${place}.targetContainerName`, target));
    const forbidden = 'cannot be set for an Ephemeral Container';
    for (const field of NOT_EPHEMERAL) {
      if (!isNothing(field, container[field])) problems.push(forbiddenField(`${place}.${field}`, forbidden));
    }
    for (const [j, { subPath = '', subPathExpr = '' }] of (container.volumeMounts ?? []).entries()) {
      if (subPath !== '') problems.push(forbiddenField(`${place}.volumeMounts[${j}].subPath`, forbidden));
      if (subPathExpr !== '') problems.push(forbiddenField(`${place}.volumeMounts[${j}].subPathExpr`, forbidden));
    }
  }
}
