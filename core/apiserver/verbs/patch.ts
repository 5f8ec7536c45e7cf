import { type Json, type JsonObject, stringify } from '#core/base';
import { managedOnUpdate } from '#core/machinery/apply';
import { apiVersionOf } from '#core/machinery/object';
import { applyJsonPatch, applyMergePatch, applyStrategicMergePatch, openedByMerge } from '#core/machinery/patch';
import { NormaliseFailure, normalise, type ObjectSchema, type Source, spelledWrongly } from '#core/machinery/schema';
import { goText } from '#core/machinery/values';
import { badRequest, invalid, invalidObject, notFound, refusal } from '#core/machinery/status';
import type { Entry } from '#core/store';
import type { Endpoint } from '../context.ts';
import { notAText, typeName } from '../encoding/decode.ts';
import { held, inVersion, isCustom, withPlainFields } from '../encoding/emit.ts';
import { schemaOf } from '../encoding/lists.ts';
import { applied, appliedObject, createApplied } from './apply-patch.ts';
import { attempt } from './attempts.ts';
import { modified } from './conflicts.ts';
import { asObject, defaulted, expectedVersion, inNamespace, requireName, toStorage, type Wished } from './decode.ts';
import { named, type VerbHandler } from './kit.ts';
import { managedWrite } from './managed.ts';
import { type WriteOptions, writeOptions } from './options.ts';
import { readAs, withoutVersion } from './patched-identity.ts';
import { type PatchType, patchTypeOf, readPatch, type SentPatch } from './read-patch.ts';
import { replace, shown, unversioned, UNVERSIONED } from './update.ts';
import type { Writing } from './write.ts';

export const patch: VerbHandler = async (kit, context, target) => {
  const type = patchTypeOf(kit, context.body.contentType, isCustom(target.definition));
  const options = writeOptions(context, 'PatchOptions', type === 'apply');
  const { dryRun, manager, asSent } = options;
  const warned = context.warnings.length;
  const read = readPatch(kit, context, type, options.fieldValidation);
  const {
    value: sent,
    doubts,
    spelled,
  } = await read.catch((failure: unknown) => {
    const exists = type === 'apply' || kit.parts.store.latest(target.key) !== undefined;
    throw exists ? failure : notFound(named(target));
  });
  const writing: Writing = { kit, context, target, dryRun, manager, options: asSent };
  // Of what is doubtful in a configuration only those are told who get past conflicts.
  const doubtful = context.warnings.splice(warned);
  const configuration = type === 'apply' ? appliedObject(sent, target) : undefined;
  return attempt(writing, async (entry) => {
    if (entry === undefined) {
      if (configuration === undefined || target.subresource !== '') throw notFound(named(target));
      return createApplied(writing, configuration, options.force, doubtful);
    }
    const { object: next, hollow } =
      configuration === undefined
        ? patched(writing, entry, type, { value: sent, doubts, spelled: spelled ?? [] }, options)
        : applied(writing, entry, configuration, options.force);
    context.warnings.push(...doubtful.splice(0));
    if (configuration !== undefined) requireName(next, target.name);
    return replace({ ...writing, hollow }, entry, toStorage(target, next));
  });
};

/** What a patch of one of the three older kinds makes of a document. Throws a StatusError. */
export function withPatch(type: PatchType, schema: ObjectSchema, document: JsonObject, sent: Json): Json {
  if (type === 'json') return applyJsonPatch(document, sent);
  return type === 'merge' ? applyMergePatch(document, sent) : applyStrategicMergePatch(schema, document, sent);
}

/** What a patch of one of the three older kinds makes of an entry; in the request's version, with managed fields. */
function patched(writing: Writing, entry: Entry, type: PatchType, patch: SentPatch, options: WriteOptions): Wished {
  const { kit, target } = writing;
  const { value: sent, spelled = [] } = patch;
  const base = shown(entry, target);
  const schema = schemaOf(target);
  const shownAs = touchesManagedFields(type, sent) ? withPlainFields(base) : base;
  const document = shownAs as unknown as JsonObject;
  if (type === 'merge' && sent === null) throw badRequest('Invalid JSON Patch');
  if (type !== 'json' && (typeof sent !== 'object' || Array.isArray(sent))) {
    const why = `json: cannot unmarshal ${typeName(sent)} into Go value of type map[string]interface {}`;
    throw badRequest(type === 'strategic' ? why : `error decoding patch: ${why}`);
  }
  const result = withPatch(type, schema, document, sent);
  const wrong = spelled.length === 0 ? undefined : spelledWrongly(schema, spelled);
  if (wrong !== undefined) throw refusedPatch(patchShown(type, result, sent), wrong.message);
  const { object, hollow } = readPatched(writing, result, type, patch, options);
  const placed = inNamespace(object, target);
  requireName(object, target.name);
  const resourceVersion = expectedVersion(object);
  if (resourceVersion === '' && target.definition.strategy.allowUnconditionalUpdate === false) {
    throw invalidObject({ ...named(target) }, [UNVERSIONED]);
  }
  if (resourceVersion !== '' && resourceVersion !== String(entry.revision)) throw modified(target);
  const next = defaulted(kit, target, unversioned(placed, target));
  const old = inVersion(target.definition, held(target.definition, entry.object), target.version);
  return { object: managedOnUpdate({ ...managedWrite(writing), old, next, hollow }), hollow };
}

/** Hardly any patch does, and to parse what is kept as text costs more than most patches. */
function touchesManagedFields(type: PatchType, sent: Json): boolean {
  if (type !== 'json')
    return (
      (sent as null | { readonly metadata?: { readonly managedFields?: Json } })?.metadata?.managedFields !== undefined
    );
  return stringify(sent).includes('/metadata');
}

/** Upstream says neither kind nor name. `shown`: by `patchShown`. */
export function refusedPatch(shown: string, why: string) {
  const { reason, path, message } = invalid('patch', shown, why);
  return refusal('Invalid', ` "" is invalid: ${path}: ${message}`, { causes: [{ reason, message, field: path }] });
}

/** What a refusal shows: the patched document, or the patch where it is a strategic one. */
export function patchShown(type: PatchType, result: Json, sent: Json): string {
  if (type === 'strategic') return goText(sent);
  return byName(type === 'merge' ? openedByMerge(result, sent) : result);
}

/** A document as JSON, its fields by name. */
function byName(document: Json): string {
  if (typeof document !== 'object' || document === null || Array.isArray(document)) return stringify(document);
  return stringify(Object.fromEntries(Object.entries(document).sort(([left], [right]) => (left < right ? -1 : 1))));
}

/** What the original reads of what a patch made. */
const SOURCES: Readonly<Record<PatchType, Source>> = {
  json: 'document',
  merge: 'sorted',
  strategic: 'map',
  apply: 'map',
};

/** Checks a patched document like a body. Its refusals show the whole, as upstream's do. */
function readPatched(
  { kit, target, context }: Writing,
  result: Json,
  type: PatchType,
  { value: sent, doubts: patchDoubts }: SentPatch,
  options: WriteOptions,
): Wished {
  const refuse = (why: string) => refusedPatch(patchShown(type, result, sent), why);
  if (typeof result !== 'object' || result === null || Array.isArray(result)) {
    throw refuse('json: cannot unmarshal into an object');
  }
  const { definition, version } = target;
  const own = { kind: definition.kind, apiVersion: apiVersionOf(definition.group, version) };
  let form: Endpoint = { definition, version };
  let identity = own;
  // A strategic patch makes an object, not a document: nobody reads there of which kind it is.
  if (type !== 'strategic') {
    const { kind: sentKind, apiVersion: sentVersion } = result as { readonly kind?: Json; readonly apiVersion?: Json };
    const [kind, apiVersion] = [sentKind ?? '', sentVersion ?? ''];
    for (const [field, value] of [['apiVersion', apiVersion] as const, ['kind', kind] as const]) {
      if (typeof value !== 'string')
        throw refuse(`couldn't get version/kind; json parse error: ${notAText(value, field)}`);
    }
    identity = { kind: kind === '' ? own.kind : (kind as string), apiVersion: apiVersion as string };
    if (apiVersion === '') {
      const why = withoutVersion(result as JsonObject, identity.kind, target, options, context);
      throw typeof why === 'string' ? refuse(why) : why;
    }
    const found = readAs(kit, result as JsonObject, identity, target);
    if (typeof found === 'string') throw refuse(found);
    form = found;
  }
  try {
    const { value, unknown, hollow } = normalise(
      schemaOf(form),
      type === 'strategic' ? { ...own, ...(result as JsonObject) } : { ...(result as JsonObject), ...identity },
      'given',
      SOURCES[type],
    );
    // What was patched is a map, read in the order of its keys; a JSON patch opens only what it changes.
    const inOrder = type === 'json' ? unknown : unknown.toSorted();
    const doubts = [...patchDoubts, ...inOrder.map((path) => `unknown field ${JSON.stringify(path)}`)];
    if (doubts.length > 0 && options.fieldValidation === 'Strict') {
      throw refuse(`strict decoding error: ${doubts.join(', ')}`);
    }
    if (options.fieldValidation === 'Warn') context.warnings.push(...doubts);
    const object = asObject({ ...value, ...identity });
    if (form.definition === definition && form.version === version) return { object, hollow };
    return { object: inVersion(definition, defaulted(kit, form, object), version), hollow };
  } catch (failure) {
    if (failure instanceof NormaliseFailure)
      throw refuse(type === 'strategic' ? failure.ofConversion : failure.message);
    throw failure;
  }
}
