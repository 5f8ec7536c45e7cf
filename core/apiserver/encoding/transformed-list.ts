import { encodeJson, stringify, utf8 } from '#core/base';
import type { Entry } from '#core/store';
import type { Endpoint, ListResult } from '../context.ts';
import { emitted, formOf, inVersion } from './emit.ts';
import { cachedItem, isKept, jsonPieces, listMetaOf } from './lists.ts';
import type { Transform } from './media.ts';
import type { EncoderParts } from './parts-of-answer.ts';
import { typedItem } from './typed.ts';
import { tableFrame } from './table.ts';
import { type IncludeObject, partialOf } from './transforms.ts';

/** A list as the JSON of a Table or of a list of metadata, in pieces of many items; `now` in milliseconds, for ages. */
export function transformedList(
  parts: EncoderParts,
  list: ListResult,
  as: Transform,
  include: IncludeObject,
  now: number,
): Generator<readonly Uint8Array[]> {
  const { endpoint } = list;
  const keep = isKept(parts, list.entries, (entry) => cachedPartial(parts, endpoint, entry, as.version, true));
  const partial = (entry: Entry) => cachedPartial(parts, endpoint, entry, as.version, keep);
  if (as.kind !== 'Table') {
    const head = {
      kind: 'PartialObjectMetadataList',
      apiVersion: `meta.k8s.io/${as.version}`,
      metadata: listMetaOf(list),
    };
    return jsonPieces(head, 'items', list.entries, 'null', (entry, out) => out.push(partial(entry)));
  }
  const { definition, version } = endpoint;
  const { head, cellsOf, order } = tableFrame(endpoint, { version: as.version, metadata: listMetaOf(list) }, now);
  return jsonPieces(
    head,
    'rows',
    order === undefined ? list.entries : list.entries.toSorted((left, right) => order(left.object, right.object)),
    definition.columns === undefined ? 'null' : '[]',
    (entry, out) => {
      const cells = stringify(cellsOf(inVersion(definition, entry.object, version)));
      out.push(utf8(`{"cells":${cells},"object":`));
      if (include === 'None') out.push(NULL);
      else if (include === 'Metadata') out.push(partial(entry));
      else out.push(...typedItem(endpoint, cachedItem(parts, endpoint, entry, keep)));
      out.push(CLOSE);
    },
  );
}

const NULL = utf8('null');
const CLOSE = utf8('}');

/** One entry's metadata as PartialObjectMetadata, its JSON cached. */
export const cachedPartial = (
  parts: EncoderParts,
  endpoint: Endpoint,
  entry: Entry,
  version: string,
  keep: boolean,
): Uint8Array =>
  parts.items.get(
    entry,
    `partial ${formOf(endpoint)} ${version}`,
    () => encodeJson(partialOf(emitted(entry, endpoint), version, endpoint)),
    keep,
  );
