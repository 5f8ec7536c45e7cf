import type { Json } from '#core/base';
import type { Field, ObjectSchema, Schema } from './model.ts';

/**
 * A value that cannot be what its field must be. The message is the one that follows `Pod in version "v1" cannot be handled
 * as a Pod: ` in the answer (a 400).
 */
export class NormaliseFailure extends Error {
  /** How a value that was read already is refused: the original converts what a strategic patch made, it does not parse it. */
  readonly ofConversion: string;
  /** How it is refused in CBOR, whose decoder names no field but the outermost. */
  readonly ofCbor: string;

  constructor(message: string, ofConversion: string = message, ofCbor: string = message) {
    super(message);
    this.name = 'NormaliseFailure';
    this.ofConversion = ofConversion;
    this.ofCbor = ofCbor;
  }
}

/** Of a list that stands for bytes; null leaves a zero. */
export const isOctet = (item: Json): boolean =>
  item === null || (typeof item === 'number' && Number.isInteger(item) && item >= 0 && item < 256);

/** `structs` are the structs that hold the field, outermost first; `names` the fields on the way to it, indexes left out. */
export function mismatch(
  structs: readonly ObjectSchema[],
  names: readonly string[],
  schema: Schema,
  value: Json,
): NormaliseFailure {
  const struct = structs.at(-1);
  const { path, innermost } = fieldPath(structs[0], names);
  if (schema.type === 'bytes' && Array.isArray(value)) {
    const octet = (value as readonly Json[]).find((item) => !isOctet(item))!;
    const given = typeof octet === 'number' ? `number ${octet}` : kindOf(schema, octet);
    const message = `json: cannot unmarshal ${given} into Go struct field ${bareName(structs.at(-1)!)}.${path} of type uint8`;
    return new NormaliseFailure(message, typeof octet === 'number' ? message : 'unrecognized type: uint8');
  }
  const into = goTypeWithin(innermost, schema) ?? intoType(schema);
  const field = struct === undefined ? `Go value` : `Go struct field ${bareName(struct)}.${path}`;
  const message = `json: cannot unmarshal ${kindOf(schema, value)} into ${field} of type ${into}`;
  return new NormaliseFailure(message, conversion(schema, value), inCbor(structs[0], names[0], into, value));
}

/** Upstream: github.com/fxamacker/cbor/v2 decode.go (UnmarshalTypeError). */
function inCbor(root: ObjectSchema | undefined, field: string | undefined, into: string, value: Json): string {
  const place = root === undefined || field === undefined ? 'Go value' : `Go struct field ${intoType(root)}.${field}`;
  const isWhole = typeof value === 'bigint' || Number.isInteger(value);
  const why =
    isWhole && into === 'int32'
      ? ` (${String(value)} overflows int32)`
      : Array.isArray(value) && /^\w+\.\w/.test(into)
        ? ' (cannot decode CBOR array to struct without toarray option)'
        : '';
  return `cbor: cannot unmarshal ${cborKind(value)} into ${place} of type ${into}${why}`;
}

/** What a value was in CBOR: a text counts as the byte string that it mostly is. */
export function cborKind(value: Json): string {
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'string') return 'byte string';
  if (typeof value === 'bigint' || Number.isInteger(value))
    return (value as number | bigint) < 0 ? 'negative integer' : 'positive integer';
  return typeof value === 'object' && value !== null ? 'map' : 'primitives';
}

/** Upstream: apimachinery/pkg/runtime/converter.go. */
function conversion(schema: Schema, value: Json): string {
  const given = valueKind(value);
  switch (schema.type) {
    case 'object':
      return `cannot restore struct from: ${given}`;
    case 'list':
    case 'bytes':
      return `cannot restore slice from ${given}`;
    case 'map':
      return `cannot restore map from ${given}`;
    case 'string':
      return given === 'int64' ? 'cannot convert int64 to string' : 'unrecognized type: string';
    case 'int32':
    case 'int64':
      return given === 'float64' ? `cannot convert float64 to ${schema.type}` : `unrecognized type: ${schema.type}`;
    case 'float64':
      return `unrecognized type: ${schema.type}`;
    case 'boolean':
      return 'unrecognized type: bool';
    default:
      return `json: cannot unmarshal ${kindOf(schema, value)} into Go value of type ${intoType(schema)}`;
  }
}

function valueKind(value: Json): string {
  if (Array.isArray(value)) return 'slice';
  if (typeof value === 'object') return 'map';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'string') return 'string';
  return typeof value === 'bigint' || Number.isInteger(value) ? 'int64' : 'float64';
}

/** The names up to and including the innermost field, what Go embeds named too: keys of maps are no fields. */
function fieldPath(
  root: ObjectSchema | undefined,
  names: readonly string[],
): { readonly path: string; readonly innermost: Field | undefined } {
  const fields: string[] = [];
  let schema: Schema | undefined = root;
  let innermost: Field | undefined;
  for (const name of names) {
    while (schema?.type === 'list') schema = schema.items;
    if (schema?.type === 'map') schema = schema.values;
    else if (schema?.type === 'object') {
      innermost = schema.byName.get(name);
      fields.push(...(innermost?.embedded ?? []), name);
      schema = innermost?.schema;
    }
  }
  return { path: fields.join('.'), innermost };
}

/** The named type of the field, or of what lies in its list or map, where the value is that. */
function goTypeWithin(field: Field | undefined, schema: Schema): string | undefined {
  let type = field?.goType;
  let within: Schema | undefined = field?.schema;
  while (type !== undefined && within !== undefined && within !== schema) {
    const inner: string = type.replace(/^(\[\]|map\[[^\]]*\])\*?/, '');
    if (inner === type || (within.type !== 'list' && within.type !== 'map')) return undefined;
    within = within.type === 'list' ? within.items : within.values;
    type = inner;
  }
  return within === schema && type !== undefined && /[A-Z]/.test(type) ? type : undefined;
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
