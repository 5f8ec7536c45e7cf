import type { JSONSchemaProps } from '#core/api/types';
import { isObject, type Json, stringify } from '#core/base';
import { invalid, notSupported, type Problem, required, tooLong, tooMany, typeInvalid } from '#core/machinery/status';
import { extraOf, itemsOf } from '../structural.ts';
import { pathOf, type Place, refuse, refuseWhole, type ValueTools, within } from './check.ts';
import { isInt64, numberProblems } from './numbers.ts';
import { Outcome } from './outcome.ts';
import { isUnchanged, type Past, pastField, pastItem } from './past.ts';
import { hasFormat, isKnownFormat } from './text-formats.ts';

const isNumber = (value: Json): value is number | bigint => typeof value === 'number' || typeof value === 'bigint';

/** What a value is in JSON Schema's words, and the format by which numbers are known. */
function kindOf(value: Json): readonly [type: string, format: string] {
  if (Array.isArray(value)) return ['array', ''];
  if (typeof value === 'object') return ['object', ''];
  if (!isNumber(value)) return [typeof value, ''];
  return isInt64(value) ? ['integer', 'int64'] : ['number', 'float64'];
}

function refuseType(outcome: Outcome, place: Place, wanted: string, given: string): void {
  const detail = `must be of type ${wanted}: ${JSON.stringify(given)}`;
  refuse(outcome, place, detail, (text) => typeInvalid(pathOf(place), given, text));
}

const FORMATS: Readonly<Record<string, readonly string[]>> = {
  integer: ['int32', 'int64'],
  number: ['float', 'double'],
};

/** Of objects only formats count that are known for the type. */
function formatOf({ type = '', format = '' }: JSONSchemaProps, place: Place): string {
  if (!place.isObject) return format;
  const isKnown = type === '' || type === 'string' ? isKnownFormat(format) : FORMATS[type]?.includes(format) === true;
  return isKnown ? format : '';
}

const INT_OR_STRING = 'integer,string';

/** What a value must be: of an object that may be an integer or a text, one of them. */
const typeOf = (schema: JSONSchemaProps, place: Place): string =>
  place.isObject && schema['x-kubernetes-int-or-string'] === true ? INT_OR_STRING : (schema.type ?? '');

function typeProblems(schema: JSONSchemaProps, value: Json, place: Place, outcome: Outcome): void {
  const [wanted, format] = [typeOf(schema, place), formatOf(schema, place)];
  if (value === null) {
    if (wanted !== '' && schema.nullable !== true) return refuseType(outcome, place, wanted, 'null');
  } else {
    const [type, given] = kindOf(value);
    const isText = type === 'string' || type === 'array';
    const isEither = wanted === INT_OR_STRING && (type === 'integer' || type === 'string');
    const fits = isEither || type === wanted || (type === 'integer' && wanted === 'number');
    if (!isText && format !== '' && !fits && given !== format) return refuseType(outcome, place, format, given);
    const isFormatted =
      isText && format !== '' && wanted !== 'number' && wanted !== 'integer' && wanted !== INT_OR_STRING;
    if (!isFormatted && !fits) return refuseType(outcome, place, wanted, type);
  }
  outcome.matches++;
}

const isAlike = (one: Json, value: Json): boolean => {
  if (typeof one !== 'number' || typeof value !== 'number') return one === value;
  return one === (Number.isInteger(one) ? Math.trunc(value) : value);
};

function enumProblems({ enum: values = [] }: JSONSchemaProps, value: Json, place: Place, outcome: Outcome): void {
  // Null and what has parts never counts as one of them.
  if (values.length === 0 || (value !== null && values.some((one) => isAlike(one as Json, value)))) return;
  const shown = values.map((one) => (typeof one === 'string' ? one : stringify(one as Json)));
  const problem = () => notSupported(pathOf(place), value, shown);
  refuse(outcome, place, `should be one of ${shown.join(' ')}`, problem);
}

function textProblems(schema: JSONSchemaProps, value: string, place: Place, outcome: Outcome): void {
  const { maxLength, minLength, pattern = '' } = schema;
  const format = formatOf(schema, place);
  const path = pathOf(place);
  const say = (detail: string) => refuse(outcome, place, detail, (text) => invalid(path, value, text));
  // As code points; a surrogate pair is one.
  const length = maxLength === undefined && minLength === undefined ? 0 : [...value].length;
  if (maxLength !== undefined && length > maxLength) {
    refuse(outcome, place, `should be at most ${maxLength} chars long`, () => tooLong(path, maxLength));
  } else if (minLength !== undefined && length < minLength) say(`should be at least ${minLength} chars long`);
  else if (pattern !== '' && place.tools?.matches(pattern, value) === false) say(`should match '${pattern}'`);
  if (format !== '' && !hasFormat(format, value)) {
    const detail = `must be of type ${format}: ${JSON.stringify(value)}`;
    refuse(outcome, place, detail, (text) => typeInvalid(path, value, text));
  }
}

function listProblems(schema: JSONSchemaProps, value: readonly Json[], place: Place, outcome: Outcome): void {
  const items = itemsOf(schema);
  const path = pathOf(place);
  const { length } = value;
  const { minItems, maxItems } = schema;
  if (items !== undefined) {
    for (const [i, item] of value.entries())
      outcome.take(changed(items, item, within(place, `${place.name}[${i}]`, pastItem(place.past, item))));
  }
  if (minItems !== undefined && length < minItems) {
    refuse(outcome, place, `should have at least ${minItems} items`, (text) => invalid(path, length, text));
  }
  if (maxItems !== undefined && length > maxItems) {
    refuse(outcome, place, `should have at most ${maxItems} items`, () => tooMany(path, length, maxItems));
  }
  outcome.matches++;
}

type JsonObject = { readonly [key: string]: Json };

function objectProblems(schema: JSONSchemaProps, value: JsonObject, place: Place, outcome: Outcome): void {
  const { minProperties, maxProperties, properties = {}, additionalProperties } = schema;
  const path = pathOf(place);
  const names = Object.keys(value);
  const { length } = names;
  if (minProperties !== undefined && length < minProperties) {
    const detail = `should have at least ${minProperties} properties`;
    refuse(outcome, place, detail, (text) => invalid(path, length, text));
  }
  if (maxProperties !== undefined && length > maxProperties) {
    const detail = `should have at most ${maxProperties} properties`;
    refuse(outcome, place, detail, () => tooMany(path, length, maxProperties));
  }
  const extra = extraOf(schema);
  for (const name of names) {
    if (Object.hasOwn(properties, name)) continue;
    if (additionalProperties === false) {
      const text = `${place.name}.${name} in body is a forbidden property`;
      outcome.refuse(text, invalid(path, name, text));
    } else if (extra !== undefined) {
      const part = within(place, `${place.name}.${name}`, pastField(place.past, name));
      outcome.take(changed(extra, value[name]!, part));
    }
  }
  for (const [name, property] of Object.entries(properties)) {
    if (!Object.hasOwn(value, name)) continue;
    // Kind and version are never what they were: both are converted to the same.
    const isType = place.root === '' && place.name === '' && (name === 'kind' || name === 'apiVersion');
    const past = isType ? undefined : pastField(place.past, name);
    outcome.take(
      changed(property, value[name]!, within(place, place.name === '' ? name : `${place.name}.${name}`, past)),
    );
  }
  for (const name of schema.required ?? []) {
    if (Object.hasOwn(value, name)) continue;
    const part = within(place, `${place.name}.${name}`);
    refuse(outcome, part, 'is required', () => required(pathOf(part)));
  }
}

/** How the value does by each of them; without a good one, the one that was probably meant. */
function alternatives(schemas: readonly JSONSchemaProps[], value: Json, place: Place, stopsAtFirst: boolean) {
  let good = 0;
  let [first, nearest]: (Outcome | undefined)[] = [];
  for (const schema of schemas) {
    const outcome = check(schema, value, place);
    if (outcome.isGood) {
      good++;
      first ??= outcome;
      if (stopsAtFirst) break;
    } else if (nearest === undefined || outcome.matches > nearest.matches) nearest = outcome;
  }
  return { good, meant: first ?? nearest };
}

function conditionProblems(schema: JSONSchemaProps, value: Json, place: Place, outcome: Outcome): void {
  const { anyOf = [], oneOf = [], allOf = [], not } = schema;
  if (anyOf.length > 0) {
    const { good, meant } = alternatives(anyOf, value, place, true);
    if (good === 0) refuseWhole(outcome, place, 'must validate at least one schema (anyOf)');
    outcome.take(meant!);
  }
  if (oneOf.length > 0) {
    const { good, meant } = alternatives(oneOf, value, place, false);
    const found = good === 0 ? 'Found none valid' : `Found ${good} valid alternatives`;
    if (good !== 1) refuseWhole(outcome, place, `must validate one and only one schema (oneOf). ${found}`);
    if (good <= 1) outcome.take(meant!);
  }
  const all = allOf.map((one) => check(one, value, place));
  const bad = all.filter((one) => !one.isGood).length;
  for (const one of all) outcome.take(one);
  if (bad > 0) {
    const none = bad === all.length ? '. None validated' : '';
    refuseWhole(outcome, place, `must validate all the schemas (allOf)${none}`);
  }
  if (not !== undefined && check(not, value, place).isGood) {
    refuseWhole(outcome, place, 'must not validate the schema (not)');
  }
  outcome.matches++;
}

function check(schema: JSONSchemaProps, value: Json, place: Place): Outcome {
  const outcome = new Outcome();
  if (value === null) {
    typeProblems(schema, value, place, outcome);
    enumProblems(schema, value, place, outcome);
    return outcome;
  }
  // Every kind of check that there is for such a value counts as one match, and all of them as one more.
  let checks = 4;
  if (typeOf(schema, place) !== '' || formatOf(schema, place) !== '') typeProblems(schema, value, place, outcome);
  else checks--;
  conditionProblems(schema, value, place, outcome);
  if (typeof value === 'string') {
    textProblems(schema, value, place, outcome);
    checks += isKnownFormat(formatOf(schema, place)) ? 2 : 1;
  } else if (isNumber(value)) {
    numberProblems(schema, value, place, outcome);
    checks++;
  } else if (Array.isArray(value)) {
    listProblems(schema, value as readonly Json[], place, outcome);
    checks++;
  } else if (isObject(value)) {
    objectProblems(schema, value, place, outcome);
    checks++;
  }
  enumProblems(schema, value, place, outcome);
  outcome.matches += checks;
  return outcome;
}

/**
 * What is wrong with a value that did not change was so before, and is let be. Upstream:
 * apiextensions-apiserver/pkg/apiserver/validation/ratcheting.go.
 */
function changed(schema: JSONSchemaProps, value: Json, place: Place): Outcome {
  const outcome = check(schema, value, place);
  return !outcome.isGood && isUnchanged(place.past, value) ? outcome.settled() : outcome;
}

/**
 * Whether an object, or its status, keeps to its schema; of a change only what changed is judged, as far as the parts of the
 * value before are known to belong to those of the one after. `path` is '' for the object as a whole.
 */
export function objectProblemsOf(
  schema: JSONSchemaProps,
  value: Json,
  path: string,
  tools: ValueTools,
  past?: Past,
): readonly Problem[] {
  return [...changed(schema, value, { root: path, name: '', tools, isObject: true, past }).problems];
}

/**
 * Whether a value keeps to a structural schema, as defaults must: what is an integer or a text by the schema may be anything but
 * for what its conditions say. What stands at the top has the path `path`; rules of the schema are not looked at. Upstream: kube-openapi/pkg/validation/validate, apiextensions-apiserver/pkg/apiserver/validation/validation.go.
 */
export function valueProblems(
  schema: JSONSchemaProps,
  value: Json,
  path: string,
  tools?: ValueTools,
): readonly Problem[] {
  return [...check(schema, value, { root: path, name: '', tools, isObject: false, past: undefined }).problems];
}
