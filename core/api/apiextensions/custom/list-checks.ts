import { isObject, type Json, type JsonObject } from '#core/base';
import type { ListSchema, Schema } from '#core/machinery/schema';
import { duplicate, invalid, type Problem } from '#core/machinery/status';

/**
 * Items of sets and of lists with keys that occur more than once; each is told of once. Upstream:
 * apiextensions-apiserver/pkg/apiserver/schema/listtype/validation.go.
 */
export function listProblems(schema: Schema, value: Json): readonly Problem[] {
  const problems: Problem[] = [];
  walk(schema, value, '', problems);
  return problems;
}

function walk(schema: Schema, value: Json, path: string, problems: Problem[]): void {
  if (Array.isArray(value)) {
    if (schema.type !== 'list') return;
    const list = value as readonly Json[];
    if (schema.listType === 'set') problems.push(...repeated(list, path, (item) => item));
    if (schema.listType === 'map') keyedProblems(schema, list, path, problems);
    for (const [i, item] of list.entries()) walk(schema.items, item, `${path}[${i}]`, problems);
  } else if (isObject(value)) {
    for (const [name, one] of Object.entries(value)) {
      if (schema.type === 'map') walk(schema.values, one, `${path}[${name}]`, problems);
      else if (schema.type === 'object') {
        const field = schema.byName.get(name);
        if (field !== undefined && name !== 'metadata')
          walk(field.schema, one, path === '' ? name : `${path}.${name}`, problems);
      }
    }
  }
}

function keyedProblems({ keys }: ListSchema, list: readonly Json[], path: string, problems: Problem[]): void {
  const wrong = list.findIndex((item) => item !== null && !isObject(item));
  if (wrong >= 0) {
    problems.push(invalid(`${path}[${wrong}]`, list[wrong], 'must be an object for an array of list-type map'));
    return;
  }
  const keyOf = (item: Json): Json => {
    const object = (item ?? {}) as JsonObject;
    return Object.fromEntries(keys.filter((key) => Object.hasOwn(object, key)).map((key) => [key, object[key]!]));
  };
  problems.push(...repeated(list, path, keyOf));
}

function repeated(list: readonly Json[], path: string, shown: (item: Json) => Json): readonly Problem[] {
  const seen = new Map<string, number>();
  const problems: Problem[] = [];
  for (const [i, item] of list.entries()) {
    const one = shown(item);
    const text =
      typeof one === 'bigint'
        ? `${one}`
        : JSON.stringify(one, (_, part) => (typeof part === 'bigint' ? `${part}n` : part) as unknown);
    const times = seen.get(text) ?? 0;
    if (times === 1) problems.push(duplicate(`${path}[${i}]`, one));
    seen.set(text, times + 1);
  }
  return problems;
}
