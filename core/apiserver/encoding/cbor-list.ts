import { type JsonObject, parseJson } from '#core/base';
import { arrayHead, encodeCbor, mapHead, SELF_DESCRIBED } from '#core/machinery/cbor';
import { apiVersionOf } from '#core/machinery/object';
import type { Entry } from '#core/store';
import type { Endpoint, ListResult } from '../context.ts';
import { itemGroups } from './blocks.ts';
import { builtIn, field } from './cbor.ts';
import { formOf } from './emit.ts';
import { cachedItem, listMetaOf, schemaOf } from './lists.ts';
import type { Transform } from './media.ts';
import type { EncoderParts } from './parts-of-answer.ts';
import { cachedPartial } from './transformed-list.ts';

const NONE = new Uint8Array();

/** A list in CBOR, or one of the metadata of its items, in pieces of many items. */
export function* cborList(parts: EncoderParts, list: ListResult, as?: Transform): Generator<readonly Uint8Array[]> {
  const { endpoint, entries } = list;
  const isEmptyPartial = as !== undefined && entries.length === 0;
  yield [
    SELF_DESCRIBED,
    mapHead(4),
    ...field('kind', as === undefined ? endpoint.definition.listKind : 'PartialObjectMetadataList'),
    encodeCbor('items'),
    // As in JSON: what was never made of nothing is null.
    isEmptyPartial ? encodeCbor(null) : arrayHead(entries.length),
  ];
  const items = itemGroups(parts, list, entries, {
    name: cborForm(endpoint, as),
    separator: NONE,
    write(entry, out, keep) {
      out.push(cborItem(parts, endpoint, entry, as, keep));
      return Infinity;
    },
  });
  for (const { pieces } of items) yield pieces;
  const { definition, version } = endpoint;
  // Lists of custom resources come from a map that always has it.
  const isMap = definition.edition !== undefined && as === undefined;
  const metadata = { ...(isMap ? { continue: '' } : {}), ...listMetaOf(list) } as unknown as JsonObject;
  const apiVersion = as === undefined ? apiVersionOf(definition.group, version) : `meta.k8s.io/${as.version}`;
  yield [...field('metadata', metadata), ...field('apiVersion', apiVersion)];
}

const cborForm = (endpoint: Endpoint, as: Transform | undefined): string =>
  `cbor ${as?.version ?? ''} ${formOf(endpoint)}`;

/** One entry as an item of such a list; made of its JSON, which has what was kept as text as it is. */
function cborItem(parts: EncoderParts, endpoint: Endpoint, entry: Entry, as: Transform | undefined, keep: boolean) {
  return parts.items.get(
    entry,
    cborForm(endpoint, as),
    () => {
      const json =
        as === undefined
          ? cachedItem(parts, endpoint, entry, false)
          : cachedPartial(parts, endpoint, entry, as.version, false);
      return encodeCbor(parseJson(json).value, as === undefined ? builtIn(schemaOf(endpoint)) : undefined);
    },
    keep,
  );
}
