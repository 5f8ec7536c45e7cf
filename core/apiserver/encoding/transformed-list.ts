import { concat, encodeJson, stringify, utf8 } from '#core/base';
import { nowAt } from '#core/machinery/table';
import type { Entry } from '#core/store';
import type { Endpoint, ListResult } from '../context.ts';
import type { ItemForm } from './blocks.ts';
import { emittedOnce, formOf, inVersion } from './emit.ts';
import { find, jsonMetadata, typePrefix } from './json-item.ts';
import { cachedItem, COMMA, type JsonList, listMetaOf, protobufPieces } from './lists.ts';
import type { Transform } from './media.ts';
import type { EncoderParts } from './parts-of-answer.ts';
import { tableFrame } from './table.ts';
import { type IncludeObject, isMetadataWhole, partialOf } from './transforms.ts';
import { typedItem } from './typed.ts';

/** A list of the metadata of what is in it. */
export function partialList(parts: EncoderParts, list: ListResult, { version }: Transform): JsonList {
  const { endpoint, entries } = list;
  const form: ItemForm = {
    name: partialForm(endpoint, version),
    separator: COMMA,
    write(entry, out, keep) {
      out.push(cachedPartial(parts, endpoint, entry, version, keep));
      return Infinity;
    },
  };
  const head = { ...typeOfPartials(version), metadata: listMetaOf(list) };
  return { head, field: 'items', entries, form, empty: 'null' };
}

/** The same in protobuf, in pieces of many items. */
export function partialProtobufList(
  parts: EncoderParts,
  list: ListResult,
  { version }: Transform,
): Generator<readonly Uint8Array[]> {
  const { endpoint } = list;
  const schema = parts.registry.schema('meta.k8s.io', version, 'PartialObjectMetadata');
  if (schema === undefined) throw new Error(`PartialObjectMetadata has no schema in ${version}`);
  return protobufPieces(parts, list, typeOfPartials(version), {
    name: `proto ${partialForm(endpoint, version)}`,
    schema,
    object: (entry) => partialOf(emittedOnce(entry, endpoint), version, endpoint),
  });
}

const typeOfPartials = (version: string) => ({
  kind: 'PartialObjectMetadataList',
  apiVersion: `meta.k8s.io/${version}`,
});

/** A list as a Table; `now` in milliseconds, for ages. */
export function tableList(
  parts: EncoderParts,
  list: ListResult,
  as: Transform,
  include: IncludeObject,
  now: number,
): JsonList {
  const { endpoint } = list;
  const { definition, version } = endpoint;
  const { head, cellsOf, order } = tableFrame(endpoint, { version: as.version, metadata: listMetaOf(list) });
  const entries =
    order === undefined ? list.entries : list.entries.toSorted((left, right) => order(left.object, right.object));
  const shown = (entry: Entry, keep: boolean): readonly Uint8Array[] => {
    if (include === 'None') return [NULL];
    if (include === 'Metadata') return [cachedPartial(parts, endpoint, entry, as.version, keep)];
    return typedItem(endpoint, cachedItem(parts, endpoint, entry, keep));
  };
  const form: ItemForm = {
    name: `table ${include} ${as.version} ${formOf(endpoint)}`,
    separator: COMMA,
    write(entry, out, keep, earlier) {
      const present = nowAt(now);
      const cells = stringify(cellsOf(inVersion(definition, entry.object, version), present));
      out.push(utf8(`{"cells":${cells}`));
      if (earlier !== undefined) out.push(behindCells(earlier));
      else out.push(OBJECT, ...shown(entry, keep), CLOSE);
      return present.until;
    },
  };
  return { head, field: 'rows', entries, form, empty: definition.columns === undefined ? 'null' : '[]' };
}

const OBJECT = utf8(',"object":');
const NULL = utf8('null');
const CLOSE = utf8('}');

/** What follows the cells of a row. No quote stands in a cell's text as itself, so it is found by its name. */
const behindCells = (row: Uint8Array): Uint8Array => row.subarray(find(row, OBJECT, 0, row.length));

const partialForm = (endpoint: Endpoint, version: string): string => `partial ${formOf(endpoint)} ${version}`;

/** One entry's metadata as PartialObjectMetadata, its JSON cached. */
export const cachedPartial = (
  parts: EncoderParts,
  endpoint: Endpoint,
  entry: Entry,
  version: string,
  keep: boolean,
): Uint8Array =>
  parts.items.get(entry, partialForm(endpoint, version), () => jsonPartial(entry, endpoint, version), keep);

/** An entry's metadata as PartialObjectMetadata, cut from what is stored where that is all of it. */
function jsonPartial(entry: Entry, endpoint: Endpoint, version: string): Uint8Array {
  const metadata = isMetadataWhole(endpoint) ? jsonMetadata(entry, endpoint) : undefined;
  if (metadata === undefined) return encodeJson(partialOf(emittedOnce(entry, endpoint), version, endpoint));
  return concat([typePrefix('PartialObjectMetadata', `meta.k8s.io/${version}`), ...metadata, CLOSE]);
}
