import { type Json, type JsonObject, JsonFailure, parseJson, stringify, textOf } from '#core/base';
import { applyConflict, managedOnApply, managedOnUpdate, wrongVersion } from '#core/machinery/apply';
import { builtInSchemas } from '#core/api/definition';
import { apiVersionOf, type KubeObject, parseApiVersion } from '#core/machinery/object';
import { applyJsonPatch, applyMergePatch, applyStrategicMergePatch } from '#core/machinery/patch';
import { NormaliseFailure, normalise } from '#core/machinery/schema';
import { badRequest, conflict, invalid, notFound, refusal } from '#core/machinery/status';
import type { Entry } from '#core/store';
import type { Context, Result } from '../context.ts';
import { unregistered } from '../encoding/decode.ts';
import { inVersion, isCustom, withPlainFields } from '../encoding/emit.ts';
import { schemaOf } from '../encoding/lists.ts';
import { insert } from './create.ts';
import { asObject, defaulted, inNamespace, requireName, toStorage } from './decode.ts';
import { type Kit, named, type Target, type VerbHandler } from './kit.ts';
import { managedWrite } from './managed.ts';
import { type WriteOptions, writeOptions } from './options.ts';
import { MODIFIED, replace, shown, unversioned } from './update.ts';
import { ATTEMPTS, type Writing } from './write.ts';

export type PatchType = 'json' | 'merge' | 'strategic' | 'apply';

const TYPES: Readonly<Record<string, PatchType>> = {
  'application/json-patch+json': 'json',
  'application/merge-patch+json': 'merge',
  'application/strategic-merge-patch+json': 'strategic',
  'application/apply-patch+yaml': 'apply',
};

/** Throws a StatusError (415). */
export function patchTypeOf(contentType: string, custom: boolean): PatchType {
  const type = TYPES[contentType.split(';', 1)[0]!.trim().toLowerCase()];
  if (type === undefined || (custom && type === 'strategic')) {
    throw refusal('UnsupportedMediaType', '415: Unsupported Media Type', {});
  }
  return type;
}

export const patch: VerbHandler = async (kit, context, target) => {
  const type = patchTypeOf(context.body.contentType, isCustom(target.definition));
  const options = writeOptions(context, 'PatchOptions', type === 'apply');
  const { dryRun, manager, asSent } = options;
  const sent = await readPatch(kit, context, type);
  const writing: Writing = { kit, context, target, dryRun, manager, options: asSent };
  const configuration = type === 'apply' ? appliedObject(sent, target) : undefined;
  for (let attempt = 1; ; attempt++) {
    const entry = kit.parts.store.latest(target.key);
    if (entry === undefined) {
      if (configuration === undefined || target.subresource !== '') throw notFound(named(target));
      return createApplied(writing, configuration, options);
    }
    const next =
      configuration === undefined
        ? patched(writing, entry, type, sent, options)
        : applied(writing, entry, configuration, options);
    const result = await replace(writing, entry, toStorage(target, next));
    if (result !== undefined) return result;
    if (attempt >= ATTEMPTS) throw conflict(named(target), MODIFIED);
  }
};

/** The patch as a value. Throws a StatusError (400, 413). */
export async function readPatch({ parts, bodyLimit }: Kit, context: Context, type: PatchType): Promise<Json> {
  const { body } = context;
  if (body.kind === 'value') return body.value as Json;
  const bytes = await body.read(bodyLimit);
  try {
    // YAML holds JSON, but the strict parser is quicker and says more.
    if (type !== 'apply' || bytes[0] === 0x7b || parts.yaml === undefined) return parseJson(bytes).value;
    return parts.yaml.parse(textOf(bytes)) as Json;
  } catch (failure) {
    if (type === 'apply') throw badRequest(`error decoding YAML: ${(failure as Error).message}`);
    if (failure instanceof JsonFailure) throw badRequest(`error decoding patch: ${failure.message}`);
    throw failure;
  }
}

/** What a patch of one of the three older kinds makes of an entry; in the request's version, with managed fields. */
function patched(writing: Writing, entry: Entry, type: PatchType, sent: Json, options: WriteOptions): KubeObject {
  const { kit, target, context } = writing;
  const base = shown(entry, target);
  const schema = schemaOf(target);
  const shownAs = touchesManagedFields(type, sent) ? withPlainFields(base) : base;
  const document = shownAs as unknown as JsonObject;
  if (type !== 'json' && (typeof sent !== 'object' || sent === null || Array.isArray(sent))) {
    const what = Array.isArray(sent) ? 'array' : sent === null ? 'null' : typeof sent;
    throw badRequest(
      `error decoding patch: json: cannot unmarshal ${what} into Go value of type map[string]interface {}`,
    );
  }
  const result =
    type === 'json'
      ? applyJsonPatch(document, sent)
      : type === 'merge'
        ? applyMergePatch(document, sent)
        : applyStrategicMergePatch(schema, document, sent);
  const object = readPatched(result, target, options, context);
  const { resourceVersion = '' } = object.metadata;
  if (resourceVersion !== '' && resourceVersion !== String(entry.revision)) throw conflict(named(target), MODIFIED);
  requireName(object, target.name);
  const next = defaulted(kit, target, inNamespace(unversioned(object, target), target));
  const old = inVersion(target.definition, entry.object, target.version);
  return managedOnUpdate({ ...managedWrite(writing), old, next });
}

/** Hardly any patch does, and to parse what is kept as text costs more than most patches. */
function touchesManagedFields(type: PatchType, sent: Json): boolean {
  if (type !== 'json')
    return (sent as { readonly metadata?: { readonly managedFields?: Json } }).metadata?.managedFields !== undefined;
  return stringify(sent).includes('/metadata');
}

/** Upstream shows the patched document, its fields by name, and says neither kind nor name. */
function refusedPatch(result: Json, why: string) {
  const shown =
    typeof result === 'object' && result !== null && !Array.isArray(result)
      ? Object.fromEntries(Object.entries(result).sort(([left], [right]) => (left < right ? -1 : 1)))
      : result;
  const { reason, path, message } = invalid('patch', stringify(shown), why);
  return refusal('Invalid', ` "" is invalid: ${path}: ${message}`, { causes: [{ reason, message, field: path }] });
}

/** Why a document that became one of another kind is refused. */
function changedIdentity(kind: Json | undefined, apiVersion: Json | undefined): string {
  if (typeof kind === 'string' && kind !== '' && typeof apiVersion === 'string' && apiVersion !== '') {
    const { group, version } = parseApiVersion(apiVersion);
    if (builtInSchemas.kind(group, version, kind) === undefined) return unregistered(kind, apiVersion);
  }
  return `the kind and apiVersion of an object cannot be changed (${stringify(apiVersion ?? null)} ${stringify(kind ?? null)})`;
}

/** Checks a patched document like a body. Its refusals show the whole, as upstream's do. */
function readPatched(result: Json, target: Target, options: WriteOptions, context: Context): KubeObject {
  const refuse = (why: string) => refusedPatch(result, why);
  if (typeof result !== 'object' || result === null || Array.isArray(result)) {
    throw refuse('json: cannot unmarshal into an object');
  }
  const { definition, version } = target;
  const { kind, apiVersion } = result as { readonly kind?: Json; readonly apiVersion?: Json };
  if (kind !== definition.kind || apiVersion !== apiVersionOf(definition.group, version)) {
    throw refuse(changedIdentity(kind, apiVersion));
  }
  try {
    const { value, unknown } = normalise(schemaOf(target), result as JsonObject);
    const doubts = unknown.map((path) => `unknown field ${JSON.stringify(path)}`);
    if (doubts.length > 0 && options.fieldValidation === 'Strict') {
      throw refuse(`strict decoding error: ${doubts.join(', ')}`);
    }
    if (options.fieldValidation === 'Warn') context.warnings.push(...doubts);
    return asObject(value);
  } catch (failure) {
    if (failure instanceof NormaliseFailure) throw refuse(failure.message);
    throw failure;
  }
}

/** The configuration that an apply sends: complete with type, name and namespace. Throws a StatusError (400). */
function appliedObject(sent: Json, target: Target): JsonObject {
  const { definition, version } = target;
  if (typeof sent !== 'object' || sent === null || Array.isArray(sent)) {
    throw badRequest('error decoding YAML: the configuration is not an object');
  }
  const { kind = '', apiVersion = '' } = sent as { readonly kind?: Json; readonly apiVersion?: Json };
  const own = apiVersionOf(definition.group, version);
  const told = String(apiVersion).includes('/') ? String(apiVersion) : `/${String(apiVersion)}`;
  if (kind === '' || apiVersion === '') throw badRequest(`invalid object type: ${told}, Kind=${String(kind)}`);
  if (apiVersion !== own) throw wrongVersion(String(apiVersion), own);
  if (kind !== definition.kind) throw badRequest(`invalid object type: ${String(apiVersion)}, Kind=${String(kind)}`);
  const value = sent as JsonObject;
  const object = asObject(value);
  if ((object.metadata.managedFields ?? []).length > 0) throw badRequest('metadata.managedFields must be nil');
  if ((object.metadata.name ?? '') !== '') requireName(object, target.name);
  const { metadata } = inNamespace(object, target);
  return { ...value, metadata: { ...metadata, name: target.name } } as unknown as JsonObject;
}

function applied(writing: Writing, entry: Entry, configuration: JsonObject, options: WriteOptions): KubeObject {
  const { kit, target } = writing;
  const { resourceVersion = '', uid = '' } = (configuration['metadata'] ?? {}) as KubeObject['metadata'];
  if (resourceVersion !== '' && resourceVersion !== String(entry.revision)) throw conflict(named(target), MODIFIED);
  if (uid !== '' && uid !== entry.object.metadata.uid) {
    throw conflict(
      named(target),
      `uid mismatch: the provided object specified uid ${uid}, but the existing one is ${entry.object.metadata.uid ?? ''}`,
    );
  }
  const old = inVersion(target.definition, entry.object, target.version);
  const { object, conflicts } = managedOnApply({
    ...managedWrite(writing),
    old,
    applied: withoutVersion(configuration),
    force: options.force,
  });
  if (conflicts.length > 0) throw applyConflict(conflicts);
  if (object === old) return old;
  return defaulted(kit, target, ordered(object, target));
}

async function createApplied(writing: Writing, configuration: JsonObject, options: WriteOptions): Promise<Result> {
  const { kit, target } = writing;
  const { uid = '' } = (configuration['metadata'] ?? {}) as KubeObject['metadata'];
  if (uid !== '') {
    const why = `uid mismatch: the provided object specified uid ${uid}, and no existing object was found`;
    throw conflict(named(target), why);
  }
  const { object } = managedOnApply({
    ...managedWrite(writing),
    old: undefined,
    applied: withoutVersion(configuration),
    force: options.force,
  });
  return insert(writing, toStorage(target, defaulted(kit, target, ordered(object, target))));
}

/** A merged object's fields in the order in which they are written. */
function ordered(object: KubeObject, target: Target): KubeObject {
  try {
    const { value } = normalise(schemaOf(target), object as unknown as JsonObject);
    return unversioned(asObject(value), target);
  } catch (failure) {
    if (failure instanceof NormaliseFailure) throw badRequest(failure.message);
    throw failure;
  }
}

function withoutVersion(configuration: JsonObject): JsonObject {
  const { resourceVersion: _, ...metadata } = configuration['metadata'] as Record<string, Json>;
  return { ...configuration, metadata };
}
