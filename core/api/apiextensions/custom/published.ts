import type { Published } from '#core/api/definition';
import type { CustomResourceDefinitionVersion, JSONSchemaProps } from '#core/api/types';
import { type Json, type JsonObject, sameJson } from '#core/base';
import { extraOf, itemsOf } from '../structural.ts';

type Dialect = keyof Omit<Published, 'selectable'>;

const INT_OR_STRING: Json = [{ type: 'integer' }, { type: 'string' }];
const ALTERNATIVES = ['allOf', 'anyOf', 'oneOf'] as const;
const FALSE_OR_EMPTY = new Set<unknown>([false, '', undefined, null]);

/** What says the same when it is not there. */
const isIdle = (name: string, value: unknown): boolean =>
  (name !== 'default' && name !== 'example' && FALSE_OR_EMPTY.has(value)) ||
  (name === 'required' && Array.isArray(value) && value.length === 0);

/** An integer or a string says so in a way that others understand. Upstream: apiextensions-apiserver/pkg/apiserver/schema/unfold.go. */
function unfolded(props: JSONSchemaProps): JSONSchemaProps {
  if (props['x-kubernetes-int-or-string'] !== true) return props;
  const isPair = (list: unknown) => sameJson((list ?? null) as Json, INT_OR_STRING);
  if (isPair(props.anyOf) || isPair(props.allOf?.[0]?.anyOf)) return props;
  const pair = INT_OR_STRING as unknown as readonly JSONSchemaProps[];
  if (props.anyOf === undefined) return { ...props, anyOf: pair };
  return { ...props, allOf: [{ anyOf: pair } as JSONSchemaProps, ...(props.allOf ?? [])] };
}

/**
 * What v2 cannot say, or what its clients stumble over, is left out: fields that may be null or anything at all have no type
 * there. Upstream: apiextensions-apiserver/pkg/controller/openapi/v2/conversion.go.
 */
function forV2(props: JSONSchemaProps): JSONSchemaProps {
  let { allOf: _, anyOf: _1, oneOf: _2, not: _3, nullable, ...rest } = props;
  if (nullable === true) {
    const { type: _4, items: _5, properties: _6, ...untyped } = rest;
    rest = untyped;
  }
  if (rest['x-kubernetes-preserve-unknown-fields'] === true) {
    const { items: _7, properties: _8, ...open } = rest;
    rest = open;
  }
  const isUnsaid =
    (rest.type === 'array' && rest.items === undefined) ||
    (rest.type === 'object' && rest['x-kubernetes-preserve-unknown-fields'] === true);
  if (isUnsaid) {
    const { type: _9, ...untyped } = rest;
    rest = untyped;
  }
  const { properties = {}, required } = rest;
  const nullables = Object.keys(properties).filter((name) => properties[name]!.nullable === true);
  if (required === undefined || nullables.length === 0) return rest;
  return { ...rest, required: required.filter((name) => !nullables.includes(name)) };
}

/** A part of a schema as OpenAPI has it, keys in order. */
function node(given: JSONSchemaProps, dialect: Dialect, isNested = false): JsonObject {
  const whole = isNested ? given : unfolded(given);
  const props = dialect === 'v2' && !isNested ? forV2(whole) : whole;
  const found = new Map<string, Json>();
  const part = (one: JSONSchemaProps, nested = isNested) => node(one, dialect, nested);
  for (const [name, value] of Object.entries(props)) if (!isIdle(name, value)) found.set(name, value as Json);
  if (props['x-kubernetes-int-or-string'] === true) found.delete('type');
  const [items, extra] = [itemsOf(props), extraOf(props)];
  if (items !== undefined) found.set('items', part(items));
  if (extra !== undefined) found.set('additionalProperties', part(extra));
  if (props.properties !== undefined) {
    const names = Object.keys(props.properties).sort();
    found.set('properties', Object.fromEntries(names.map((name) => [name, part(props.properties![name]!)])));
  }
  for (const field of ALTERNATIVES) {
    const list = props[field];
    if (list !== undefined)
      found.set(
        field,
        list.map((one) => part(one, true)),
      );
  }
  if (props.not !== undefined) found.set('not', part(props.not, true));
  return Object.fromEntries([...found].sort(([left], [right]) => (left < right ? -1 : 1)));
}

/** What OpenAPI says of a version of a custom resource, but for what every object has. */
export function publishedOf({ schema, selectableFields = [] }: CustomResourceDefinitionVersion): Published {
  const props = schema?.openAPIV3Schema ?? { type: 'object' };
  const isOpen = props['x-kubernetes-preserve-unknown-fields'] === true;
  let v2: JsonObject | undefined;
  let v3: JsonObject | undefined;
  return {
    get v2() {
      // Clients would refuse every field that is not named.
      return (v2 ??= isOpen ? { type: 'object' } : node(props, 'v2'));
    },
    get v3() {
      return (v3 ??= node(props, 'v3'));
    },
    selectable: selectableFields.map(({ jsonPath }) => jsonPath.replace(/^\./, '')),
  };
}
