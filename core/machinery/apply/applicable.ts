import { isObject, type Json, type JsonObject } from '#core/base';
import { typeText } from '#core/machinery/object';
import type { ListSchema, ObjectSchema, ScalarSchema, Schema } from '#core/machinery/schema';
import { badRequest, unexplained } from '#core/machinery/status';
import { itemElement, pathText, withoutKey } from './element.ts';
import { goSyntax, goType, goValue } from './go-words.ts';
import { fieldSchema, isList, shapeOf } from './values.ts';

interface Configuration {
  readonly schema: ObjectSchema;
  readonly apiVersion: string;
  readonly applied: JsonObject;
}

/**
 * Refuses a configuration that has no unambiguous meaning: unknown fields, values of another type, items without or with
 * the same key. Upstream: structured-merge-diff/typed/validate.go.
 */
export function requireApplicable({ schema, apiVersion, applied }: Configuration): void {
  const { metadata } = applied;
  const { managedFields } = (isObject(metadata) ? metadata : {}) as { readonly managedFields?: Json };
  if (managedFields !== undefined && managedFields !== null) throw badRequest('metadata.managedFields must be nil');
  const problems: string[] = [];
  check(schema, applied, '', problems);
  if (problems.length === 0) return;
  const detail = problems.length === 1 ? problems[0] : ['errors:', ...problems.map((one) => `  ${one}`)].join('\n');
  throw unexplained(`failed to create typed patch object (${nameOf({ apiVersion, applied })}): ${detail}`);
}

/** Where the first item stands that cannot be told apart, and why. */
export function untypable(schema: ObjectSchema, object: JsonObject): string | undefined {
  const problems: string[] = [];
  check(schema, object, '', problems);
  return problems.find((problem) => problem.includes(': element '));
}

/** `default/web; apps/v1, Kind=Deployment`: what was applied, as messages name it. A core version has an empty group. */
export function nameOf({ apiVersion, applied }: Omit<Configuration, 'schema'>): string {
  const { metadata } = applied;
  const { namespace, name } = isObject(metadata) ? metadata : {};
  return `${textOf(namespace)}/${textOf(name)}; ${typeText(apiVersion, textOf(applied['kind']))}`;
}

const textOf = (value: Json | undefined): string => (typeof value === 'string' ? value : '');

function check(schema: Schema, value: Json, path: string, problems: string[]): void {
  if (value === null) return;
  if (schema.type === 'object' || schema.type === 'map') checkFields(schema, value, path, problems);
  else if (schema.type === 'list') checkItems(schema, value, path, problems);
  else {
    const problem = scalarProblem(schema, value);
    if (problem !== undefined) problems.push(`${path}: ${problem}`);
  }
}

function checkFields(schema: Schema, value: Json, path: string, problems: string[]): void {
  if (!isObject(value)) {
    if (schema.type === 'object' && schema.preserveUnknown === true) return;
    problems.push(`${path}: expected map, got ${goValue(value)}`);
    return;
  }
  for (const name of Object.keys(value)) {
    const isKnown =
      schema.type === 'map' ||
      (schema.type === 'object' && (schema.byName.has(name) || schema.preserveUnknown === true));
    // The original looks no further, though in an order of its own.
    if (!isKnown) return void problems.push(`${path}.${name}: field not declared in schema`);
    check(fieldSchema(schema, name), value[name]!, `${path}.${name}`, problems);
  }
}

function checkItems(schema: ListSchema, value: Json, path: string, problems: string[]): void {
  if (!isList(value)) {
    problems.push(`${path}: expected list, got ${goValue(value)}`);
    return;
  }
  const isKeyed = shapeOf(schema, value).kind === 'items';
  const seen = new Set<string>();
  for (const [index, item] of value.entries()) {
    if (!isKeyed) {
      check(schema.items, item, `${path}[${index}]`, problems);
      continue;
    }
    const element = itemElement(schema, item);
    // The original cannot name what is in an item without key, and looks no further.
    if (element === undefined) return void problems.push(`${path}: element ${index}: ${withoutKey(schema, item)}`);
    if (seen.has(element)) problems.push(`${path}: duplicate entries for key ${pathText([element])}`);
    seen.add(element);
    check(schema.items, item, `${path}${pathText([element])}`, problems);
  }
}

/** What is wrong with a value that should be a scalar of this type. */
function scalarProblem({ type }: ScalarSchema, value: Json): string | undefined {
  switch (type) {
    case 'string':
    case 'bytes':
      return typeof value === 'string' ? undefined : `expected string, got ${goSyntax(value)}`;
    case 'int32':
    case 'int64':
    case 'float64':
      return typeof value === 'number' || typeof value === 'bigint'
        ? undefined
        : `expected numeric (int or float), got ${goType(value)}`;
    case 'boolean':
      return typeof value === 'boolean' ? undefined : `expected boolean, got ${goValue(value)}`;
    case 'quantity':
    case 'time':
    case 'microTime':
      return typeof value === 'object' ? `expected any scalar, got ${goValue(value)}` : undefined;
    default:
      return undefined;
  }
}
