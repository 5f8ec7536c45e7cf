import { builtInSchemas } from '#core/api/definition';
import type { JSONSchemaProps } from '#core/api/types';
import { isObject, type Json } from '#core/base';
import { dns1035LabelProblems, pathSegmentProblems } from '#core/machinery/names';
import type { ObjectMeta } from '#core/machinery/object';
import { NormaliseFailure, normalise, type ObjectSchema } from '#core/machinery/schema';
import { invalid, type Problem, required } from '#core/machinery/status';
import { metadataProblems } from '#core/machinery/validation';
import { extraOf, itemsOf } from '../structural.ts';

type JsonObject = { readonly [key: string]: Json };

/** Whether an object is one of its own, with apiVersion, kind and metadata. */
export const isEmbedded = (schema: JSONSchemaProps): boolean => schema['x-kubernetes-embedded-resource'] === true;

/** The objects of their own within a value. */
function* embedded(schema: JSONSchemaProps, value: Json, path: string): Generator<readonly [JsonObject, string]> {
  const items = itemsOf(schema);
  if (Array.isArray(value)) {
    if (items === undefined) return;
    for (const [i, item] of (value as readonly Json[]).entries()) yield* embedded(items, item, `${path}[${i}]`);
  } else if (isObject(value)) {
    if (isEmbedded(schema)) yield [value, path];
    const extra = extraOf(schema);
    for (const [name, part] of Object.entries(value)) {
      const property = Object.hasOwn(schema.properties ?? {}, name) ? schema.properties![name] : undefined;
      if (property !== undefined) yield* embedded(property, part, `${path}.${name}`);
      else if (extra !== undefined) yield* embedded(extra, part, `${path}[${name}]`);
    }
  }
}

const metadataSchema = () => builtInSchemas.kind('', 'v1', 'ConfigMap')!.byName.get('metadata')!.schema as ObjectSchema;

/** What cannot be read as what it must be. */
function unreadable(object: JsonObject, path: string): Problem | undefined {
  const { metadata } = object;
  for (const field of ['apiVersion', 'kind']) {
    const value = object[field];
    if (value !== undefined && typeof value !== 'string') return invalid(`${path}.${field}`, value, 'must be a string');
  }
  try {
    if (metadata !== undefined && metadata !== null) normalise(metadataSchema(), metadata, 'given');
  } catch (failure) {
    if (failure instanceof NormaliseFailure) return invalid(`${path}.metadata`, metadata, failure.message);
    throw failure;
  }
  return undefined;
}

function objectProblems(object: JsonObject, path: string, problems: Problem[]): void {
  const { apiVersion, kind, metadata } = object as { apiVersion?: string; kind?: string; metadata?: ObjectMeta | null };
  if (apiVersion === undefined) problems.push(required(`${path}.apiVersion`));
  else if (apiVersion === '') problems.push(invalid(`${path}.apiVersion`, '', 'must not be empty'));
  else if (apiVersion.split('/').length > 2) {
    const detail = `unexpected GroupVersion string: ${apiVersion}`;
    problems.push(invalid(`${path}.apiVersion`, apiVersion, detail));
  }
  const wrongKind = kind === undefined ? [] : dns1035LabelProblems(kind.toLowerCase());
  if (kind === undefined) problems.push(required(`${path}.kind`));
  else if (kind === '') problems.push(invalid(`${path}.kind`, '', 'must not be empty'));
  else if (wrongKind.length > 0) {
    const detail = `may have mixed case, but should otherwise match: ${wrongKind.join(',')}`;
    problems.push(invalid(`${path}.kind`, kind, detail));
  }
  if (metadata === undefined || metadata === null) return;
  // Without a name it will be given one.
  const named = { ...metadata, name: (metadata.name ?? '') === '' ? 'fakename' : metadata.name! };
  const rules = { namespaced: (metadata.namespace ?? '') !== '', validateName: pathSegmentProblems };
  problems.push(...metadataProblems({ apiVersion, kind, metadata: named } as never, rules, `${path}.metadata`));
}

/**
 * What is wrong with the objects of their own within a value. Upstream:
 * apiextensions-apiserver/pkg/apiserver/schema/objectmeta.
 */
export function embeddedProblems(schema: JSONSchemaProps, value: Json, path: string): readonly Problem[] {
  const objects = [...embedded(schema, value, path)];
  for (const [object, place] of objects) {
    const problem = unreadable(object, place);
    if (problem) return [problem];
  }
  const problems: Problem[] = [];
  for (const [object, place] of objects) objectProblems(object, place, problems);
  return problems;
}
