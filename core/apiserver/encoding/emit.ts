import type { Json, JsonObject } from '#core/base';
import type { ResourceDefinition } from '#core/api/definition';
import { apiVersionOf, type KubeObject, type ObjectMeta } from '#core/machinery/object';
import type { Entry, Revision } from '#core/store';
import type { Endpoint } from '../context.ts';

/** The order in which built-ins' metadata is written; custom resources' goes by the bytes of the keys. */
const META_ORDER = [
  'name',
  'generateName',
  'namespace',
  'selfLink',
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'labels',
  'annotations',
  'ownerReferences',
  'finalizers',
  'managedFields',
] as const satisfies readonly (keyof ObjectMeta)[];

const META_ORDER_BY_BYTES = META_ORDER.toSorted();

/** The metadata with `changes`, in the order in which it is written. `undefined` removes a field. */
export function metaWith(
  meta: ObjectMeta,
  changes: Partial<Record<keyof ObjectMeta, unknown>>,
  byBytes = false,
): ObjectMeta {
  const next: Record<string, unknown> = {};
  for (const field of byBytes ? META_ORDER_BY_BYTES : META_ORDER) {
    const value = Object.hasOwn(changes, field) ? changes[field] : meta[field];
    if (value !== undefined) next[field] = value;
  }
  return next as ObjectMeta;
}

/** Custom resources have no protobuf form, and are written by the bytes of their keys. */
export function isCustom({ versions }: ResourceDefinition): boolean {
  return versions[0]?.schema.byName.get('metadata')?.tag === undefined;
}

/** The object in another version of its kind; the same object where that is its own. */
export function inVersion(definition: ResourceDefinition, object: KubeObject, version: string): KubeObject {
  const wanted = apiVersionOf(definition.group, version);
  if (object.apiVersion === wanted && object.kind === definition.kind) return object;
  const converted = definition.convert === undefined ? object : definition.convert(object, version);
  if (converted.apiVersion === wanted && converted.kind === definition.kind) return converted;
  return withType(converted, definition.kind, wanted);
}

/** The same content under another kind and apiVersion; the order of fields stays. */
export function withType(object: KubeObject, kind: string, apiVersion: string): KubeObject {
  return { ...object, kind, apiVersion };
}

/** What lies in the store, as strategies see it. */
export const held = (definition: ResourceDefinition, object: KubeObject): KubeObject =>
  definition.stored === undefined ? object : definition.stored.read(object);

/** What tells the forms of one entry apart: the version it is served in, by which definition. */
export function formOf({ definition, version }: Endpoint): string {
  const { group, edition } = definition;
  if (edition !== undefined) return `${group}/${version} ${edition}`;
  return group === '' ? version : `${group}/${version}`;
}

/** How the objects of one entry were given out in-process, so that all readers share them. */
const emissions = new WeakMap<Entry, Map<string, KubeObject>>();

/** What a reader gets of an entry: in the version asked for, with its resourceVersion. Shared: never change it. */
export function emitted(entry: Entry, { definition, version }: Endpoint): KubeObject {
  let versions = emissions.get(entry);
  if (versions === undefined) emissions.set(entry, (versions = new Map()));
  const id = formOf({ definition, version });
  let object = versions.get(id);
  if (object === undefined) {
    versions.set(id, (object = emittedAt(entry.object, entry.revision, { definition, version })));
  }
  return object;
}

/** The same for whoever only reads it once: nothing is kept of it. */
export const emittedOnce = (entry: Entry, endpoint: Endpoint): KubeObject =>
  emissions.get(entry)?.get(formOf(endpoint)) ?? emittedAt(entry.object, entry.revision, endpoint);

/** The same under a resourceVersion of its own: what was deleted carries the deletion's. */
export function emittedAt(object: KubeObject, revision: Revision, { definition, version }: Endpoint): KubeObject {
  const converted = inVersion(definition, held(definition, object), version);
  const metadata = metaWith(converted.metadata, { resourceVersion: String(revision) }, isCustom(definition));
  return { ...converted, metadata };
}

/** An object as the items of built-in lists are written: without kind and apiVersion. */
export function withoutType(object: KubeObject): Readonly<Record<string, Json>> {
  const { kind: _kind, apiVersion: _apiVersion, ...rest } = object as KubeObject & Record<string, Json>;
  return rest as Readonly<Record<string, Json>>;
}

/** With its managed fields as JSON instead of text: for patches, and where the object is a part of another one (a Table's row). */
export function withPlainFields(object: KubeObject): KubeObject {
  const { managedFields } = object.metadata;
  if (managedFields === undefined) return object;
  return {
    ...object,
    metadata: {
      ...object.metadata,
      managedFields: managedFields.map((entry) => {
        const text = (entry.fieldsV1 as { readonly text?: unknown } | undefined)?.text;
        return typeof text === 'string' ? { ...entry, fieldsV1: JSON.parse(text) as JsonObject } : entry;
      }),
    },
  };
}
