import { type JsonObject, stringify, utf8 } from '#core/base';
import { apiVersionOf, type ListMeta, parseApiVersion } from '#core/machinery/object';
import { encodeProto, ENVELOPE_TAIL, envelopeHead } from '#core/machinery/protobuf';
import { type ObjectSchema, withSortedKeys } from '#core/machinery/schema';
import type { Entry } from '#core/store';
import type { Endpoint, ListResult } from '../context.ts';
import { type Group, itemGroups, lengthOf } from './blocks.ts';
import { emitted, formOf } from './emit.ts';
import { jsonItem } from './json-item.ts';
import type { EncoderParts } from './parts-of-answer.ts';

export function listMetaOf(list: ListResult): ListMeta {
  return {
    resourceVersion: String(list.revision),
    ...(list.continue === '' ? {} : { continue: list.continue }),
    ...(list.remaining === undefined || list.remaining <= 0 ? {} : { remainingItemCount: list.remaining }),
  };
}

/** One entry's cached JSON, without kind and apiVersion for a built-in. */
export const cachedItem = (parts: EncoderParts, endpoint: Endpoint, entry: Entry, keep = true): Uint8Array =>
  parts.items.get(entry, `json ${formOf(endpoint)}`, () => jsonItem(entry, endpoint), keep);

/** One entry's cached protobuf message. */
export const cachedMessage = (parts: EncoderParts, endpoint: Endpoint, entry: Entry, keep = true): Uint8Array =>
  parts.items.get(
    entry,
    `proto ${formOf(endpoint)}`,
    () => encodeProto(schemaOf(endpoint), emitted(entry, endpoint)),
    keep,
  );

export function schemaOf({ definition, version }: Endpoint): ObjectSchema {
  const served = definition.versions.find((one) => one.version === version);
  if (served === undefined) throw new Error(`${definition.resource} is not served in ${version}`);
  return served.schema;
}

export const COMMA = utf8(',');
const NONE = new Uint8Array();
const END = utf8(']}\n');

/**
 * The JSON of a list of any form: the fields of `head`, then under `field` its items, then the fields of `tail`, in pieces of
 * many. One of nothing is `empty`: null is what Go writes of a slice that was never made.
 */
export function* jsonPieces(
  head: object,
  field: string,
  groups: Iterable<Group>,
  empty: '[]' | 'null',
  tail: object = {},
): Generator<readonly Uint8Array[]> {
  const rest = stringify(tail).slice(1, -1);
  const start = `${stringify(head).slice(0, -1)},"${field}":`;
  let isEmpty = true;
  for (const { pieces } of groups) {
    if (isEmpty) yield [utf8(`${start}[`)];
    isEmpty = false;
    yield pieces;
  }
  if (isEmpty) yield [utf8(`${start}${empty}${rest === '' ? '' : `,${rest}`}}\n`)];
  else yield [rest === '' ? END : utf8(`],${rest}}\n`)];
}

/** A list as JSON. */
export function jsonList(parts: EncoderParts, list: ListResult): Generator<readonly Uint8Array[]> {
  const { endpoint, entries } = list;
  const { definition, version } = endpoint;
  const { group, listKind: kind } = definition;
  const apiVersion = apiVersionOf(group, version);
  const metadata = listMetaOf(list);
  const items = itemGroups(parts, list, entries, {
    name: `json ${formOf(endpoint)}`,
    separator: COMMA,
    write(entry, out, keep) {
      out.push(cachedItem(parts, endpoint, entry, keep));
      return Infinity;
    },
  });
  if (definition.edition === undefined) return jsonPieces({ kind, apiVersion, metadata }, 'items', items, '[]');
  const tail = { kind, metadata: withSortedKeys(metadata as unknown as JsonObject) };
  return jsonPieces({ apiVersion }, 'items', items, '[]', tail);
}

/** A list as protobuf. */
export function protobufList(parts: EncoderParts, list: ListResult): Generator<readonly Uint8Array[]> {
  const { endpoint } = list;
  const { group, listKind } = endpoint.definition;
  const message = (entry: Entry, keep: boolean) => cachedMessage(parts, endpoint, entry, keep);
  return protobufPieces(parts, list, { apiVersion: apiVersionOf(group, endpoint.version), kind: listKind }, message);
}

/**
 * The protobuf of a list of any form: its envelope, metadata as field 1, items as field 2. Pieces may be none: nothing can be
 * sent before the whole length is known, but others can be served.
 */
export function* protobufPieces(
  parts: EncoderParts,
  list: ListResult,
  { apiVersion, kind }: { readonly apiVersion: string; readonly kind: string },
  message: (entry: Entry, keep: boolean) => Uint8Array,
): Generator<readonly Uint8Array[]> {
  const { group, version } = parseApiVersion(apiVersion);
  const metaSchema = parts.registry.schema(group, version, kind)?.byName.get('metadata')?.schema;
  if (metaSchema?.type !== 'object') throw new Error(`${kind} has no schema`);
  const meta = encodeProto(metaSchema, listMetaOf(list));
  const head = [Uint8Array.of(0x0a), varint(meta.length), meta];
  const groups: (readonly Uint8Array[])[] = [];
  let length = lengthOf(head);
  const items = itemGroups(parts, list, list.entries, {
    name: `proto ${kind} ${apiVersion} ${formOf(list.endpoint)}`,
    separator: NONE,
    write(entry, out, keep) {
      const item = message(entry, keep);
      out.push(ITEMS, varint(item.length), item);
      return Infinity;
    },
  });
  for (const { pieces, isMade } of items) {
    groups.push(pieces);
    length += lengthOf(pieces);
    if (isMade) yield [];
  }
  yield [envelopeHead(apiVersion, kind, length), ...head];
  yield* groups;
  yield [ENVELOPE_TAIL];
}

/** The key of field 2, whose values have their lengths before them. */
const ITEMS = Uint8Array.of(0x12);

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  while (value >= 0x80) {
    bytes.push((value & 0x7f) | 0x80);
    value >>>= 7;
  }
  bytes.push(value);
  return Uint8Array.from(bytes);
}
