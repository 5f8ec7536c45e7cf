import { isObject, type Json, type JsonObject, type SpelledNumber } from '#core/base';
import { type CborDocument, CborFailure, decodeCbor, SELF_DESCRIBED } from '#core/machinery/cbor';
import { cborKind, type ObjectSchema, type Schema } from '#core/machinery/schema';
import { badRequest, type StatusError } from '#core/machinery/status';
import { cannotBeHandled, type Expected, unrecognized } from './expected.ts';

export interface CborBody {
  readonly value: JsonObject;
  readonly spelled: readonly SpelledNumber[];
}

/** Kind and version are read first, by themselves. */
const UNTOLD = 'unable to determine group/version/kind';

/**
 * Reads the body of an object in CBOR. Throws a StatusError (400), in words of the original.
 * Upstream: apimachinery/pkg/runtime/serializer/cbor/cbor.go.
 */
export function readCbor(bytes: Uint8Array, expected: Expected): CborBody {
  const { value, spelled } = documentOf(bytes, expected);
  // A custom resource says what it is; of a built-in kind it need not be said.
  const isCustom = expected.schema.structural === true;
  if (value === null && !isCustom) return { value: {}, spelled };
  if (!isObject(value) && value !== null) throw ofType(bytes, expected, value);
  const { kind, apiVersion } = value ?? {};
  for (const [field, given] of [['kind', kind] as const, ['apiVersion', apiVersion] as const]) {
    if (given === undefined || given === null || typeof given === 'string' || isCustom) continue;
    const what = `cbor: cannot unmarshal ${cborKind(given)} into Go struct field v1.TypeMeta.${field} of type string`;
    throw unread(expected, what, bytes);
  }
  const shown = () => (isSelfDescribed(bytes) ? `55799(${diagnosed(value)})` : diagnosed(value));
  if (isCustom && (typeof kind !== 'string' || kind === ''))
    throw unrecognized(expected, `Object 'Kind' is missing in '${shown()}'`, bytes);
  if (isCustom && (typeof apiVersion !== 'string' || apiVersion === '')) {
    const refused = cannotBeHandled({ ...expected, version: '' });
    throw badRequest(`${refused}: Object 'apiVersion' is missing in '${shown()}'`);
  }
  return { value: value!, spelled };
}

/** What an apply sends. Throws a StatusError (400). Upstream: apiserver/pkg/endpoints/handlers/patch.go. */
export function readCborConfiguration(bytes: Uint8Array): JsonObject | null {
  try {
    const { value } = decodeCbor(bytes);
    if (value === null || isObject(value)) return value;
    throw new CborFailure(`cbor: cannot unmarshal ${cborKind(value)} into Go value of type map[string]interface {}`);
  } catch (failure) {
    if (failure instanceof CborFailure) throw badRequest(`error decoding YAML: ${failure.message}`);
    throw failure;
  }
}

/**
 * What is said of fields that nobody knows: of the first one, its place in its map. Custom resources drop theirs without a word,
 * as they do in the original.
 */
export function unknownInCbor(schema: ObjectSchema, value: Json): readonly string[] {
  if (schema.structural === true) return [];
  const index = firstUnknown(schema, value);
  return index === undefined ? [] : [`cbor: found unknown field at map element index ${index}`];
}

function firstUnknown(schema: Schema | undefined, value: Json): number | undefined {
  if (typeof value !== 'object' || value === null || schema === undefined) return undefined;
  if (Array.isArray(value)) {
    const within = schema.type === 'list' ? schema.items : undefined;
    return first(value as readonly Json[], (item) => firstUnknown(within, item));
  }
  return first(Object.entries(value as JsonObject), ([name, one], index) => {
    if (schema.type !== 'object') return firstUnknown(schema.type === 'map' ? schema.values : undefined, one);
    const field = schema.byName.get(name);
    return field === undefined && schema.preserveUnknown !== true ? index : firstUnknown(field?.schema, one);
  });
}

function first<T>(values: readonly T[], of: (value: T, index: number) => number | undefined): number | undefined {
  for (const [index, value] of values.entries()) {
    const found = of(value, index);
    if (found !== undefined) return found;
  }
  return undefined;
}

function documentOf(bytes: Uint8Array, expected: Expected): CborDocument {
  try {
    return decodeCbor(bytes);
  } catch (failure) {
    if (!(failure instanceof CborFailure)) throw failure;
    if (failure.isWhole) throw unread(expected, failure.message, bytes);
    throw badRequest(`${cannotBeHandled(expected)}: ${failure.message}`);
  }
}

/** The options of a deletion are read by another way. */
const unread = (expected: Expected, why: string, bytes: Uint8Array): StatusError =>
  expected.anyGroup === true ? badRequest(`${UNTOLD}: ${why}`) : unrecognized(expected, `${UNTOLD}: ${why}`, bytes);

function ofType(bytes: Uint8Array, expected: Expected, value: Json): StatusError {
  const why = Array.isArray(value) ? ' (cannot decode CBOR array to struct without toarray option)' : '';
  return unread(expected, `cbor: cannot unmarshal ${cborKind(value)} into Go value of type v1.TypeMeta${why}`, bytes);
}

const isSelfDescribed = (bytes: Uint8Array): boolean => SELF_DESCRIBED.every((byte, at) => bytes[at] === byte);

/** The document for people, as RFC 8949 has it; its texts as the byte strings that they are for whoever sends objects. */
function diagnosed(value: Json): string {
  if (typeof value === 'string')
    return `'${JSON.stringify(value)
      .slice(1, -1)
      .replaceAll("'", String.raw`\'`)}'`;
  if (typeof value !== 'object' || value === null) return String(value);
  if (Array.isArray(value)) return `[${(value as readonly Json[]).map(diagnosed).join(', ')}]`;
  const fields = Object.entries(value as JsonObject).map(([name, one]) => `${diagnosed(name)}: ${diagnosed(one)}`);
  return `{${fields.join(', ')}}`;
}
