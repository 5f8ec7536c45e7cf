import type { Json } from '#core/base';
import type { ObjectSchema, Schema } from './model.ts';

/**
 * A value that cannot be what its field must be. The message is the one that follows `Pod in version "v1" cannot be handled
 * as a Pod: ` in the answer (a 400).
 */
export class NormaliseFailure extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'NormaliseFailure';
  }
}

/** `structs` are the structs that hold the field, outermost first; `names` the fields on the way to it, indexes left out. */
export function mismatch(
  structs: readonly ObjectSchema[],
  names: readonly string[],
  schema: Schema,
  value: Json,
): NormaliseFailure {
  const into = intoType(schema);
  const struct = structs.at(-1);
  const path = fieldPath(structs[0], names);
  const field = struct === undefined ? `Go value` : `Go struct field ${bareName(struct)}.${path}`;
  return new NormaliseFailure(`json: cannot unmarshal ${kindOf(schema, value)} into ${field} of type ${into}`);
}

/** The names up to and including the innermost field: keys of maps are no fields. */
function fieldPath(root: ObjectSchema | undefined, names: readonly string[]): string {
  const fields: string[] = [];
  let schema: Schema | undefined = root;
  for (const name of names) {
    while (schema?.type === 'list') schema = schema.items;
    if (schema?.type === 'map') schema = schema.values;
    else if (schema?.type === 'object') {
      fields.push(name);
      schema = schema.byName.get(name)?.schema;
    }
  }
  return fields.join('.');
}

function kindOf(schema: Schema, value: Json): string {
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'object') return 'object';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'string') return 'string';
  const wantsNumber = schema.type === 'int32' || schema.type === 'int64' || schema.type === 'intOrString';
  return wantsNumber ? `number ${String(value)}` : 'number';
}

const bareName = (schema: ObjectSchema): string => schema.name?.slice(schema.name.lastIndexOf('.') + 1) ?? '';

/** As Go prints the type: `v1.ObjectMeta`, `[]string`, `map[string]string`. */
function intoType(schema: Schema): string {
  switch (schema.type) {
    case 'object':
      return schema.name?.split('.').slice(-2).join('.') ?? 'map[string]interface {}';
    case 'list':
      return `[]${intoType(schema.items)}`;
    case 'map':
      return schema.values.type === 'quantity' ? 'v1.ResourceList' : `map[string]${intoType(schema.values)}`;
    case 'boolean':
      return 'bool';
    case 'int32':
    case 'int64':
    case 'float64':
      return schema.type;
    case 'intOrString':
      return 'int32';
    case 'bytes':
      return '[]uint8';
    case 'quantity':
      return 'resource.Quantity';
    default:
      return 'string';
  }
}
