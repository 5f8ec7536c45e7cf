import { type Json, JsonFailure, parseJson, type SpelledNumber, textOf } from '#core/base';
import { badRequest, refusal, unsupportedMediaType } from '#core/machinery/status';
import type { Context } from '../context.ts';
import { readCborConfiguration } from '../encoding/cbor-body.ts';
import { typeName } from '../encoding/decode.ts';
import { mediaTypeOf, servesCbor } from '../encoding/media.ts';
import type { Yaml } from '../parts.ts';
import type { Kit } from './kit.ts';
import type { FieldValidation } from './options.ts';

export type PatchType = 'json' | 'merge' | 'strategic' | 'apply';

const TYPES: Readonly<Record<string, PatchType>> = {
  'application/json-patch+json': 'json',
  'application/merge-patch+json': 'merge',
  'application/strategic-merge-patch+json': 'strategic',
  'application/apply-patch+yaml': 'apply',
};

const APPLY_CBOR = 'application/apply-patch+cbor';

/** Throws a StatusError (415). */
export function patchTypeOf({ parts }: Kit, contentType: string, custom: boolean): PatchType {
  const sent = mediaTypeOf(contentType);
  const type = TYPES[sent];
  if (type === undefined && sent === APPLY_CBOR && servesCbor(parts.gates)) return 'apply';
  if (custom && (type === undefined || type === 'strategic')) {
    const accepted = Object.keys(TYPES).filter((one) => TYPES[one] !== 'strategic');
    if (servesCbor(parts.gates)) accepted.push(APPLY_CBOR);
    throw unsupportedMediaType(
      `the body of the request was in an unknown format - accepted media types include: ${accepted.join(', ')}`,
    );
  }
  if (type === undefined) {
    throw refusal('UnsupportedMediaType', '415: Unsupported Media Type', {});
  }
  return type;
}

/** A patch, and what is doubtful in it: `duplicate field "data.a"`. */
export interface SentPatch {
  readonly value: Json;
  readonly doubts: readonly string[];
  /** Of a merge patch: numbers in it that are no integers as they are written. */
  readonly spelled?: readonly SpelledNumber[];
}

/** Reads a patch. What an apply says twice is told at once. Throws a StatusError (400, 413). */
export async function readPatch(
  { parts, bodyLimit }: Kit,
  context: Context,
  type: PatchType,
  validation: FieldValidation,
): Promise<SentPatch> {
  const { body } = context;
  if (body.kind === 'value') return { value: body.value as Json, doubts: [] };
  const bytes = await body.read(bodyLimit);
  if (type === 'apply' && mediaTypeOf(body.contentType) === APPLY_CBOR)
    return { value: readCborConfiguration(bytes), doubts: [] };
  if (type === 'apply')
    return { value: await readConfiguration(parts.yaml, bytes, validation, context.warnings), doubts: [] };
  try {
    const { value, duplicates = [], spelled = [] } = parseJson(bytes);
    const what = type === 'json' ? 'json patch ' : '';
    const doubts = duplicates.map((path) => `${what}duplicate field ${JSON.stringify(path)}`);
    if (type === 'merge') return { value, doubts, spelled };
    return { value, doubts: type === 'json' ? [...unknownInOperations(value), ...doubts] : doubts };
  } catch (failure) {
    if (!(failure instanceof JsonFailure)) throw failure;
    // Nobody reads it strictly then, and what merges it says no more.
    if (type === 'merge' && validation === 'Ignore') throw badRequest('Invalid JSON Patch');
    throw badRequest(type === 'strategic' ? failure.message : `error decoding patch: ${failure.message}`);
  }
}

const OPERATION: ReadonlySet<string> = new Set(['op', 'path', 'from', 'value']);

function unknownInOperations(operations: Json): readonly string[] {
  if (!Array.isArray(operations)) return [];
  return (operations as readonly Json[]).flatMap((operation, index) =>
    Object.keys(typeof operation === 'object' ? (operation ?? {}) : {})
      .filter((name) => !OPERATION.has(name) && !Array.isArray(operation))
      .map((name) => `json patch unknown field ${JSON.stringify(`[${index}].${name}`)}`),
  );
}

/** `undefined` where it is no JSON; it may be YAML all the same. */
function asJson(bytes: Uint8Array): ReturnType<typeof parseJson> | undefined {
  try {
    return parseJson(bytes);
  } catch (failure) {
    if (failure instanceof JsonFailure) return undefined;
    throw failure;
  }
}

/** A configuration in YAML. JSON is YAML too, but its own parser is quicker; who says something twice is told where. */
async function readConfiguration(
  yaml: Yaml | undefined,
  bytes: Uint8Array,
  validation: FieldValidation,
  warnings: string[],
): Promise<Json> {
  let duplicates: readonly string[] = [];
  let value: Json;
  try {
    const json = yaml === undefined ? parseJson(bytes) : bytes[0] === 0x7b ? asJson(bytes) : undefined;
    const isWhole = yaml === undefined || (json !== undefined && json.duplicates === undefined);
    if (isWhole) value = json!.value;
    else {
      const document = await yaml.read(textOf(bytes));
      value = document.value as Json;
      duplicates = document.duplicates;
    }
  } catch (failure) {
    throw badRequest(`error decoding YAML: error converting YAML to JSON: ${(failure as Error).message}`);
  }
  if (typeof value !== 'object' || Array.isArray(value)) {
    const why = `json: cannot unmarshal ${typeName(value)} into Go value of type map[string]interface {}`;
    throw badRequest(`error decoding YAML: error unmarshaling JSON: while decoding JSON: ${why}`);
  }
  if (duplicates.length === 0 || validation === 'Ignore') return value;
  if (validation === 'Strict') {
    const lines = duplicates.map((one) => `\n  ${one}`).join('');
    throw badRequest(`error strict decoding YAML: error converting YAML to JSON: yaml: unmarshal errors:${lines}`);
  }
  warnings.push(...duplicates);
  return value;
}
