import { inVersion, isCustom } from '../encoding/emit.ts';
import { decodeObject, settleDoubts } from '../encoding/decode.ts';
import type { Expected } from '../encoding/expected.ts';
import { isObject, type Json, type JsonObject, remembered, rememberedWith } from '#core/base';
import type { KubeObject } from '#core/machinery/object';
import { filled as withDefaults, type Form, normalise, type ObjectSchema } from '#core/machinery/schema';
import { badRequest, type StatusError } from '#core/machinery/status';
import type { Context, Endpoint } from '../context.ts';
import { schemaOf } from '../encoding/lists.ts';
import type { Kit, Target } from './kit.ts';
import type { FieldValidation } from './options.ts';

export function expectedOf(target: Target): Expected {
  const { definition, version } = target;
  return { group: definition.group, version, kind: definition.kind, schema: schemaOf(target) };
}

/** An object that is to be written, and whether it holds what is empty (Decoded). */
export interface Wished {
  readonly object: KubeObject;
  readonly hollow: boolean;
}

/** The object that a create or update sends, in the request's version and without defaults. */
export async function sentObject(
  kit: Kit,
  context: Context,
  target: Target,
  validation: FieldValidation,
): Promise<Wished> {
  const expected = expectedOf(target);
  const decoded = await decodeObject(kit, context.body, expected, isCustom(target.definition));
  settleDoubts(decoded, validation, expected, context.warnings);
  return { object: asObject(decoded.object), hollow: decoded.hollow };
}

/** Every object has metadata, be it empty. */
export const asObject = (value: JsonObject): KubeObject =>
  (value['metadata'] === undefined || value['metadata'] === null
    ? { ...value, metadata: {} }
    : value) as unknown as KubeObject;

/** With its defaults, still in the request's version, and as it will be read in that version once it was stored in another. */
export function defaulted(
  { parts: { defaults } }: Kit,
  { definition, version }: Endpoint,
  object: KubeObject,
): KubeObject {
  const { group, kind, storageVersion } = definition;
  const schema = schemaOf({ definition, version });
  if (schema.structural === true) return withDefaults(schema, object as unknown as JsonObject) as unknown as KubeObject;
  const filled = defaults(object as unknown as JsonObject, group, version, kind) as unknown as KubeObject;
  if (definition.convert === undefined || version === storageVersion) return filled;
  return inVersion(definition, inVersion(definition, filled, storageVersion), version);
}

/**
 * What is about to be stored, in the form that is stored: strategies and plugins add fields where they like, and whatever is
 * stored is sent as it lies there. Parts of `known`, which is in that form already, are taken as they are.
 */
export function inOrder(
  { stored }: Pick<Target, 'stored'>,
  object: KubeObject,
  form: Form = 'stored',
  known?: KubeObject,
): KubeObject {
  const schema = schemaOf({ definition: stored, version: stored.storageVersion });
  const { value } = normalise(
    schema,
    object as unknown as JsonObject,
    form,
    'document',
    known as unknown as JsonObject,
  );
  return value as unknown as KubeObject;
}

/** The form that is stored of a new object, made of what was `sent`, which is in it. Objects that have one spec have one in that form, too. */
export function newInOrder(target: Pick<Target, 'stored'>, object: KubeObject, sent: KubeObject): KubeObject {
  const { spec } = object as { readonly spec?: Json };
  const { spec: familiar } = sent as { readonly spec?: Json };
  if (!isObject(spec) || spec === familiar) return inOrder(target, object, 'stored', sent);
  const settled = {
    spec: specsInOrder(schemaOf({ definition: target.stored, version: target.stored.storageVersion }))(spec, familiar),
  };
  return inOrder(target, { ...object, ...settled }, 'stored', { ...sent, ...settled });
}

const specsInOrder = remembered((schema: ObjectSchema) =>
  rememberedWith((spec: JsonObject, known: Json | undefined): JsonObject => {
    const familiar = known === undefined ? undefined : { spec: known };
    const after = normalise(schema, { spec }, 'stored', 'document', familiar).value['spec'];
    return isObject(after) ? after : spec;
  }),
);

export const toStorage = ({ stored }: Target, object: KubeObject): KubeObject =>
  inVersion(stored, object, stored.storageVersion);

/** The namespace of an object must be its request's, or absent; where there are none it is dropped. Upstream: apiserver/pkg/registry/rest/meta.go. */
export function inNamespace(object: KubeObject, { definition, namespace }: Target): KubeObject {
  const given = object.metadata.namespace ?? '';
  const wanted = definition.namespaced ? namespace : '';
  if (given === wanted) return object;
  if (given !== '' && wanted !== '') {
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  }
  if (wanted !== '') return { ...object, metadata: { ...object.metadata, namespace: wanted } };
  const { namespace: _, ...metadata } = object.metadata;
  return { ...object, metadata };
}

export const namelessProblem = (name: string): StatusError =>
  badRequest(`the name of the object (${name} based on URL) was undeterminable: name must be provided`);

/** The version that a write expects to find; '' for any, which `0` says, too. */
export function expectedVersion({ metadata }: { readonly metadata?: KubeObject['metadata'] | null }): string {
  const version = metadata?.resourceVersion ?? '';
  return version === '0' ? '' : version;
}

/** A name in the body must be the URL's. */
export function requireName(object: KubeObject, name: string): void {
  const given = object.metadata.name ?? '';
  if (given === '') throw namelessProblem(name);
  if (given !== name)
    throw badRequest(`the name of the object (${given}) does not match the name on the URL (${name})`);
}
