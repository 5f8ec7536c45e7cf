import { isObject, type Json } from '#core/base';
import type { Schema } from '#core/machinery/schema';
import { duplicate, notSupported, type Problem, required } from '#core/machinery/status';

export interface StructureChecks {
  readonly required: boolean;
  /** Of sets, and of lists with keys. */
  readonly duplicates: boolean;
}

const ALL: StructureChecks = { required: true, duplicates: true };

/**
 * What the schema says of a value beyond its types: required fields, enums, items of sets and keyed lists that occur
 * twice. (Types are checked when a value is decoded.)
 */
export function structureProblems(schema: Schema, value: Json, checks: StructureChecks = ALL): readonly Problem[] {
  const problems: Problem[] = [];
  walk(schema, value, '', problems, checks);
  return problems;
}

function walk(schema: Schema, value: Json, path: string, problems: Problem[], checks: StructureChecks): void {
  switch (schema.type) {
    case 'object': {
      if (!isObject(value)) return;
      for (const field of schema.fields) {
        const place = path === '' ? field.name : `${path}.${field.name}`;
        const inner = Object.hasOwn(value, field.name) ? value[field.name] : undefined;
        if (inner === undefined || inner === null) {
          if (field.required && checks.required) problems.push(required(place));
        } else if (typeof inner === 'object' || 'enum' in field.schema)
          walk(field.schema, inner, place, problems, checks);
      }
      return;
    }
    case 'map':
      if (isObject(value) && typeof schema.values === 'object' && schema.values.type !== 'string') {
        for (const key of Object.keys(value)) walk(schema.values, value[key]!, `${path}[${key}]`, problems, checks);
      }
      return;
    case 'list': {
      if (!Array.isArray(value)) return;
      const list = value as readonly Json[];
      for (let i = 0; i < list.length; i++) walk(schema.items, list[i]!, `${path}[${i}]`, problems, checks);
      if (schema.listType !== 'atomic' && checks.duplicates) {
        duplicateProblems(schema.listType === 'set' ? [] : schema.keys, list, path, problems);
      }
      return;
    }
    default:
      if ('enum' in schema && schema.enum !== undefined && value !== '' && !schema.enum.includes(value)) {
        problems.push(notSupported(path, value, schema.enum.map(String)));
      }
  }
}

/** Without keys the items themselves must differ. */
function duplicateProblems(keys: readonly string[], list: readonly Json[], path: string, problems: Problem[]): void {
  const seen = new Set<string>();
  for (const [i, item] of list.entries()) {
    const shown = keys.length === 0 ? item : isObject(item) ? keyOf(keys, item) : undefined;
    if (shown === undefined) continue;
    const text = JSON.stringify(shown);
    if (seen.has(text)) problems.push(duplicate(`${path}[${i}]`, shown));
    seen.add(text);
  }
}

function keyOf(keys: readonly string[], item: { readonly [key: string]: Json }): Json {
  return Object.fromEntries(keys.map((key) => [key, item[key] ?? null]));
}
