import { builtInSchemas } from '#core/api/definition';
import {
  isObject,
  type Json,
  JsonFailure,
  type JsonObject,
  type Members,
  parseJson,
  type PartsRead,
  type SpelledNumber,
  textOf,
} from '#core/base';
import { apiVersionOf, parseApiVersion } from '#core/machinery/object';
import { decodeProto, isEnvelope, openEnvelope } from '#core/machinery/protobuf';
import { NormaliseFailure, normalise, spelledWrongly } from '#core/machinery/schema';
import { badRequest, invalid, invalidObject, type StatusError, unsupportedMediaType } from '#core/machinery/status';
import type { Body } from '../context.ts';
import type { Yaml } from '../parts.ts';
import type { FieldValidation } from '../verbs/options.ts';
import { readCbor, unknownInCbor } from './cbor-body.ts';
import { cannotBeHandled, type Expected, unrecognized } from './expected.ts';
import type { FamiliarMembers } from './familiar.ts';
import { CONTENT_TYPES, type Format, mediaTypeOf, servesCbor } from './media.ts';
import { joinRepeats } from './repeats.ts';

export interface DecodeParts {
  readonly parts: { readonly yaml?: Yaml | undefined; readonly gates: { enabled(gate: string): boolean } };
  /** Bytes of a body at most. */
  readonly bodyLimit: number;
  readonly familiar: FamiliarMembers;
}

/** A decoded body: complete with kind and apiVersion, fields in the schema's order, unknown ones gone. */
export interface Decoded {
  readonly object: JsonObject;
  /** Whether it holds empty lists, maps or bytes (`Form` in core/machinery/schema), which go when it is stored. */
  readonly hollow: boolean;
  /** What is doubtful about it: `unknown field "foo"`, `duplicate field "data.a"`. */
  readonly doubts: readonly string[];
  /** What YAML says twice (`line 4: key "a" already set in map`). */
  readonly lines?: readonly string[];
}

/** Media types in which an object may be sent. Throws a StatusError (415). */
function bodyFormat(contentType: string, custom: boolean, { yaml, gates }: DecodeParts['parts']): Format {
  const type = mediaTypeOf(contentType);
  if (type === '' || type === CONTENT_TYPES.json) return 'json';
  if (type === CONTENT_TYPES.yaml && yaml !== undefined) return 'yaml';
  if (type === CONTENT_TYPES.protobuf && !custom) return 'protobuf';
  const isCborServed = servesCbor(gates);
  if (type === CONTENT_TYPES.cbor && isCborServed) return 'cbor';
  const accepted = [
    CONTENT_TYPES.json,
    ...(yaml === undefined ? [] : [CONTENT_TYPES.yaml]),
    ...(custom && !isCborServed ? [] : [CONTENT_TYPES.protobuf]),
    ...(isCborServed ? [CONTENT_TYPES.cbor] : []),
  ];
  throw unsupportedMediaType(
    `the body of the request was in an unknown format - accepted media types include: ${accepted.join(', ')}`,
  );
}

/** Reads an object of the expected kind. Throws a StatusError (400, 413, 415). */
export async function decodeObject(
  { parts, bodyLimit, familiar }: DecodeParts,
  body: Body,
  expected: Expected,
  custom: boolean,
): Promise<Decoded> {
  if (body.kind === 'value') return normalised(checkedType(body.value as JsonObject, expected), expected);
  const format = bodyFormat(body.contentType, custom, parts);
  const bytes = await body.read(bodyLimit);
  if (format === 'protobuf') return decodeProtobuf(bytes, expected);
  if (format === 'cbor') return decodeCborBody(bytes, expected);
  if (format === 'yaml') {
    const { value, lines } = await parseYaml(parts.yaml!, bytes, expected);
    const { doubts, ...decoded } = normalised(checkedType(value, expected), expected);
    // It becomes JSON before it is read, with its keys in order.
    return { ...decoded, doubts: doubts.toSorted(), lines };
  }
  const { schema } = expected;
  const read: ReadBody = parseBody(bytes, expected, familiar.of(schema));
  const { value, duplicates, earlier, spelled, fresh = [], known } = read;
  for (const one of earlier) normalised(one, expected);
  const decoded = normalised(checkedType(value, expected), expected, { duplicates, spelled, known });
  if (fresh.length > 0 && decoded.doubts.length === 0 && !decoded.hollow)
    familiar.keep(schema, fresh, value, decoded.object);
  return decoded;
}

/** Doubts become an error, warnings, or nothing. Throws a StatusError (400). */
export function settleDoubts(
  { doubts, lines = [] }: Decoded,
  validation: FieldValidation,
  expected: Expected,
  warnings: string[],
): void {
  if ((doubts.length === 0 && lines.length === 0) || validation === 'Ignore') return;
  if (validation === 'Strict') {
    const twice = lines.length === 0 ? [] : [`yaml: unmarshal errors:\n  ${lines.join('\n  ')}`];
    throw badRequest(`${cannotBeHandled(expected)}: strict decoding error: ${[...twice, ...doubts].join(', ')}`);
  }
  warnings.push(...lines, ...doubts);
}

function decodeProtobuf(bytes: Uint8Array, expected: Expected): Decoded {
  if (!isEnvelope(bytes)) {
    const why = 'provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]';
    throw unrecognized(expected, why, bytes);
  }
  const { apiVersion, kind, message } = openEnvelope(bytes);
  const own = apiVersionOf(expected.group, expected.version);
  const type = { apiVersion: apiVersion === '' ? own : apiVersion, kind: kind === '' ? expected.kind : kind };
  checkedType(type, expected);
  return { object: decodeProto(expected.schema, message, type), hollow: false, doubts: [] };
}

function decodeCborBody(bytes: Uint8Array, expected: Expected): Decoded {
  const { value, spelled } = readCbor(bytes, expected);
  // Custom resources become JSON on their way.
  const words = expected.schema.structural === true ? 'message' : 'ofCbor';
  const decoded = normalised(checkedType(value, expected), expected, { spelled, words });
  return decoded.doubts.length === 0 ? decoded : { ...decoded, doubts: unknownInCbor(expected.schema, value) };
}

interface ReadBody extends PartsRead {
  readonly value: JsonObject;
  readonly duplicates: readonly string[];
  readonly earlier: readonly JsonObject[];
  readonly spelled?: readonly SpelledNumber[] | undefined;
}

function parseBody(bytes: Uint8Array, expected: Expected, members: Members): ReadBody {
  try {
    const { value: read, repeats = [], spelled, known, fresh } = parseJson(bytes, undefined, members);
    // As Go reads it, null is an object of which nothing is said.
    const parsed = read === null ? {} : read;
    if (!isObject(parsed)) throw new JsonFailure(notAnObject(parsed));
    const { value, doubtful: duplicates, earlier } = joinRepeats(expected.schema, parsed, repeats);
    for (const field of ['apiVersion', 'kind'] as const) {
      const given = value[field] ?? '';
      if (typeof given !== 'string') throw new JsonFailure(notAText(given, field));
    }
    const { apiVersion } = value;
    if (typeof apiVersion === 'string' && apiVersion.split('/').length > 2) {
      throw unrecognized(expected, `unexpected GroupVersion string: ${apiVersion}`, bytes);
    }
    return { value, duplicates, earlier, spelled, known, fresh };
  } catch (failure) {
    if (!(failure instanceof JsonFailure)) throw failure;
    const failed = `couldn't get version/kind; json parse error: ${failure.message}`;
    // The options of a deletion are read by another way.
    if (expected.anyGroup === true) throw badRequest(failed);
    throw unrecognized(expected, failed, bytes);
  }
}

async function parseYaml(
  yaml: Yaml,
  bytes: Uint8Array,
  expected: Expected,
): Promise<{ value: JsonObject; lines: readonly string[] }> {
  let lines: readonly string[];
  let value: Json;
  try {
    const document = await yaml.read(textOf(bytes));
    value = document.value as Json;
    lines = document.duplicates;
  } catch (failure) {
    throw unrecognized(expected, `couldn't get version/kind; yaml parse error: ${(failure as Error).message}`, bytes);
  }
  if (!isObject(value))
    throw badRequest(`the object provided is unrecognized (must be of type ${expected.kind}): ${notAnObject(value)}`);
  return { value, lines };
}

function notAnObject(value: Json): string {
  return `json: cannot unmarshal ${typeName(value)} into Go value of type struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }`;
}

/** What a JSON value is, in the words of Go's decoder. */
export const typeName = (value: Json): string =>
  Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value === 'boolean' ? 'bool' : typeof value;

/** Why a value is no kind or apiVersion: the original reads those two before all else. */
export const notAText = (value: Json, field: 'kind' | 'apiVersion'): string =>
  `json: cannot unmarshal ${typeName(value)} into Go struct field .${field} of type string`;

/** A kind that nothing knows, in the original's words, the place in its source included. */
export const unregistered = (kind: string, apiVersion: string): string =>
  `no kind ${JSON.stringify(kind)} is registered for version ${JSON.stringify(apiVersion)} in scheme "pkg/runtime/scheme.go:111"`;

/** Objects of another kind are refused in words of the original's converter, which knows kinds by their Go packages. */
export function unknownConversion(
  kind: string,
  apiVersion: string,
  expected: { readonly group: string; readonly kind: string },
): string {
  const home = expected.group === '' ? 'core' : expected.group.split('.', 1)[0];
  return `converting (${parseApiVersion(apiVersion).version}.${kind}) to (${home}.${expected.kind}): unknown conversion`;
}

/** The object with kind and apiVersion, which may be left out. Throws a StatusError (400) where they are others. */
function checkedType(value: JsonObject, expected: Expected): JsonObject {
  const own = apiVersionOf(expected.group, expected.version);
  const { kind: sentKind, apiVersion: sentVersion } = value as {
    readonly kind?: unknown;
    readonly apiVersion?: unknown;
  };
  const [kind, apiVersion] = [sentKind ?? '', sentVersion ?? ''];
  if (typeof kind !== 'string' || typeof apiVersion !== 'string') {
    throw badRequest(`${cannotBeHandled(expected)}: kind and apiVersion must be strings`);
  }
  const givenKind = kind === '' ? expected.kind : kind;
  const givenVersion = apiVersion === '' ? own : apiVersion;
  if (
    givenKind === expected.kind &&
    (givenVersion === own || expected.anyGroup === true || expected.also?.includes(givenVersion) === true)
  ) {
    return kind === '' || apiVersion === '' ? { ...value, kind: givenKind, apiVersion: givenVersion } : value;
  }
  if (expected.schema.structural === true) throw notOfKind(value, givenKind, givenVersion, expected);
  const { group, version } = parseApiVersion(givenVersion);
  const told = { ...expected, version };
  if (builtInSchemas.kind(group, version, givenKind) === undefined)
    throw badRequest(`${cannotBeHandled(told, givenKind)}: ${unregistered(givenKind, givenVersion)}`);
  if (givenKind === expected.kind && group === expected.group) {
    throw badRequest(`the API version in the data (${givenVersion}) does not match the expected API version (${own})`);
  }
  throw badRequest(`${cannotBeHandled(told, givenKind)}: ${unknownConversion(givenKind, givenVersion, expected)}`);
}

/** Custom resources are read whatever they are called, and then judged. */
function notOfKind(value: JsonObject, kind: string, apiVersion: string, expected: Expected): StatusError {
  const own = apiVersionOf(expected.group, expected.version);
  if (apiVersion !== own)
    return badRequest(`the API version in the data (${apiVersion}) does not match the expected API version (${own})`);
  const { name } = (isObject(value['metadata'] ?? null) ? value['metadata'] : {}) as { readonly name?: unknown };
  const of = { group: expected.group, resource: kind, name: typeof name === 'string' ? name : '' };
  return invalidObject(of, [invalid('kind', kind, `must be ${expected.kind}`)]);
}

/** Unknown and duplicate fields in the order in which they stand in the document. */
function doubtsOf(value: JsonObject, unknown: readonly string[], duplicates: readonly string[]): readonly string[] {
  const doubts = [
    ...unknown.map((path) => ({ path, text: `unknown field ${JSON.stringify(path)}` })),
    ...duplicates.map((path) => ({ path, text: `duplicate field ${JSON.stringify(path)}` })),
  ];
  if (unknown.length > 0 && duplicates.length > 0) {
    const places = new Map<string, number>();
    note(value, '', places);
    doubts.sort((left, right) => (places.get(left.path) ?? 0) - (places.get(right.path) ?? 0));
  }
  return doubts.map(({ text }) => text);
}

/** Numbers all paths of a value. */
function note(value: Json, path: string, places: Map<string, number>): void {
  places.set(path, places.size);
  if (Array.isArray(value)) value.forEach((item: Json, i) => note(item, `${path}[${i}]`, places));
  else if (isObject(value))
    for (const [name, one] of Object.entries(value)) note(one, path === '' ? name : `${path}.${name}`, places);
}

/** What is known of a value beside itself. */
interface Reading extends Partial<Pick<ReadBody, 'duplicates' | 'spelled' | 'known'>> {
  /** Which words a refusal takes. */
  readonly words?: 'message' | 'ofCbor';
}

function normalised(value: JsonObject, expected: Expected, reading: Reading = {}): Decoded {
  const { duplicates = [], spelled = [], known, words = 'message' } = reading;
  try {
    const wrong = spelled.length === 0 ? undefined : spelledWrongly(expected.schema, spelled);
    if (wrong !== undefined) throw wrong;
    const { value: object, unknown, hollow } = normalise(expected.schema, value, 'given', 'document', known);
    return { object, hollow, doubts: doubtsOf(value, unknown, duplicates) };
  } catch (failure) {
    if (!(failure instanceof NormaliseFailure)) throw failure;
    throw badRequest(`${cannotBeHandled(expected)}: ${failure[words]}`);
  }
}
