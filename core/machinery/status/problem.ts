import { doubleText } from '#core/machinery/values';

/** What is wrong with a field. Validators return lists of these; one constructor a reason. Upstream: apimachinery/pkg/util/validation/field/errors.go. */
export interface Problem {
  readonly reason:
    | 'FieldValueNotFound'
    | 'FieldValueRequired'
    | 'FieldValueDuplicate'
    | 'FieldValueInvalid'
    | 'FieldValueNotSupported'
    | 'FieldValueForbidden'
    | 'FieldValueTooLong'
    | 'FieldValueTooMany'
    | 'FieldValueTypeInvalid'
    | 'InternalError';
  /** As users write it: `spec.containers[0].image`, `metadata.labels`. */
  readonly path: string;
  /** Everything after the path: `Invalid value: "x": must be ...`. */
  readonly message: string;
}

/** Prints a value the way Go's `%#v`-flavoured messages do for strings, numbers, booleans and whole objects (as JSON). */
export function show(value: unknown): string {
  if (value === undefined || value === null) return 'null';
  if (typeof value === 'object') {
    const json = JSON.stringify(value, (_, v) => (typeof v === 'bigint' ? Number(v) : v));
    return json.replaceAll(/[<>&\u2028\u2029]/g, escaped);
  }
  if (typeof value === 'number' && !isInt64(value)) return doubleText(value);
  return typeof value === 'string' ? quoted(value) : String(value);
}

const isInt64 = (value: number): boolean => Number.isInteger(value) && Math.abs(value) < 2 ** 63;

/** Within JSON Go writes these by number, so that it may stand in a page. */
const escaped = (character: string): string => `\\u${character.codePointAt(0)!.toString(16).padStart(4, '0')}`;

/** Go writes the control characters that have no letter of their own by two digits. */
function quoted(text: string): string {
  const json = JSON.stringify(text);
  if (!json.includes('\\u00')) return json;
  return json.replaceAll(
    /(?<!\\)((?:\\\\)*)\\u00([0-1][0-9a-f])/g,
    (_, before: string, code: string) => `${before}\\${code === '07' ? 'a' : code === '0b' ? 'v' : `x${code}`}`,
  );
}

const detailed = (kind: string, detail: string) => (detail === '' ? kind : `${kind}: ${detail}`);

export const required = (path: string, detail = ''): Problem => ({
  reason: 'FieldValueRequired',
  path,
  message: detailed('Required value', detail),
});
export const invalid = (path: string, value: unknown, detail: string): Problem => ({
  reason: 'FieldValueInvalid',
  path,
  message: detailed(`Invalid value: ${show(value)}`, detail),
});
export const typeInvalid = (path: string, value: unknown, detail: string): Problem => ({
  reason: 'FieldValueTypeInvalid',
  path,
  message: detailed(`Invalid value: ${show(value)}`, detail),
});
/** What a check could not make out; the refusal as a whole is a 422 all the same. */
export const internalField = (path: string, detail: string): Problem => ({
  reason: 'InternalError',
  path,
  message: `Internal error: ${detail}`,
});
export const duplicate = (path: string, value: unknown): Problem => ({
  reason: 'FieldValueDuplicate',
  path,
  message: `Duplicate value: ${show(value)}`,
});
export const notFoundValue = (path: string, value: unknown): Problem => ({
  reason: 'FieldValueNotFound',
  path,
  message: `Not found: ${show(value)}`,
});
export const forbiddenField = (path: string, detail: string): Problem => ({
  reason: 'FieldValueForbidden',
  path,
  message: detailed('Forbidden', detail),
});
export const notSupported = (path: string, value: unknown, supported: readonly string[]): Problem => ({
  reason: 'FieldValueNotSupported',
  path,
  message: detailed(
    `Unsupported value: ${show(value)}`,
    supported.length === 0 ? '' : `supported values: ${supported.map((one) => JSON.stringify(one)).join(', ')}`,
  ),
});
export const tooLong = (path: string, maxBytes: number): Problem => ({
  reason: 'FieldValueTooLong',
  path,
  message: `Too long: may not be more than ${maxBytes} ${maxBytes === 1 ? 'byte' : 'bytes'}`,
});
export const tooMany = (path: string, count: number, max: number): Problem => ({
  reason: 'FieldValueTooMany',
  path,
  message: `Too many: ${count}: must have at most ${max} ${max === 1 ? 'item' : 'items'}`,
});
