import type { Container, VolumeMount } from '#core/api/types';
import { forbiddenField, invalid, notFoundValue, notSupported, type Problem, required } from '#core/machinery/status';
import { oneOf } from '#core/machinery/validation';
import { descending } from './paths.ts';
import type { SoundVolumes } from './volumes.ts';

const RECURSIONS = ['Disabled', 'Enabled', 'IfPossible'];

function recursionProblems(
  { recursiveReadOnly: value, readOnly, mountPropagation = 'None' }: VolumeMount,
  path: string,
  problems: Problem[],
): void {
  if (value === undefined || value === 'Disabled') return;
  if (!RECURSIONS.includes(value)) {
    problems.push(notSupported(path, value, RECURSIONS));
    return;
  }
  if (readOnly !== true) problems.push(forbiddenField(path, 'may only be specified when readOnly is true'));
  if (mountPropagation === 'None') return;
  problems.push(forbiddenField(path, 'may only be specified when mountPropagation is None or not specified'));
}

const propagation = oneOf('Bidirectional', 'HostToContainer', 'None');
const ONLY_PRIVILEGED = 'Bidirectional mount propagation is available only to privileged containers';

/** Upstream: pkg/apis/core/validation/validation.go (ValidateVolumeMounts). */
export function mountProblems(container: Container, volumes: SoundVolumes, path: string, problems: Problem[]): void {
  const { volumeDevices: devices = [], volumeMounts: mounts = [] } = container;
  if (mounts.length === 0) return;
  const places = new Set<string>();
  for (const [i, mount] of mounts.entries()) {
    const { name, mountPath, subPath = '', subPathExpr = '', mountPropagation } = mount;
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
    // The paths of these four lack the index of the mount, as clients have always seen them.
    if (subPath !== '') descending(subPath, `${path}.subPath`, problems);
    if (subPathExpr !== '') {
      if (subPath !== '') {
        problems.push(invalid(`${place}.subPathExpr`, subPathExpr, 'subPathExpr and subPath are mutually exclusive'));
      }
      descending(subPathExpr, `${path}.subPathExpr`, problems);
    }
    propagation(mountPropagation, `${path}.mountPropagation`, problems);
    if (mountPropagation === 'Bidirectional' && container.securityContext?.privileged !== true) {
      problems.push(forbiddenField(`${path}.mountPropagation`, ONLY_PRIVILEGED));
    }
    recursionProblems(mount, `${path}.recursiveReadOnly`, problems);
  }
}

/** Volumes that a container sees as raw devices, each at a path of its own. */
export function deviceProblems(
  { volumeDevices, volumeMounts }: Container,
  volumes: SoundVolumes,
  path: string,
  problems: Problem[],
): void {
  if (volumeDevices === undefined) return;
  const names = new Set<string>();
  const places = new Set<string>();
  for (const [i, { name, devicePath }] of volumeDevices.entries()) {
    const place = `${path}[${i}]`;
    const volume = volumes.get(name);
    if (name === '') problems.push(required(`${place}.name`));
    if (names.has(name)) problems.push(invalid(`${place}.name`, name, 'must be unique'));
    if (volume === undefined) problems.push(notFoundValue(`${place}.name`, name));
    else if (volume.persistentVolumeClaim === undefined && volume.ephemeral === undefined) {
      const detail = 'can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode';
      problems.push(invalid(`${place}.name`, name, detail));
    }
    if (devicePath === '') problems.push(required(`${place}.devicePath`));
    if (places.has(devicePath)) problems.push(invalid(`${place}.devicePath`, devicePath, 'must be unique'));
    if (devicePath.split('/').includes('..')) {
      problems.push(invalid(`${place}.devicePath`, devicePath, "can not contain backsteps ('..')"));
    } else places.add(devicePath);
    if (volumeMounts?.some((mount) => mount.name === name) === true) {
      problems.push(invalid(`${place}.name`, name, 'must not already exist in volumeMounts'));
    }
    if (volumeMounts?.some(({ mountPath }) => mountPath === devicePath) === true) {
      problems.push(invalid(`${place}.devicePath`, devicePath, 'must not already exist as a path in volumeMounts'));
    }
    if (name !== '') names.add(name);
  }
}
