import type { JSONSchemaProps } from '#core/api/types';
import type { Json, JsonObject } from '#core/base';
import type { Tools } from '#core/machinery/cel/evaluate';
import { invalid, type Problem, required, tooMany } from '#core/machinery/status';
import { extraOf, itemsOf } from '../structural.ts';
import { isObject, isUnchanged, type Past, pastField, pastItem } from './past.ts';
import { enumProblem, formatProblem, numberProblems, placeOf, textProblem, typeProblem } from './scalar-checks.ts';

/** What was found, and how many of the checks were made: of alternatives that all fail the one that came furthest is told of. */
interface Found {
  readonly problems: Problem[];
  count: number;
}

/** What a custom resource is judged by. `past`: what belonged there before the change, if anything did. */
interface Part {
  readonly schema: JSONSchemaProps;
  readonly value: Json;
  /** `spec.parts[0].name`; of what is added at the root `.name`. */
  readonly path: string;
  readonly past: Past | undefined;
}

/**
 * What the schema has to say of a value. Of a change only what changed is judged, as far as the parts of the value before
 * are known to belong to those of the one after. Upstream: kube-openapi/pkg/validation/validate,
 * apiextensions-apiserver/pkg/apiserver/validation/ratcheting.go.
 */
export function valueProblems(
  schema: JSONSchemaProps,
  value: Json,
  path: string,
  past: Past | undefined,
  tools: Tools,
): readonly Problem[] {
  return ratcheted({ schema, value, path, past }, tools).problems;
}

function ratcheted(part: Part, tools: Tools): Found {
  const found = checked(part, tools);
  return found.problems.length > 0 && isUnchanged(part.past, part.value) ? { ...found, problems: [] } : found;
}

function take(all: Found, { problems, count }: Found): void {
  all.problems.push(...problems);
  all.count += count;
}

/** One check was made that came to this. */
function note(all: Found, problems: readonly (Problem | undefined)[], count = 1): void {
  for (const one of problems) if (one !== undefined) all.problems.push(one);
  all.count += count;
}

function checked(part: Part, tools: Tools): Found {
  const { schema, value, path } = part;
  const all: Found = { problems: [], count: 1 };
  const wrong = typeProblem(schema, value, path);
  note(all, [wrong], wrong === undefined ? 2 : 1);
  if (value === null) {
    note(all, [enumProblem(schema, value, path)]);
    return all;
  }
  take(all, alternatives(part, tools));
  if (typeof value === 'string') {
    note(all, [textProblem(schema, value, path, tools)]);
    note(all, [formatProblem(schema, value, path)]);
  }
  if (typeof value === 'number' || typeof value === 'bigint') note(all, numberProblems(schema, value, path), 2);
  if (Array.isArray(value)) take(all, itemProblems(part, value as readonly Json[], tools));
  note(all, [enumProblem(schema, value, path)]);
  if (isObject(value)) take(all, fieldProblems(part, value, tools));
  return all;
}

/** They stand for the object as a whole, wherever in it they are: clients know them so. */
const ofWhole = (message: string): Problem => invalid('<nil>', '', message);

function alternatives({ schema, value, path, past }: Part, tools: Tools): Found {
  const all: Found = { problems: [], count: 1 };
  const { anyOf = [], oneOf = [], allOf = [], not } = schema;
  const place = JSON.stringify(path);
  const outcomes = (schemas: readonly JSONSchemaProps[]) =>
    schemas.map((one) => checked({ schema: one, value, path, past }, tools));
  const best = (found: readonly Found[]) => found.reduce((most, one) => (one.count > most.count ? one : most));
  if (anyOf.length > 0) {
    const found = outcomes(anyOf);
    const good = found.find(({ problems }) => problems.length === 0);
    if (good === undefined) all.problems.push(ofWhole(`${place} must validate at least one schema (anyOf)`));
    take(all, good ?? best(found));
  }
  if (oneOf.length > 0) {
    const found = outcomes(oneOf);
    const good = found.filter(({ problems }) => problems.length === 0);
    if (good.length === 1) take(all, good[0]!);
    else {
      const many = good.length === 0 ? 'Found none valid' : `Found ${good.length} valid alternatives`;
      all.problems.push(ofWhole(`${place} must validate one and only one schema (oneOf). ${many}`));
      if (good.length === 0) take(all, best(found));
    }
  }
  if (allOf.length > 0) {
    const found = outcomes(allOf);
    const good = found.filter(({ problems }) => problems.length === 0).length;
    for (const one of found) take(all, one);
    if (good < found.length) {
      all.problems.push(
        ofWhole(`${place} must validate all the schemas (allOf)${good === 0 ? '. None validated' : ''}`),
      );
    }
  }
  if (not !== undefined && outcomes([not])[0]!.problems.length === 0) {
    all.problems.push(ofWhole(`${place} must not validate the schema (not)`));
  }
  return all;
}

function itemProblems({ schema, path, past }: Part, list: readonly Json[], tools: Tools): Found {
  const all: Found = { problems: [], count: 2 };
  const items = itemsOf(schema);
  const { minItems, maxItems } = schema;
  if (items !== undefined) {
    for (let i = 0; i < list.length; i++) {
      const value = list[i]!;
      take(all, ratcheted({ schema: items, value, path: `${path}[${i}]`, past: pastItem(past, value) }, tools));
    }
  }
  if (minItems !== undefined && list.length < minItems) {
    all.problems.push(invalid(placeOf(path), list.length, `${path} in body should have at least ${minItems} items`));
  }
  if (maxItems !== undefined && list.length > maxItems) {
    all.problems.push(tooMany(placeOf(path), list.length, maxItems));
  }
  return all;
}

function fieldProblems({ schema, path, past }: Part, value: JsonObject, tools: Tools): Found {
  const all: Found = { problems: [], count: 1 };
  const { properties = {}, minProperties, maxProperties } = schema;
  const names = Object.keys(value);
  if (minProperties !== undefined && names.length < minProperties) {
    const detail = `${path} in body should have at least ${minProperties} properties`;
    all.problems.push(invalid(placeOf(path), names.length, detail));
  }
  if (maxProperties !== undefined && names.length > maxProperties) {
    all.problems.push(tooMany(placeOf(path), names.length, maxProperties));
  }
  const extra = extraOf(schema);
  for (const name of names) {
    const isNamed = Object.hasOwn(properties, name);
    const within = isNamed ? properties[name]! : extra;
    if (within === undefined) continue;
    const place = isNamed && path === '' ? name : `${path}.${name}`;
    // Kind and version are never what they were: both are converted to the same.
    const known = path === '' && (name === 'kind' || name === 'apiVersion') ? undefined : pastField(past, name);
    take(all, ratcheted({ schema: within, value: value[name]!, path: place, past: known }, tools));
  }
  for (const name of schema.required ?? []) {
    if (!Object.hasOwn(value, name)) all.problems.push(required(placeOf(`${path}.${name}`)));
  }
  return all;
}
