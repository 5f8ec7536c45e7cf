import { encodeJson, stringify, utf8 } from '#core/base';
import type { Entry } from '#core/store';
import type { Endpoint, ListResult } from '../context.ts';
import { emitted, inVersion } from './emit.ts';
import { cachedItem, listMetaOf } from './lists.ts';
import type { Transform } from './media.ts';
import type { EncoderParts } from './parts-of-answer.ts';
import { typedItem } from './typed.ts';
import { tableFrame } from './table.ts';
import { type IncludeObject, partialOf } from './transforms.ts';

/** Rows or items joined into one piece of a body. */
const ITEMS_A_PIECE = 64;

/** A list as the JSON of a Table or of a list of metadata, in pieces of many items; `now` in milliseconds, for ages. */
export function transformedList(
  parts: EncoderParts,
  list: ListResult,
  as: Transform,
  include: IncludeObject,
  now: number,
): Generator<readonly Uint8Array[]> {
  const { endpoint } = list;
  const partial = (entry: Entry) => cachedPartial(parts, endpoint, entry, as.version);
  if (as.kind !== 'Table') {
    const head = {
      kind: 'PartialObjectMetadataList',
      apiVersion: `meta.k8s.io/${as.version}`,
      metadata: listMetaOf(list),
    };
    return piecesOf(stringify(head), 'items', list.entries, (entry, out) => out.push(partial(entry)));
  }
  const { definition, version } = endpoint;
  const { head, cellsOf, order } = tableFrame(endpoint, { version: as.version, metadata: listMetaOf(list) }, now);
  return piecesOf(
    stringify(head),
    'rows',
    order === undefined ? list.entries : list.entries.toSorted((left, right) => order(left.object, right.object)),
    (entry, out) => {
      const cells = stringify(cellsOf(inVersion(definition, entry.object, version)));
      out.push(utf8(`{"cells":${cells},"object":`));
      if (include === 'None') out.push(NULL);
      else if (include === 'Metadata') out.push(partial(entry));
      else out.push(...typedItem(endpoint, cachedItem(parts, endpoint, entry)));
      out.push(CLOSE);
    },
    definition.columns === undefined,
  );
}

const NULL = utf8('null');
const CLOSE = utf8('}');
const COMMA = utf8(',');
const END = utf8(']}\n');

/** A head's fields, then the list under `field`; one of nothing is null, as Go writes a slice that was never made. */
function* piecesOf(
  head: string,
  field: string,
  entries: readonly Entry[],
  write: (entry: Entry, out: Uint8Array[]) => void,
  isNull = true,
): Generator<readonly Uint8Array[]> {
  if (entries.length === 0 && isNull) {
    yield [utf8(`${head.slice(0, -1)},"${field}":null}\n`)];
    return;
  }
  let pieces: Uint8Array[] = [utf8(`${head.slice(0, -1)},"${field}":[`)];
  for (let i = 0; i < entries.length; i++) {
    if (i > 0) pieces.push(COMMA);
    write(entries[i]!, pieces);
    if (i % ITEMS_A_PIECE === ITEMS_A_PIECE - 1) {
      yield pieces;
      pieces = [];
    }
  }
  pieces.push(END);
  yield pieces;
}

/** One entry's metadata as PartialObjectMetadata, its JSON cached. */
const cachedPartial = (parts: EncoderParts, endpoint: Endpoint, entry: Entry, version: string): Uint8Array =>
  parts.items.get(entry, `partial ${endpoint.version} ${version}`, () =>
    encodeJson(partialOf(emitted(entry, endpoint), version)),
  );
