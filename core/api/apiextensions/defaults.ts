import type { JSONSchemaProps } from '#core/api/types';
import type { Json, JsonObject } from '#core/base';
import { invalid, type Problem, required } from '#core/machinery/status';
import { extraOf, itemsOf } from './structural.ts';
import { valueProblems } from './values.ts';

const OF_OBJECTS = ['apiVersion', 'kind', 'metadata'];

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Whether a value holds what its schema does not know. `isWhole`: it is an object of its own, with kind and metadata. */
function hasUnknown(schema: JSONSchemaProps, value: Json, isWhole: boolean): boolean {
  if (Array.isArray(value)) {
    const items = itemsOf(schema);
    return items !== undefined && (value as readonly Json[]).some((item) => hasUnknown(items, item, isEmbedded(items)));
  }
  if (!isObject(value)) return false;
  return Object.entries(value).some(([name, inner]) => {
    if (isWhole && OF_OBJECTS.includes(name)) return false;
    const own = schema.properties?.[name] ?? extraOf(schema);
    if (own !== undefined) return hasUnknown(own, inner, isEmbedded(own));
    return schema.additionalProperties !== true && schema['x-kubernetes-preserve-unknown-fields'] !== true;
  });
}

const isEmbedded = (schema: JSONSchemaProps): boolean => schema['x-kubernetes-embedded-resource'] === true;

/**
 * Defaults that break the rules of the schema that gives them; those inside of metadata are not looked at. Upstream:
 * apiextensions-apiserver/pkg/apiserver/schema/defaulting/validation.go.
 */
export function defaultProblems(schema: JSONSchemaProps, path: string, problems: Problem[], isRoot = true): void {
  const value = schema.default as Json | undefined;
  const isWhole = isRoot || isEmbedded(schema);
  if (value !== undefined && value !== null) {
    const place = `${path}.default`;
    if (hasUnknown(schema, value, isWhole)) problems.push(invalid(place, value, 'must not have unknown fields'));
    const before = problems.length;
    if (isWhole && isObject(value))
      for (const field of ['apiVersion', 'kind']) if (!value[field]) problems.push(required(`${place}.${field}`));
    if (problems.length === before) valueProblems(schema, value, { path: place, name: '', problems });
  }
  const items = itemsOf(schema);
  if (items !== undefined) defaultProblems(items, `${path}.items`, problems, false);
  for (const [name, one] of Object.entries(schema.properties ?? {})) {
    if (isWhole && OF_OBJECTS.includes(name)) continue;
    defaultProblems(one, `${path}.properties[${name}]`, problems, false);
  }
}
