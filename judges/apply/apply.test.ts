import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { builtInDefaults } from '#core/api/defaults';
import { builtInSchemas } from '#core/api/definition';
import type { JsonObject } from '#core/base';
import { applyConflict, managedOnApply, managedOnUpdate } from '#core/machinery/apply';
import { type KubeObject, type ManagedFieldsEntry, parseApiVersion } from '#core/machinery/object';
import { normalise, type ObjectSchema } from '#core/machinery/schema';
import type { Status } from '#core/machinery/status';

/** Writes that the original's server was given, and the managed fields or the refusal that it answered. */
interface Recorded {
  readonly it: string;
  readonly verb: 'update' | 'apply';
  readonly manager: string;
  readonly subresource?: string;
  readonly now: string;
  readonly resetFields?: readonly (readonly string[])[];
  readonly force?: boolean;
  readonly old?: KubeObject;
  readonly next?: KubeObject;
  readonly applied?: JsonObject;
  readonly managedFields?: readonly ManagedFieldsEntry[];
  readonly refusal?: Status;
  /** What the object was after the write, but for its status and what the server says in metadata. */
  readonly object?: JsonObject;
}

const read = (file: string) => JSON.parse(readFileSync(new URL(file, import.meta.url), 'utf8')) as readonly Recorded[];
const recorded = [...read('recorded.json'), ...read('merged.json')];

const defaults = builtInDefaults({ gates: { enabled: () => true }, now: () => 0 });

/** An object as it is stored, without what the server alone says. */
function whole(schema: ObjectSchema, { status: _, ...object }: JsonObject): JsonObject {
  const { name, labels, annotations, finalizers } = object['metadata'] as KubeObject['metadata'];
  const metadata = { name, labels, annotations, finalizers } as unknown as JsonObject;
  const { group, version } = parseApiVersion(String(object['apiVersion']));
  const { value } = normalise(schema, { ...object, metadata });
  const { status: __, ...rest } = defaults(value, group, version, String(object['kind']));
  return rest;
}

/** Entries with their sets as JSON. */
const readable = (entries: readonly ManagedFieldsEntry[] | undefined) =>
  (entries ?? []).map(({ fieldsV1, ...entry }) => ({
    ...entry,
    fieldsV1: typeof fieldsV1?.['text'] === 'string' ? JSON.parse(fieldsV1['text']) : fieldsV1,
  }));

/** The original lists the causes of several conflicts in no order of its own. */
const ordered = (status: Status) => ({
  ...status,
  details: { ...status.details, causes: status.details?.causes?.toSorted((a, b) => (a.field! < b.field! ? -1 : 1)) },
});

test.each(recorded)('$verb: $it', (one) => {
  const { kind, apiVersion } = (one.next ?? one.applied) as unknown as KubeObject;
  const { group, version } = parseApiVersion(apiVersion);
  const schema = builtInSchemas.kind(group, version, kind)!;
  const { manager, subresource = '', now, resetFields, old } = one;
  const write = { schema, apiVersion, manager, subresource, now, resetFields, old };
  if (one.verb === 'update') {
    const stored = old?.metadata.managedFields;
    const next = one.next!;
    const sent = stored === undefined ? next : { ...next, metadata: { ...next.metadata, managedFields: stored } };
    expect(readable(managedOnUpdate({ ...write, next: sent }).metadata.managedFields)).toEqual(
      readable(one.managedFields),
    );
    return;
  }
  const { object, conflicts } = managedOnApply({ ...write, applied: one.applied!, force: one.force === true });
  if (one.refusal === undefined) {
    expect(conflicts).toEqual([]);
    expect(readable(object.metadata.managedFields)).toEqual(readable(one.managedFields));
    if (one.object === undefined) return;
    expect(whole(schema, object as unknown as JsonObject)).toEqual(whole(schema, one.object));
  } else expect(ordered(applyConflict(conflicts).status)).toEqual(ordered(one.refusal));
});
