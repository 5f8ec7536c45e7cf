import type { Container, ContainerPort, EphemeralContainer, PodSpec, VolumeDevice, VolumeMount } from '#core/api/types';
import { dnsLabelProblems, portNameProblems, portNumberProblems } from '#core/machinery/names';
import {
  duplicate,
  forbiddenField,
  invalid,
  notFoundValue,
  notSupported,
  type Problem,
  required,
} from '#core/machinery/status';
import { matching, oneOf, present, type Rule } from '#core/machinery/validation';
import { env, envFromProblems } from './env.ts';
import { lifecycleProblems, probeProblems } from './probes.ts';
import { resourceProblems } from './resources.ts';
import { resizeProblems, restartProblems } from './restart.ts';
import { securityProblems } from './security.ts';
import { descending } from './volumes.ts';

/** What the containers of a pod are judged by. */
export interface Surroundings {
  readonly spec: PodSpec;
  readonly volumes: ReadonlySet<string>;
  readonly claims: ReadonlySet<string>;
}

const PROTOCOLS = ['SCTP', 'TCP', 'UDP'];

function portsProblems(ports: readonly ContainerPort[] | undefined, path: string, problems: Problem[]): void {
  const names = new Set<string>();
  for (const [i, { name = '', containerPort, hostPort = 0, protocol = '' }] of (ports ?? []).entries()) {
    const place = `${path}[${i}]`;
    const details = name === '' ? [] : portNameProblems(name);
    for (const detail of details) problems.push(invalid(`${place}.name`, name, detail));
    if (details.length === 0 && name !== '') {
      if (names.has(name)) problems.push(duplicate(`${place}.name`, name));
      names.add(name);
    }
    if ((containerPort ?? 0) === 0) problems.push(required(`${place}.containerPort`));
    else
      for (const detail of portNumberProblems(containerPort))
        problems.push(invalid(`${place}.containerPort`, containerPort, detail));
    if (hostPort !== 0) {
      for (const detail of portNumberProblems(hostPort)) problems.push(invalid(`${place}.hostPort`, hostPort, detail));
    }
    if (protocol === '') problems.push(required(`${place}.protocol`));
    else if (!PROTOCOLS.includes(protocol)) problems.push(notSupported(`${place}.protocol`, protocol, PROTOCOLS));
  }
}

function mountProblems(
  mounts: readonly VolumeMount[] | undefined,
  devices: readonly VolumeDevice[],
  volumes: ReadonlySet<string>,
  container: Container,
  path: string,
  problems: Problem[],
): void {
  const places = new Set<string>();
  for (const [i, { name, mountPath, subPath = '', subPathExpr = '', mountPropagation }] of (mounts ?? []).entries()) {
    const place = `${path}[${i}]`;
    if (name === '') problems.push(required(`${place}.name`));
    if (!volumes.has(name)) problems.push(notFoundValue(`${place}.name`, name));
    if (mountPath === '') problems.push(required(`${place}.mountPath`));
    if (places.has(mountPath)) problems.push(invalid(`${place}.mountPath`, mountPath, 'must be unique'));
    places.add(mountPath);
    if (devices.some((device) => device.name === name)) {
      problems.push(invalid(`${place}.name`, name, 'must not already exist in volumeDevices'));
    }
    if (devices.some((device) => device.devicePath === mountPath)) {
      problems.push(invalid(`${place}.mountPath`, mountPath, 'must not already exist as a path in volumeDevices'));
    }
    if (subPath !== '') descending(subPath, `${path}.subPath`, problems);
    if (subPathExpr !== '') {
      if (subPath !== '') {
        problems.push(invalid(`${place}.subPathExpr`, subPathExpr, 'subPathExpr and subPath are mutually exclusive'));
      }
      descending(subPathExpr, `${path}.subPathExpr`, problems);
    }
    oneOf('Bidirectional', 'HostToContainer', 'None')(mountPropagation, `${path}.mountPropagation`, problems);
    if (mountPropagation === 'Bidirectional' && container.securityContext?.privileged !== true) {
      problems.push(
        forbiddenField(
          `${path}.mountPropagation`,
          'Bidirectional mount propagation is available only to privileged containers',
        ),
      );
    }
  }
}

const device: Rule<VolumeDevice> = ({ name, devicePath }, path, problems) => {
  if (name === '') problems.push(required(`${path}.name`));
  if (devicePath === '') problems.push(required(`${path}.devicePath`));
  else if (devicePath.split('/').includes('..')) {
    problems.push(invalid(`${path}.devicePath`, devicePath, "can not contain backsteps ('..')"));
  }
};

/** Volumes that a container sees as raw devices, each at a path of its own. */
function devicesProblems(
  { volumeDevices, volumeMounts }: Container,
  volumes: ReadonlySet<string>,
  path: string,
  problems: Problem[],
): void {
  const names = new Set<string>();
  const places = new Set<string>();
  for (const [i, one] of (volumeDevices ?? []).entries()) {
    const { name, devicePath } = one;
    const place = `${path}[${i}]`;
    if (names.has(name)) problems.push(invalid(`${place}.name`, name, 'must be unique'));
    if (!volumes.has(name)) problems.push(notFoundValue(`${place}.name`, name));
    device(one, place, problems);
    if (places.has(devicePath)) problems.push(invalid(`${place}.devicePath`, devicePath, 'must be unique'));
    if (volumeMounts?.some((mount) => mount.name === name) === true) {
      problems.push(invalid(`${place}.name`, name, 'must not already exist in volumeMounts'));
    }
    if (volumeMounts?.some(({ mountPath }) => mountPath === devicePath) === true) {
      problems.push(invalid(`${place}.devicePath`, devicePath, 'must not already exist as a path in volumeMounts'));
    }
    if (name !== '') names.add(name);
    places.add(devicePath);
  }
}

const label = matching(dnsLabelProblems);

/** What holds for containers of every sort. */
function commonProblems(container: Container, around: Surroundings, path: string, problems: Problem[]): void {
  if (container.name === '') problems.push(required(`${path}.name`));
  else label(container.name, `${path}.name`, problems);
  present()(container.image, `${path}.image`, problems);
  present()(container.terminationMessagePolicy, `${path}.terminationMessagePolicy`, problems);
  oneOf('File', 'FallbackToLogsOnError')(
    container.terminationMessagePolicy,
    `${path}.terminationMessagePolicy`,
    problems,
  );
  portsProblems(container.ports, `${path}.ports`, problems);
  env(container.env, `${path}.env`, problems);
  envFromProblems(container.envFrom, `${path}.envFrom`, problems);
  const devices = container.volumeDevices ?? [];
  mountProblems(container.volumeMounts, devices, around.volumes, container, `${path}.volumeMounts`, problems);
  devicesProblems(container, around.volumes, `${path}.volumeDevices`, problems);
  present()(container.imagePullPolicy, `${path}.imagePullPolicy`, problems);
  oneOf('Always', 'IfNotPresent', 'Never')(container.imagePullPolicy, `${path}.imagePullPolicy`, problems);
  resourceProblems(container.resources, around.claims, `${path}.resources`, problems);
  resizeProblems(container, around.spec, `${path}.resizePolicy`, problems);
  securityProblems(container.securityContext, around.spec, `${path}.securityContext`, problems);
}

function observationProblems(container: Container, { spec }: Surroundings, path: string, problems: Problem[]): void {
  const grace = spec.terminationGracePeriodSeconds ?? 0;
  lifecycleProblems(container.lifecycle, grace, path, problems);
  probeProblems('livenessProbe', container.livenessProbe, grace, path, problems);
  probeProblems('readinessProbe', container.readinessProbe, grace, path, problems);
  probeProblems('startupProbe', container.startupProbe, grace, path, problems);
}

/** No two containers take one port of the node. */
function hostPortProblems(containers: readonly Container[], path: string, problems: Problem[]): void {
  const taken = new Set<string>();
  for (const [i, { ports = [] }] of containers.entries()) {
    for (const [j, { hostPort = 0, hostIP = '', protocol = '' }] of ports.entries()) {
      if (hostPort === 0) continue;
      const text = `${protocol}/${hostIP}/${hostPort}`;
      if (taken.has(text)) problems.push(duplicate(`${path}[${i}].ports[${j}].hostPort`, text));
      taken.add(text);
    }
  }
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
  const names = new Set(around.spec.containers?.map(({ name }) => name));
  for (const [i, container] of (around.spec.initContainers ?? []).entries()) {
    const place = `${path}[${i}]`;
    commonProblems(container, around, place, problems);
    restartProblems(container, place, problems);
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
  }
}

const NOT_EPHEMERAL = [
  'ports',
  'resources',
  'lifecycle',
  'livenessProbe',
  'readinessProbe',
  'startupProbe',
  'resizePolicy',
] as const;

const isNothing = (value: unknown): boolean =>
  value === undefined || (typeof value === 'object' && value !== null && Object.keys(value).length === 0);

export function ephemeralContainersProblems(around: Surroundings, path: string, problems: Problem[]): void {
  const { spec } = around;
  const others = new Set([...(spec.containers ?? []), ...(spec.initContainers ?? [])].map(({ name }) => name));
  const names = new Set(others);
  for (const [i, container] of (spec.ephemeralContainers ?? []).entries()) {
    const place = `${path}[${i}]`;
    commonProblems(container as unknown as Container, around, place, problems);
    imageProblems(container, place, problems);
    if (names.has(container.name)) problems.push(duplicate(`${place}.name`, container.name));
    names.add(container.name);
    const target = container.targetContainerName ?? '';
    if (target !== '' && !others.has(target)) problems.push(notFoundValue(`${place}.targetContainerName`, target));
    const forbidden = 'cannot be set for an Ephemeral Container';
    for (const field of NOT_EPHEMERAL) {
      if (!isNothing(container[field as keyof EphemeralContainer]))
        problems.push(forbiddenField(`${place}.${field}`, forbidden));
    }
    for (const [j, { subPath = '', subPathExpr = '' }] of (container.volumeMounts ?? []).entries()) {
      if (subPath !== '') problems.push(forbiddenField(`${place}.volumeMounts[${j}].subPath`, forbidden));
      if (subPathExpr !== '') problems.push(forbiddenField(`${place}.volumeMounts[${j}].subPathExpr`, forbidden));
    }
  }
}

/** Old templates may have odd images; pods may not. */
export function imageProblems({ image = '' }: { readonly image?: string }, path: string, problems: Problem[]): void {
  if (image.trim() !== image)
    problems.push(invalid(`${path}.image`, image, 'must not have leading or trailing whitespace'));
}
