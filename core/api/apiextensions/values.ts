import type { JSONSchemaProps } from '#core/api/types';
import { type Json, type JsonObject, sameJson, stringify } from '#core/base';
import { invalid, notSupported, type Problem, required, tooLong, tooMany, typeInvalid } from '#core/machinery/status';
import { extraOf, itemsOf } from './structural.ts';

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isNumber = (value: Json): value is number | bigint => typeof value === 'number' || typeof value === 'bigint';
const isWhole = (value: number | bigint): boolean => typeof value === 'bigint' || Number.isInteger(value);

/** What a value is, in the words of schemas. */
function typeOf(value: Json): string {
  if (Array.isArray(value)) return 'array';
  if (value === null) return 'null';
  if (isNumber(value)) return isWhole(value) ? 'integer' : 'number';
  return typeof value;
}

/** As Go's `%v` prints a float. */
function goFloat(value: number): string {
  const [digits, exponent] = value.toExponential().split('e') as [string, string];
  const power = Number(exponent);
  if (power >= -4 && power < 6) return String(value);
  return `${digits}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
}

/** Of one value and what is in it; `name` is its place in the whole (`.a.b`), of which `path` tells. */
interface Place {
  readonly path: string;
  readonly name: string;
  readonly problems: Problem[];
}

const at = ({ path, name }: Place): string => `${path}${name}`;
const says = ({ name }: Place, what: string): string => `${name.replace(/^\./, '')} in body ${what}`;
const within = (place: Place, step: string): Place => ({ ...place, name: `${place.name}${step}` });

function numberProblems(schema: JSONSchemaProps, value: number | bigint, place: Place): void {
  const refuse = (what: string) => place.problems.push(invalid(at(place), value, says(place, what)));
  const bounds = [
    ['minimum', 'Minimum', schema.exclusiveMinimum, 'greater', (bound: number) => value > bound],
    ['maximum', 'Maximum', schema.exclusiveMaximum, 'less', (bound: number) => value < bound],
  ] as const;
  for (const [field, title, exclusive, word, isWithin] of bounds) {
    const bound = schema[field];
    if (bound === undefined) continue;
    const isInteger = schema.type === 'integer' && Math.abs(bound) < 2 ** 63 && Number.isInteger(bound);
    if (schema.type === 'integer' && !isInteger) {
      const what = `${title} boundary value must be of type integer (default format) in `;
      place.problems.push(invalid(at(place), '', what));
    }
    const shown = isInteger ? String(bound) : goFloat(bound);
    if (exclusive === true ? !isWithin(bound) : !isWithin(bound) && Number(value) !== bound)
      refuse(`should be ${word} than ${exclusive === true ? '' : 'or equal to '}${shown}`);
  }
  const { multipleOf } = schema;
  if (multipleOf !== undefined && multipleOf > 0 && !Number.isInteger(Number(value) / multipleOf))
    refuse(`should be a multiple of ${goFloat(multipleOf)}`);
}

function textProblems({ minLength, maxLength }: JSONSchemaProps, value: string, place: Place): void {
  const length = [...value].length;
  if (maxLength !== undefined && length > maxLength) place.problems.push(tooLong(at(place), maxLength));
  if (minLength !== undefined && length < minLength) {
    const what = says(place, `should be at least ${minLength} chars long`);
    place.problems.push(invalid(at(place), value, what));
  }
}

function listProblems(schema: JSONSchemaProps, value: readonly Json[], place: Place): void {
  const { minItems, maxItems } = schema;
  const items = itemsOf(schema);
  if (items !== undefined) value.forEach((item, i) => valueProblems(items, item, within(place, `[${i}]`)));
  if (maxItems !== undefined && value.length > maxItems)
    place.problems.push(tooMany(at(place), value.length, maxItems));
  if (minItems !== undefined && value.length < minItems) {
    const what = says(place, `should have at least ${minItems} items`);
    place.problems.push(invalid(at(place), value.length, what));
  }
}

function objectProblems(schema: JSONSchemaProps, value: JsonObject, place: Place): void {
  for (const name of schema.required ?? [])
    if (!Object.hasOwn(value, name)) place.problems.push(required(at(within(place, `.${name}`))));
  for (const [name, inner] of Object.entries(value)) {
    const own = schema.properties?.[name] ?? extraOf(schema);
    if (own !== undefined) valueProblems(own, inner, within(place, `.${name}`));
  }
}

/**
 * What a schema says against a value, patterns and formats aside. Upstream: kube-openapi/pkg/validation/validate,
 * apiextensions-apiserver/pkg/apiserver/validation/validation.go.
 */
export function valueProblems(schema: JSONSchemaProps, value: Json, place: Place): void {
  const { type = '', nullable } = schema;
  if (value === null && nullable === true) return;
  const given = typeOf(value);
  if (type !== '' && given !== type && !(type === 'number' && given === 'integer')) {
    place.problems.push(
      typeInvalid(at(place), given, says(place, `must be of type ${type}: ${JSON.stringify(given)}`)),
    );
    return;
  }
  if (typeof value === 'string') textProblems(schema, value, place);
  else if (isNumber(value)) numberProblems(schema, value, place);
  else if (Array.isArray(value)) listProblems(schema, value as readonly Json[], place);
  if (schema.enum !== undefined && !schema.enum.some((one) => sameJson(one, value))) {
    const allowed = schema.enum.map((one) => (typeof one === 'string' ? one : stringify(one as Json)));
    place.problems.push(notSupported(at(place), value, allowed));
  }
  if (isObject(value)) objectProblems(schema, value, place);
}
