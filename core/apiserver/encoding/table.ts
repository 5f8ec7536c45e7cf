import type { Json } from '#core/base';
import type { Columns } from '#core/api/definition';
import type { KubeObject, ListMeta } from '#core/machinery/object';
import { nowAt } from '#core/machinery/table';
import type { Endpoint } from '../context.ts';
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

const shownIn = (object: KubeObject, include: 'Metadata' | 'Object', version: string, of: Endpoint): KubeObject =>
  withPlainFields(include === 'Object' ? object : partialOf(object, version, of));

const described = (columns: Columns['columns']): Json =>
  columns.map(({ name, type, format = '', description = '', priority }) => ({
    name,
    type,
    format,
    description,
    priority,
  }));

/** A Table with no rows yet, and the cells of each that it will have. */
export function tableFrame(
  { definition, version }: Endpoint,
  { version: tableVersion, metadata }: { readonly version: string; readonly metadata: ListMeta },
): {
  readonly head: Readonly<Record<string, Json>>;
  readonly cellsOf: Columns['cells'];
  readonly order: Columns['order'];
} {
  const { columns, cells, order } = columnsOf(definition, version);
  return {
    head: {
      kind: 'Table',
      apiVersion: `meta.k8s.io/${tableVersion}`,
      metadata: metadata as unknown as Json,
      columnDefinitions: described(columns),
    },
    cellsOf: cells,
    order,
  };
}

/** Makes Tables; `now` in milliseconds since the epoch, for ages. */
export const tableMaker =
  (now: () => number): TableMaker =>
  (endpoint, objects, { version, metadata, include, columns }) => {
    const { head, cellsOf } = tableFrame(endpoint, { version, metadata });
    const present = nowAt(now());
    const rows = objects.map((object) => ({
      cells: cellsOf(object, present),
      object: include === 'None' ? null : shownIn(object, include, version, endpoint),
    }));
    const table: Record<string, unknown> = {
      ...head,
      ...(columns ? {} : { columnDefinitions: null }),
      rows: rows as unknown as Json,
    };
    return table as unknown as KubeObject;
  };
