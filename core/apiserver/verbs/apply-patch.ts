import type { Json, JsonObject } from '#core/base';
import { applyConflict, appliedName, managedOnApply } from '#core/machinery/apply';
import { apiVersionOf, type KubeObject, typeText } from '#core/machinery/object';
import { NormaliseFailure, normalise } from '#core/machinery/schema';
import { badRequest, conflict, invalidObject, unexplained } from '#core/machinery/status';
import type { Entry } from '#core/store';
import type { Result } from '../context.ts';
import { held, inVersion } from '../encoding/emit.ts';
import { schemaOf } from '../encoding/lists.ts';
import { modified } from './conflicts.ts';
import { insert } from './create.ts';
import { asObject, defaulted, expectedVersion, inNamespace, requireName, toStorage, type Wished } from './decode.ts';
import { named, type Target } from './kit.ts';
import { managedWrite } from './managed.ts';
import { unversioned, UNVERSIONED } from './update.ts';
import type { Writing } from './write.ts';

/**
 * The configuration that an apply sends, checked to be of the kind (or of `own`, where a subresource has a kind of its own).
 * Throws a StatusError (400).
 */
export function appliedObject(
  sent: Json,
  target: Target,
  own = { apiVersion: apiVersionOf(target.definition.group, target.version), kind: target.definition.kind },
): JsonObject {
  // An empty document holds nothing, and so neither kind nor version.
  const value = (sent ?? {}) as JsonObject;
  const { kind = '', apiVersion = '' } = value as { readonly kind?: Json; readonly apiVersion?: Json };
  if (kind !== own.kind || apiVersion !== own.apiVersion) {
    // What is no version makes the kind nothing, too.
    const isVersion = textOr(apiVersion).split('/').length < 3;
    const said = isVersion ? typeText(textOr(apiVersion), textOr(kind)) : typeText('', '');
    throw badRequest(`invalid object type: ${said}`);
  }
  return value;
}

const textOr = (value: Json): string => (typeof value === 'string' ? value : '');

/** What a configuration makes of the object that lies in an entry; in the request's version. Throws a StatusError. */
export function applied(writing: Writing, entry: Entry, configuration: JsonObject, force: boolean): Wished {
  const { kit, target } = writing;
  const resourceVersion = expectedVersion(configuration as unknown as KubeObject);
  if (resourceVersion !== '' && resourceVersion !== String(entry.revision)) throw modified(target);
  const old = inVersion(target.definition, held(target.definition, entry.object), target.version);
  const { resourceVersion: given } = (configuration['metadata'] ?? {}) as { readonly resourceVersion?: string | null };
  const changes = given !== undefined && resourceVersion === '';
  if (changes && target.definition.strategy.allowUnconditionalUpdate === false)
    throw invalidObject({ ...named(target) }, [UNVERSIONED]);
  const asked = { ...managedWrite(writing), old, applied: withoutVersion(configuration), force, changes };
  const { object, conflicts } = managedOnApply(asked);
  if (conflicts.length > 0) throw applyConflict(conflicts);
  if (object === old) return { object: old, hollow: false };
  const next = ordered(object, configuration, target);
  return { ...next, object: defaulted(kit, target, inNamespace(next.object, target)) };
}

/** An apply of what does not exist yet. Of what is `doubtful` in the configuration is told once it is merged. */
export async function createApplied(
  writing: Writing,
  configuration: JsonObject,
  force: boolean,
  doubtful: readonly string[],
): Promise<Result> {
  const { kit, context, target } = writing;
  const { uid = '' } = (configuration['metadata'] ?? {}) as KubeObject['metadata'];
  if (uid !== '') {
    const why = `uid mismatch: the provided object specified uid ${uid}, and no existing object was found`;
    throw conflict(named(target), why);
  }
  const asked = { ...managedWrite(writing), old: undefined, applied: withoutVersion(configuration), force };
  const { object } = managedOnApply(asked);
  context.warnings.push(...doubtful);
  requireName(asObject(object as unknown as JsonObject), target.name);
  const next = ordered(object, configuration, target);
  const placed = inNamespace(next.object, target);
  return insert({ ...writing, hollow: next.hollow }, toStorage(target, defaulted(kit, target, placed)));
}

/** A merged object's fields in the order in which they are written. Throws a StatusError where a value is none of its type. */
function ordered(object: KubeObject, configuration: JsonObject, target: Target): Wished {
  try {
    const { value, hollow } = normalise(schemaOf(target), object as unknown as JsonObject, 'given', 'map');
    return { object: unversioned(asObject(value), target), hollow };
  } catch (failure) {
    if (!(failure instanceof NormaliseFailure)) throw failure;
    const apiVersion = apiVersionOf(target.definition.group, target.version);
    const type = typeText(apiVersion, target.definition.kind);
    throw unexplained(
      `failed to convert new object (${appliedName({ apiVersion, applied: configuration })}) to proper version: unable to convert unstructured object to ${type}: ${failure.ofConversion}`,
    );
  }
}

/** A resourceVersion is a condition, not something to own. */
export function withoutVersion(configuration: JsonObject): JsonObject {
  const { metadata } = configuration;
  if (typeof metadata !== 'object' || metadata === null || !('resourceVersion' in metadata)) return configuration;
  const { resourceVersion: _, ...rest } = metadata as JsonObject;
  return { ...configuration, metadata: rest };
}
