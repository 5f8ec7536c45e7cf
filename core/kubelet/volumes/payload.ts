import { fromBase64, utf8 } from '#core/base';
import type { ConfigMap, DownwardItem, KeyToPath, Secret } from '../api.ts';
import { type FieldWorld, fieldValue, resourceValue } from '../container/fields.ts';
import type { VolumeFile } from '../seams.ts';

/** A volume cannot be made; the message is for the event `FailedMount`. */
export class VolumeFailure extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'VolumeFailure';
  }
}

/** Upstream: pkg/apis/core/types.go, ConfigMapVolumeSourceDefaultMode and its kin. */
export const DEFAULT_MODE = 0o644;

type Data = ReadonlyMap<string, Uint8Array>;

export function configMapData({ data = {}, binaryData = {} }: ConfigMap): Data {
  const found = new Map<string, Uint8Array>();
  for (const key of Object.keys(data)) found.set(key, utf8(data[key]!));
  for (const key of Object.keys(binaryData)) found.set(key, fromBase64(binaryData[key]!));
  return found;
}

export function secretData({ data = {} }: Secret): Data {
  const found = new Map<string, Uint8Array>();
  for (const key of Object.keys(data)) found.set(key, fromBase64(data[key]!));
  return found;
}

/** All keys, or those that are named, under their paths. Throws a VolumeFailure for a named key that is missing. */
export function filesOf(
  data: Data,
  items: readonly KeyToPath[] | undefined,
  defaultMode: number,
  optional: boolean,
  of: string,
): VolumeFile[] {
  if (items === undefined || items.length === 0) {
    return [...data].map(([path, content]) => ({ path, content, mode: defaultMode }));
  }
  const files: VolumeFile[] = [];
  for (const { key, path, mode } of items) {
    const content = data.get(key);
    if (content !== undefined) files.push({ path, content, mode: mode ?? defaultMode });
    else if (!optional) throw new VolumeFailure(`${of} references non-existent config key: ${key}`);
  }
  return files;
}

/** Throws a FieldFailure. */
export function downwardFiles(
  world: FieldWorld,
  items: readonly DownwardItem[] | undefined,
  defaultMode: number,
): VolumeFile[] {
  return (items ?? []).map(({ path, mode, fieldRef, resourceFieldRef }) => ({
    path,
    mode: mode ?? defaultMode,
    content: utf8(
      fieldRef !== undefined
        ? fieldValue(world, fieldRef)
        : resourceFieldRef !== undefined
          ? resourceValue(world, resourceFieldRef, undefined)
          : '',
    ),
  }));
}
