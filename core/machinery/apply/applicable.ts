import type { Json, JsonObject } from '#core/base';
import type { KubeObject } from '#core/machinery/object';
import type { ObjectSchema, Schema } from '#core/machinery/schema';
import { badRequest } from '#core/machinery/status';
import { itemElement, pathText } from './element.ts';
import { fieldSchema, isList, isObject, shapeOf } from './values.ts';

interface Configuration {
  readonly schema: ObjectSchema;
  readonly apiVersion: string;
  readonly applied: JsonObject;
}

/** Refuses a configuration that has no unambiguous meaning: unknown fields, items without or with the same key. */
export function requireApplicable({ schema, apiVersion, applied }: Configuration): void {
  const metadata = applied['metadata'] as Partial<KubeObject['metadata']> | undefined;
  if (metadata?.managedFields !== undefined && metadata.managedFields !== null) {
    throw badRequest('metadata.managedFields must be nil');
  }
  const problems: string[] = [];
  check(schema, applied, '', problems);
  if (problems.length === 0) return;
  const { namespace = '', name = '' } = metadata ?? {};
  // A core version is written with its empty group, as Go prints a GroupVersionKind.
  const groupVersion = apiVersion.includes('/') ? apiVersion : `/${apiVersion}`;
  const what = `${namespace}/${name}; ${groupVersion}, Kind=${String(applied['kind'])}`;
  const detail = problems.length === 1 ? problems[0] : ['errors:', ...problems.map((one) => `  ${one}`)].join('\n');
  throw badRequest(`failed to create typed patch object (${what}): ${detail}`);
}

function check(schema: Schema, value: Json, path: string, problems: string[]): void {
  const shape = shapeOf(schema, value);
  if (value === null || schema.type === 'any') return;
  if (isObject(value) && (schema.type === 'object' || schema.type === 'map')) {
    for (const name of Object.keys(value)) {
      const known = schema.type === 'map' || schema.byName.has(name) || schema.preserveUnknown === true;
      if (!known) problems.push(`${path}.${name}: field not declared in schema`);
      else check(fieldSchema(schema, name), value[name]!, `${path}.${name}`, problems);
    }
  } else if (isList(value) && schema.type === 'list') {
    const seen = new Set<string>();
    for (const [index, item] of value.entries()) {
      if (shape.kind !== 'items') {
        check(schema.items, item, `${path}[${index}]`, problems);
        continue;
      }
      const element = itemElement(schema, item);
      if (element === undefined) {
        const keys = JSON.stringify(schema.keys).replaceAll(',', ' ');
        problems.push(
          schema.listType === 'map'
            ? `${path}: element ${index}: associative list with keys has an element that omits all key fields ${keys} (and doesn't have default values for any key fields)`
            : `${path}: element ${index}: associative list without keys has an element that's a map type`,
        );
        continue;
      }
      if (seen.has(element)) problems.push(`${path}: duplicate entries for key ${pathText([element])}`);
      seen.add(element);
      check(schema.items, item, `${path}${pathText([element])}`, problems);
    }
  }
}
