import type { Column, Columns } from '#core/api/definition';
import type { CustomResourceColumnDefinition } from '#core/api/types';
import { type Json, stringify } from '#core/base';
import type { KubeObject } from '#core/machinery/object';
import { ago, type Now } from '#core/machinery/table';
import { goText, millisecondsOf } from '#core/machinery/values';
import { jsonPath } from './json-path.ts';

/** Shown where a definition names no columns. */
const AGE: CustomResourceColumnDefinition = { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' };

const isNumber = (value: Json): value is number | bigint => typeof value === 'number' || typeof value === 'bigint';

/** A value in a column of a type; null where it is none of that type. */
function cellOf(type: string, value: Json, now: Now): Json {
  switch (type) {
    case 'string':
      // What is no scalar is shown as JSON.
      return value === null ? null : typeof value === 'object' ? stringify(value) : goText(value);
    case 'integer':
      return typeof value === 'number' ? Math.trunc(value) : isNumber(value) ? value : null;
    case 'number':
      return isNumber(value) ? Number(value) : null;
    case 'boolean':
      return typeof value === 'boolean' ? value : null;
    case 'date': {
      if (typeof value !== 'string') return null;
      const moment = millisecondsOf(value);
      return moment === undefined ? '<invalid>' : ago(moment, now);
    }
    default:
      return null;
  }
}

/**
 * What `kubectl get` shows of a custom resource. Upstream:
 * apiextensions-apiserver/pkg/registry/customresource/tableconvertor/tableconvertor.go.
 */
export function customColumns(
  given: readonly CustomResourceColumnDefinition[] | undefined,
  read: (object: KubeObject) => KubeObject,
): Columns {
  const wanted = given === undefined || given.length === 0 ? [AGE] : given;
  const paths = wanted.map(({ jsonPath: path }) => jsonPath(path));
  // What cannot be read as a whole is not shown at all.
  const shown = paths.includes(undefined) ? [] : wanted;
  return {
    columns: [{ name: 'Name', type: 'string', format: 'name', priority: 0 }, ...shown.map(columnOf)],
    cells: (object, now) => {
      const value = read(object) as unknown as Json;
      const cells = shown.map(({ type }, i) => {
        const [found] = paths[i]!(value);
        return found === undefined ? null : cellOf(type, found, now);
      });
      return [object.metadata.name ?? '', ...cells];
    },
  };
}

const columnOf = (column: CustomResourceColumnDefinition): Column => {
  const { name, type, format, priority = 0, description = '', jsonPath: path } = column;
  const told = description === '' ? `Custom resource definition column (in JSONPath format): ${path}` : description;
  return {
    name,
    type: type as Column['type'],
    ...(format === undefined ? {} : { format }),
    priority,
    description: column === AGE ? '' : told,
  };
};
