import type { JSONSchemaProps } from '#core/api/types';
import { type Json, sameJson, stringify } from '#core/base';
import type { Tools } from '#core/machinery/cel/evaluate';
import { invalid, notSupported, type Problem, tooLong, typeInvalid } from '#core/machinery/status';
import { textFormats } from './text-formats.ts';

export type Type = 'array' | 'boolean' | 'integer' | 'null' | 'number' | 'object' | 'string';

/** What a JSON value is in the words of JSON schema. */
export function typeOf(value: Json): Type {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'bigint') return 'integer';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value as 'boolean' | 'object' | 'string';
}

export const typesOf = (schema: JSONSchemaProps): readonly string[] =>
  schema['x-kubernetes-int-or-string'] === true ? ['integer', 'string'] : schema.type ? [schema.type] : [];

const FORMATS: Readonly<Record<string, readonly string[]>> = {
  integer: ['int32', 'int64'],
  number: ['float', 'double'],
};

/** The format, if it is one that is checked. */
function formatOf(schema: JSONSchemaProps): string {
  const { format = '' } = schema;
  const types = typesOf(schema);
  const type = types.length === 1 ? types[0]! : '';
  if (type === '' || type === 'string') return Object.hasOwn(textFormats, format.replaceAll('-', '')) ? format : '';
  return FORMATS[type]?.includes(format) === true ? format : '';
}

/** As refusals name a place: that of the object itself is empty. */
export const placeOf = (path: string): string => (path.startsWith('.') ? path.slice(1) : path);

/** What is wrong with the type of a value. Upstream: kube-openapi/pkg/validation/validate/type.go. */
export function typeProblem(schema: JSONSchemaProps, value: Json, path: string): Problem | undefined {
  const types = typesOf(schema);
  const wrong = (wanted: string, given: string) =>
    typeInvalid(placeOf(path), given, `${path} in body must be of type ${wanted}: ${JSON.stringify(given)}`);
  const type = typeOf(value);
  if (type === 'null') {
    return types.length > 0 && schema.nullable !== true ? wrong(types.join(','), 'null') : undefined;
  }
  const fits = types.includes(type) || (type === 'integer' && types.includes('number'));
  const format = formatOf(schema);
  const isNumeric = types.includes('number') || types.includes('integer');
  const isText = type === 'string' || type === 'array';
  if (!isNumeric && format !== '' && isText) return undefined;
  if (types.length === 0 && format === '') return undefined;
  if (fits) return undefined;
  if (!isText && format !== '') return wrong(format, goFormat(type));
  return wrong(types.join(','), type);
}

/** The format that Go's own types stand for. */
const goFormat = (type: Type): string => (type === 'integer' ? 'int64' : type === 'number' ? 'float64' : '');

/** Only one thing is told of a text. */
export function textProblem(
  schema: JSONSchemaProps,
  text: string,
  path: string,
  { pattern }: Tools,
): Problem | undefined {
  const { minLength, maxLength } = schema;
  const place = placeOf(path);
  const length = minLength === undefined && maxLength === undefined ? 0 : [...text].length;
  if (maxLength !== undefined && length > maxLength) return tooLong(place, maxLength);
  if (minLength !== undefined && length < minLength) {
    return invalid(place, text, `${path} in body should be at least ${minLength} chars long`);
  }
  if (!schema.pattern) return undefined;
  let wanted = schema.pattern;
  try {
    if (pattern(wanted).test(text)) return undefined;
  } catch (failure) {
    wanted = `${wanted}, but pattern is invalid: ${(failure as Error).message}`;
  }
  return invalid(place, text, `${path} in body should match '${wanted}'`);
}

export function formatProblem(schema: JSONSchemaProps, text: string, path: string): Problem | undefined {
  const format = formatOf(schema);
  const check = textFormats[format.replaceAll('-', '')];
  if (check === undefined || check(text)) return undefined;
  return typeInvalid(placeOf(path), text, `${path} in body must be of type ${format}: ${JSON.stringify(text)}`);
}

/** Bounds are compared as the numbers that they are, whatever type holds them. */
export function numberProblems(schema: JSONSchemaProps, value: number | bigint, path: string): readonly Problem[] {
  const { maximum, minimum, multipleOf, exclusiveMaximum, exclusiveMinimum, type } = schema;
  const problems: Problem[] = [];
  const place = placeOf(path);
  const told = (detail: string) => problems.push(invalid(place, value, `${path} in body should be ${detail}`));
  const unfit = type === 'integer' ? misfit(formatOf(schema), value) : undefined;
  if (unfit !== undefined)
    problems.push(invalid('<nil>', '', `Checked value must be of type integer ${unfit} in ${path}`));
  if (multipleOf !== undefined && !Number.isInteger(quotient(Number(value), multipleOf))) {
    told(`a multiple of ${multipleOf}`);
  }
  if (minimum !== undefined && (exclusiveMinimum === true ? value <= minimum : value < minimum)) {
    told(`greater than ${exclusiveMinimum === true ? '' : 'or equal to '}${minimum}`);
  }
  if (maximum !== undefined && (exclusiveMaximum === true ? value >= maximum : value > maximum)) {
    told(`less than ${exclusiveMaximum === true ? '' : 'or equal to '}${maximum}`);
  }
  return problems;
}

/** What an integer must be and is not. */
function misfit(format: string, value: number | bigint): string | undefined {
  const bits = format === 'int32' ? 31n : 63n;
  const fits =
    (typeof value === 'bigint' || Number.isInteger(value)) &&
    BigInt.asIntN(Number(bits) + 1, BigInt(value)) === BigInt(value);
  if (fits) return undefined;
  return format === '' ? '(default format)' : `with format ${format}`;
}

const quotient = (value: number, factor: number): number => (factor < 1 ? (1 / factor) * value : value / factor);

export function enumProblem(schema: JSONSchemaProps, value: Json, path: string): Problem | undefined {
  const values = (schema.enum ?? []) as readonly Json[];
  if (values.length === 0 || (value !== null && values.some((one) => sameJson(one, value)))) return undefined;
  return notSupported(
    placeOf(path),
    value,
    values.map((one) => (typeof one === 'string' ? one : stringify(one))),
  );
}
