import type { JSONSchemaProps } from '#core/api/types';
import type { Json } from '#core/base';
import { withSortedKeys } from '#core/machinery/schema';
import { invalid, type Problem } from '#core/machinery/status';
import { itemsOf } from './structural.ts';
import { embeddedProblems, hasUnknown, isEmbedded, valueProblems, type ValueTools } from './values/index.ts';

const META_FIELDS = new Set(['apiVersion', 'kind', 'metadata']);

/** Where a schema is. */
interface Surroundings {
  /** The object of its own that it is in, and the default put where it stands there. */
  readonly object: JSONSchemaProps;
  readonly around: (value: Json) => Json;
  /** Within what every object has. */
  readonly insideMeta: boolean;
}

/** Makes an object of its own. */
const asObject = (value: Json): Json => ({ kind: 'Validation', apiVersion: 'validation/v1', ...(value as object) });

/** Of the object as a whole, with nothing else set. */
function metaProblems(value: Json, path: string, inside: Surroundings): readonly Problem[] {
  const wrong = embeddedProblems(inside.object, inside.around(value), '');
  if (wrong.length === 0) return [];
  const said = wrong.map((one) => `${one.path.replace(/^\./, '')}: ${one.message}`);
  const text = said.length === 1 ? said[0]! : `[${said.join(', ')}]`;
  return [invalid(path, value, `must result in valid metadata: ${text}`)];
}

function ownProblems(
  schema: JSONSchemaProps,
  path: string,
  inside: Surroundings,
  tools: ValueTools | undefined,
  problems: Problem[],
): void {
  // It is shown in the order in which the original keeps it.
  const value = withSortedKeys(schema.default as Json);
  if (!inside.insideMeta && hasUnknown(value, schema)) {
    problems.push(invalid(path, value, 'must not have unknown fields'));
  }
  const wrong = inside.insideMeta ? metaProblems(value, path, inside) : embeddedProblems(schema, value, path);
  problems.push(...(wrong.length > 0 ? wrong : valueProblems(schema, value, path, tools)));
}

function walk(
  schema: JSONSchemaProps,
  path: string,
  outside: Surroundings,
  tools: ValueTools | undefined,
  problems: Problem[],
): void {
  const embeds = isEmbedded(schema);
  const inside = embeds ? { object: schema, around: asObject, insideMeta: false } : outside;
  if (schema.default !== undefined && schema.default !== null) {
    ownProblems(schema, `${path}.default`, inside, tools, problems);
  }
  // There are no defaults in additionalProperties.
  const items = itemsOf(schema);
  if (items !== undefined) {
    walk(items, `${path}.items`, { ...inside, around: (value) => inside.around([value]) }, tools, problems);
  }
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    const insideMeta = inside.insideMeta || (embeds && META_FIELDS.has(name));
    const around = (value: Json): Json => inside.around({ [name]: value });
    walk(property, `${path}.properties[${name}]`, { ...inside, insideMeta, around }, tools, problems);
  }
}

/**
 * Whether the defaults of a structural schema keep to it; rules are not asked. Upstream:
 * apiextensions-apiserver/pkg/apiserver/schema/defaulting/validation.go.
 */
export function defaultsProblems(root: JSONSchemaProps, path: string, tools?: ValueTools): readonly Problem[] {
  const problems: Problem[] = [];
  const object = { ...root, 'x-kubernetes-embedded-resource': true };
  walk(object, path, { object, around: asObject, insideMeta: false }, tools, problems);
  return problems;
}
