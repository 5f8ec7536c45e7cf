import type { Json } from '#core/base';
import type { Columns } from '#core/api/definition';
import type { KubeObject } from '#core/machinery/object';
import { withPlainFields } from './emit.ts';
import { partialOf, type TableMaker } from './transforms.ts';

/** What is shown of a kind that names no columns of its own. Upstream: apiserver/pkg/registry/rest/table.go. */
const nameAndAge: Columns = {
  columns: [
    { name: 'Name', type: 'string', format: 'name', priority: 0 },
    { name: 'Created At', type: 'date', priority: 0 },
  ],
  cells: (object) => [object.metadata.name ?? '', object.metadata.creationTimestamp ?? ''],
};

const columnsBy = new WeakMap<object, Map<string, Columns>>();

function columnsOf(definition: { readonly columns?: (version: string) => Columns }, version: string): Columns {
  if (definition.columns === undefined) return nameAndAge;
  let versions = columnsBy.get(definition);
  if (versions === undefined) columnsBy.set(definition, (versions = new Map()));
  let columns = versions.get(version);
  if (columns === undefined) versions.set(version, (columns = definition.columns(version)));
  return columns;
}

const shownIn = (object: KubeObject, include: 'Metadata' | 'Object', version: string): KubeObject =>
  withPlainFields(include === 'Object' ? object : partialOf(object, version));

/** Makes Tables; `now` in milliseconds since the epoch, for ages. */
export const tableMaker =
  (now: () => number): TableMaker =>
  ({ definition, version }, objects, { version: tableVersion, metadata, include, columns }) => {
    const { columns: names, cells } = columnsOf(definition, version);
    const time = now();
    const rows = objects.map((object) => ({
      cells: cells(object, time),
      object: include === 'None' ? null : shownIn(object, include, tableVersion),
    }));
    const table: Record<string, unknown> = {
      kind: 'Table',
      apiVersion: `meta.k8s.io/${tableVersion}`,
      metadata,
      columnDefinitions: columns
        ? names.map(({ name, type, format = '', description = '', priority }) => ({
            name,
            type,
            format,
            description,
            priority,
          }))
        : null,
      rows: rows as unknown as Json,
    };
    return table as unknown as KubeObject;
  };
