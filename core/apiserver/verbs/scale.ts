import type { Json, JsonObject } from '#core/base';
import {
  applyConflict,
  managedOnApply,
  managedOnUpdate,
  type ManagedWrite,
  managersOfScale,
  type ReplicasPath,
  withScaleManagers,
} from '#core/machinery/apply';
import { scales } from '#core/api/columns';
import type { Column, Columns, ScalePaths } from '#core/api/definition';
import { NormaliseFailure, normalise, type ObjectSchema } from '#core/machinery/schema';
import { apiVersionOf, type KubeObject } from '#core/machinery/object';
import { badRequest, invalid, invalidObject, noSuchPath, notFound, type StatusError } from '#core/machinery/status';
import type { Entry } from '#core/store';
import type { Endpoint, Result } from '../context.ts';
import { decodeObject, settleDoubts } from '../encoding/decode.ts';
import { held, inVersion, isCustom } from '../encoding/emit.ts';
import { appliedObject, withoutVersion } from './apply-patch.ts';
import { attempt } from './attempts.ts';
import { modified, otherObject } from './conflicts.ts';
import { asObject, expectedVersion, requireName, toStorage } from './decode.ts';
import { type Kit, named, type Target, type VerbHandler } from './kit.ts';
import { managedWrite } from './managed.ts';
import { type WriteOptions, writeOptions } from './options.ts';
import { patchShown, refusedPatch, withPatch } from './patch.ts';
import { patchTypeOf, readPatch } from './read-patch.ts';
import { replace } from './update.ts';
import type { Writing } from './write.ts';

/** autoscaling/v1 Scale. */
interface Scale extends KubeObject {
  readonly spec: { readonly replicas?: number };
  readonly status: { readonly replicas: number; readonly selector?: string };
}

function pathsOf({ definition }: Target): ScalePaths {
  const { scale } = definition.strategy;
  if (scale === undefined) throw noSuchPath();
  return scale;
}

const at = (object: KubeObject, path: readonly string[]): unknown =>
  path.reduce<unknown>((value, field) => (value as Record<string, unknown> | undefined)?.[field], object);

function withValue(object: JsonObject, [field, ...rest]: readonly string[], value: Json): JsonObject {
  const inner = rest.length === 0 ? value : withValue((object[field!] ?? {}) as JsonObject, rest, value);
  return { ...object, [field!]: inner };
}

/** The object's Scale: the same metadata, the counts from where the kind keeps them. */
function scaleOf(object: KubeObject, resourceVersion: string, paths: ScalePaths): Scale {
  const { name, namespace, uid, creationTimestamp } = object.metadata;
  const replicas = at(object, paths.specReplicas) as number | undefined;
  const selector = paths.selector(object);
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: {
      ...(name === undefined ? {} : { name }),
      ...(namespace === undefined ? {} : { namespace }),
      ...(uid === undefined ? {} : { uid }),
      resourceVersion,
      ...(creationTimestamp === undefined ? {} : { creationTimestamp }),
    },
    spec: replicas === undefined || replicas === 0 ? {} : { replicas },
    status: {
      replicas: (at(object, paths.statusReplicas) as number | undefined) ?? 0,
      ...(selector === '' ? {} : { selector }),
    },
  };
}

const shownScale = (entry: Entry, target: Target): Scale =>
  scaleOf(held(target.definition, entry.object), String(entry.revision), pathsOf(target));

/** A Scale has columns of its own. */
const endpointOf = ({ definition }: Target): Endpoint => ({
  definition: { ...definition, columns: () => (isCustom(definition) ? customScales : scales) },
  version: 'v1',
});

const OTHERWISE: Readonly<Record<string, Partial<Column>>> = { Name: { format: 'name' }, Age: { type: 'date' } };

/** Of custom resources they are of other types. */
const customScales: Columns = {
  ...scales,
  columns: scales.columns.map((column) => ({ ...column, ...OTHERWISE[column.name] })),
};

export const getScale: VerbHandler = async ({ parts: { store } }, _context, target) => {
  await store.sync();
  const entry = store.get(target.key);
  if (entry === undefined) throw notFound(named(target));
  return { kind: 'object', status: 200, endpoint: endpointOf(target), object: shownScale(entry, target) };
};

export const updateScale: VerbHandler = async (kit, context, target) => {
  const options = writeOptions(context, 'UpdateOptions');
  const expected = { group: 'autoscaling', version: 'v1', kind: 'Scale', schema: scaleSchema(kit) };
  const decoded = await decodeObject(kit, context.body, expected, false);
  settleDoubts(decoded, options.fieldValidation, expected, context.warnings);
  const sent = asObject(decoded.object);
  requireName(sent, target.name);
  return write(kit, context, target, options, (old, as) =>
    managedOnUpdate({ ...as, old, next: sent, hollow: decoded.hollow }),
  );
};

export const patchScale: VerbHandler = async (kit, context, target) => {
  const type = patchTypeOf(kit, context.body.contentType, isCustom(target.definition));
  const options = writeOptions(context, 'PatchOptions', type === 'apply');
  const { value: sent } = await readPatch(kit, context, type, options.fieldValidation);
  const schema = scaleSchema(kit);
  if (type === 'apply') {
    const applied = withoutVersion(appliedObject(sent, target, { apiVersion: 'autoscaling/v1', kind: 'Scale' }));
    return write(kit, context, target, options, (old, as) => {
      const { object, conflicts } = managedOnApply({ ...as, old, applied, force: options.force });
      if (conflicts.length > 0) throw applyConflict(conflicts);
      return scaleFrom(schema, object as unknown as JsonObject);
    });
  }
  return write(kit, context, target, options, (old, as) => {
    const { managedFields: _, ...metadata } = old.metadata;
    const document = { ...old, metadata } as unknown as JsonObject;
    const patched = withPatch(type, schema, document, sent);
    const refuse = (why: NormaliseFailure) =>
      refusedPatch(patchShown(type, patched, sent), type === 'strategic' ? why.ofConversion : why.message);
    return managedOnUpdate({ ...as, old, next: scaleFrom(schema, patched, refuse) });
  });
};

/** A document as a Scale. Throws a StatusError. */
function scaleFrom(
  schema: ObjectSchema,
  document: Json,
  refuse = ({ message }: NormaliseFailure): StatusError => badRequest(message),
): KubeObject {
  try {
    return asObject(normalise(schema, document as JsonObject).value);
  } catch (failure) {
    if (failure instanceof NormaliseFailure) throw refuse(failure);
    throw failure;
  }
}

function scaleSchema({ parts: { registry } }: Kit): ObjectSchema {
  const schema = registry.schema('autoscaling', 'v1', 'Scale');
  if (schema === undefined) throw noSuchPath();
  return schema;
}

/** Writes the wished replicas through the object's own update. Upstream: pkg/registry/apps/deployment/storage/storage.go (ScaleREST). */
async function write(
  kit: Kit,
  context: Writing['context'],
  target: Target,
  { dryRun, manager, asSent }: WriteOptions,
  wished: (old: Scale, as: ManagedWrite) => KubeObject,
): Promise<Result> {
  const paths = pathsOf(target);
  const writing: Writing = { kit, context, target, dryRun, manager, options: asSent };
  const as: ManagedWrite = {
    ...managedWrite(writing),
    schema: scaleSchema(kit),
    apiVersion: 'autoscaling/v1',
    resetFields: undefined,
    inVersion: undefined,
    isKnown: undefined,
  };
  const { group, versions } = target.definition;
  const own = apiVersionOf(group, target.version);
  const pathOf: ReplicasPath = (apiVersion) =>
    versions.some(({ version }) => apiVersionOf(group, version) === apiVersion) ? paths.specReplicas : undefined;
  return attempt(writing, async (entry) => {
    if (entry === undefined) throw notFound(named(target));
    const old = inVersion(target.definition, held(target.definition, entry.object), target.version);
    const scale = shownScale(entry, target);
    const managedFields = managersOfScale(old, pathOf, kit.intern);
    const managed = managedFields.length === 0 ? scale : { ...scale, metadata: { ...scale.metadata, managedFields } };
    const { metadata, spec } = wished(managed, as) as Scale;
    const { uid = '' } = metadata;
    const resourceVersion = expectedVersion({ metadata });
    if (uid !== '' && uid !== entry.object.metadata.uid) {
      throw otherObject(target, dryRun, 'UID', uid, entry.object.metadata.uid);
    }
    if (resourceVersion !== '' && resourceVersion !== String(entry.revision)) throw modified(target);
    const replicas = spec?.replicas ?? 0;
    if (replicas < 0 && !isCustom(target.definition)) {
      const problem = invalid('spec.replicas', replicas, 'must be greater than or equal to 0');
      throw invalidObject({ group: 'autoscaling', resource: 'Scale', name: target.name }, [problem]);
    }
    const changed = withValue(old as unknown as JsonObject, paths.specReplicas, replicas) as unknown as KubeObject;
    const next = withScaleManagers(changed, metadata.managedFields, own, pathOf, kit.intern);
    const result = await replace(writing, entry, toStorage(target, next));
    return result && asScale(result, target, paths);
  });
}

function asScale(result: Result, target: Target, paths: ScalePaths): Result {
  const endpoint = endpointOf(target);
  if (result.kind === 'entry')
    return { kind: 'object', status: 200, endpoint, object: shownScale(result.entry, target) };
  if (result.kind !== 'object') return result;
  const { resourceVersion = '' } = result.object.metadata;
  return { kind: 'object', status: 200, endpoint, object: scaleOf(result.object, resourceVersion, paths) };
}
