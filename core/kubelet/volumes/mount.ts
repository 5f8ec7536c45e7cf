import { utf8 } from '#core/base';
import { wholeNumber } from '#core/machinery/quantity';
import type { Pod, ProjectedSource, Volume } from '../api.ts';
import type { References } from '../container/env.ts';
import type { FieldWorld } from '../container/fields.ts';
import type { VolumeFile, Volumes } from '../seams.ts';
import { DEFAULT_MODE, VolumeFailure, configMapData, downwardFiles, filesOf, secretData } from './payload.ts';
import type { Tokens } from './tokens.ts';

export interface MountParts {
  readonly volumes: Volumes;
  readonly references: References;
  readonly tokens: Tokens;
}

/** Upstream: pkg/apis/core/types.go, default of a projected token. */
const TOKEN_SECONDS = 3607;

/** Kinds of volumes whose content changes while the pod runs. */
export const isLive = ({ configMap, secret, downwardAPI, projected }: Volume): boolean =>
  (configMap ?? secret ?? downwardAPI ?? projected) !== undefined;

/** Makes one volume, or brings its files up to date; gives its path on the node. Rejects with an Error for the event `FailedMount`. */
export async function mount(parts: MountParts, world: FieldWorld, volume: Volume): Promise<string> {
  const { volumes } = parts;
  const { pod } = world;
  const uid = pod.metadata.uid ?? '';
  const group = pod.spec.securityContext?.fsGroup;
  const { emptyDir, hostPath, image } = volume;
  if (emptyDir !== undefined) {
    const { medium = '', sizeLimit } = emptyDir;
    if (medium !== '' && medium !== 'Memory')
      throw new VolumeFailure(`the medium "${medium}" of emptyDir is not supported here`);
    const sizeBytes = sizeLimit === undefined ? undefined : wholeNumber(sizeLimit);
    return volumes.emptyDir(uid, volume.name, { memory: medium === 'Memory', sizeBytes, group });
  }
  if (hostPath !== undefined) return volumes.hostPath(hostPath.path, hostPath.type ?? '');
  // Its image is pulled and mounted with the first container that wants it.
  if (image !== undefined) return '';
  const live = await liveFiles(parts, world, volume);
  if (live === undefined) throw new VolumeFailure(`volumes of type ${typeOf(volume)} are not supported on this node`);
  return volumes.files(uid, live.plugin, volume.name, live.files, group);
}

const typeOf = (volume: Volume): string => Object.keys(volume).find((key) => key !== 'name') ?? 'unknown';

async function liveFiles(
  parts: MountParts,
  world: FieldWorld,
  { configMap, secret, downwardAPI, projected }: Volume,
): Promise<{ readonly plugin: string; readonly files: readonly VolumeFile[] } | undefined> {
  const { pod } = world;
  if (configMap !== undefined) {
    const { name, items, defaultMode = DEFAULT_MODE, optional } = configMap;
    return {
      plugin: 'kubernetes.io~configmap',
      files: await fromMap(parts, pod, { name, items, optional }, defaultMode),
    };
  }
  if (secret !== undefined) {
    const { secretName: name, items, defaultMode = DEFAULT_MODE, optional } = secret;
    return {
      plugin: 'kubernetes.io~secret',
      files: await fromSecret(parts, pod, { name, items, optional }, defaultMode),
    };
  }
  if (downwardAPI !== undefined) {
    const { items, defaultMode = DEFAULT_MODE } = downwardAPI;
    return { plugin: 'kubernetes.io~downward-api', files: downwardFiles(world, items, defaultMode) };
  }
  if (projected === undefined) return undefined;
  const files: VolumeFile[] = [];
  for (const source of projected.sources ?? []) {
    files.push(...(await fromSource(parts, world, source, projected.defaultMode ?? DEFAULT_MODE)));
  }
  return { plugin: 'kubernetes.io~projected', files };
}

interface Selection {
  readonly name: string | undefined;
  readonly items: NonNullable<Volume['configMap']>['items'];
  readonly optional: boolean | undefined;
}

async function fromMap({ references }: MountParts, pod: Pod, from: Selection, mode: number): Promise<VolumeFile[]> {
  const { name = '', items, optional = false } = from;
  const found = await references.configMap(pod.metadata.namespace ?? '', name);
  if (found === undefined && !optional) throw new VolumeFailure(`configmap "${name}" not found`);
  return found === undefined ? [] : filesOf(configMapData(found), items, mode, optional, 'configmap');
}

async function fromSecret({ references }: MountParts, pod: Pod, from: Selection, mode: number): Promise<VolumeFile[]> {
  const { name = '', items, optional = false } = from;
  const found = await references.secret(pod.metadata.namespace ?? '', name);
  if (found === undefined && !optional) throw new VolumeFailure(`secret "${name}" not found`);
  return found === undefined ? [] : filesOf(secretData(found), items, mode, optional, 'secret');
}

async function fromSource(
  parts: MountParts,
  world: FieldWorld,
  source: ProjectedSource,
  mode: number,
): Promise<readonly VolumeFile[]> {
  const { configMap, secret, downwardAPI, serviceAccountToken } = source;
  if (configMap !== undefined) {
    const { name, items, optional } = configMap;
    return fromMap(parts, world.pod, { name, items, optional }, mode);
  }
  if (secret !== undefined) {
    const { name, items, optional } = secret;
    return fromSecret(parts, world.pod, { name, items, optional }, mode);
  }
  if (downwardAPI !== undefined) return downwardFiles(world, downwardAPI.items, mode);
  if (serviceAccountToken === undefined) {
    throw new VolumeFailure(
      `a projected source of type ${Object.keys(source)[0] ?? 'unknown'} is not supported on this node`,
    );
  }
  // Nobody would read it, and thousands of simulated pods would ask for one.
  if (!parts.volumes.real) return [];
  const { audience = '', expirationSeconds = TOKEN_SECONDS, path } = serviceAccountToken;
  const token = await parts.tokens.get(world.pod, audience, expirationSeconds);
  // Only its user (or group) may read it, where there is one. Upstream: pkg/volume/projected/projected.go.
  const user = onlyUser(world.pod);
  const owned = user !== undefined || world.pod.spec.securityContext?.fsGroup !== undefined;
  return [{ path, content: utf8(token), mode: owned ? 0o600 : mode, ...(user === undefined ? {} : { user }) }];
}

/** The user that all containers of a pod run as; undefined where they differ or it is the image's. */
function onlyUser({ spec }: Pod): number | undefined {
  const all = [...(spec.initContainers ?? []), ...spec.containers];
  const users = new Set(
    all.map(({ securityContext }) => securityContext?.runAsUser ?? spec.securityContext?.runAsUser),
  );
  return users.size === 1 ? [...users][0] : undefined;
}
