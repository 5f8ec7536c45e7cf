import { type JsonObject, stringify, utf8 } from '#core/base';
import { apiVersionOf, type ListMeta } from '#core/machinery/object';
import { encodeProto, ENVELOPE_TAIL, envelopeHead } from '#core/machinery/protobuf';
import { type ObjectSchema, withSortedKeys } from '#core/machinery/schema';
import type { Entry } from '#core/store';
import type { Endpoint, ListResult } from '../context.ts';
import { emitted, formOf } from './emit.ts';
import { jsonItem } from './json-item.ts';
import type { EncoderParts } from './parts-of-answer.ts';

/** Items joined into one piece of a body. */
const ITEMS_A_PIECE = 64;

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

const COMMA = utf8(',');

const END = utf8(']}\n');

/**
 * The JSON of a list of any form: the fields of `head`, then under `field` what `write` makes of each entry, then those of `tail`,
 * in pieces of many.
 * One of nothing is `empty`: null is what Go writes of a slice that was never made.
 */
export function* jsonPieces(
  head: object,
  field: string,
  entries: readonly Entry[],
  empty: '[]' | 'null',
  write: (entry: Entry, out: Uint8Array[]) => void,
  tail: object = {},
): Generator<readonly Uint8Array[]> {
  const rest = stringify(tail).slice(1, -1);
  const end = rest === '' ? END : utf8(`],${rest}}\n`);
  const start = `${stringify(head).slice(0, -1)},"${field}":`;
  if (entries.length === 0) {
    yield [utf8(`${start}${empty}${rest === '' ? '' : `,${rest}`}}\n`)];
    return;
  }
  let pieces: Uint8Array[] = [utf8(`${start}[`)];
  for (let i = 0; i < entries.length; i++) {
    if (i > 0) pieces.push(COMMA);
    write(entries[i]!, pieces);
    if (i % ITEMS_A_PIECE === ITEMS_A_PIECE - 1) {
      yield pieces;
      pieces = [];
    }
  }
  pieces.push(end);
  yield pieces;
}

/** Whether it is worth it to keep what is made of all these entries: the first says how large it is. */
export const isKept = (
  { items }: EncoderParts,
  entries: readonly Entry[],
  make: (entry: Entry) => Uint8Array,
): boolean => entries.length === 0 || items.holds(entries.length, make(entries[0]!).length);

/** A list as JSON. */
export function jsonList(parts: EncoderParts, list: ListResult): Generator<readonly Uint8Array[]> {
  const { endpoint, entries } = list;
  const { definition, version } = endpoint;
  const { group, listKind: kind } = definition;
  const apiVersion = apiVersionOf(group, version);
  const metadata = listMetaOf(list);
  const keep = isKept(parts, entries, (entry) => cachedItem(parts, endpoint, entry));
  const write = (entry: Entry, out: Uint8Array[]) => void out.push(cachedItem(parts, endpoint, entry, keep));
  if (definition.edition === undefined)
    return jsonPieces({ kind, apiVersion, metadata }, 'items', entries, '[]', write);
  const tail = { kind, metadata: withSortedKeys(metadata as unknown as JsonObject) };
  return jsonPieces({ apiVersion }, 'items', entries, '[]', write, tail);
}

/** A list as protobuf: its envelope, metadata as field 1, items as field 2. Pieces may be none: then there was work to do. */
export function* protobufList(parts: EncoderParts, list: ListResult): Generator<readonly Uint8Array[]> {
  const { endpoint, entries } = list;
  const { definition, version } = endpoint;
  const schema = parts.registry.schema(definition.group, version, definition.listKind);
  const metaSchema = schema?.byName.get('metadata')?.schema;
  if (metaSchema?.type !== 'object') throw new Error(`${definition.listKind} has no schema`);
  const meta = encodeProto(metaSchema, listMetaOf(list));
  const keep = isKept(parts, entries, (entry) => cachedMessage(parts, endpoint, entry));
  const messages: Uint8Array[] = [];
  let length = 1 + varint(meta.length).length + meta.length;
  for (let i = 0; i < entries.length; i++) {
    const message = cachedMessage(parts, endpoint, entries[i]!, keep);
    messages.push(message);
    length += 1 + varint(message.length).length + message.length;
    // Nothing can be sent before the whole length is known, but others can be served.
    if (i % ITEMS_A_PIECE === ITEMS_A_PIECE - 1) yield [];
  }
  let pieces: Uint8Array[] = [
    envelopeHead(apiVersionOf(definition.group, version), definition.listKind, length),
    Uint8Array.of(0x0a),
    varint(meta.length),
    meta,
  ];
  for (let i = 0; i < messages.length; i++) {
    pieces.push(Uint8Array.of(0x12), varint(messages[i]!.length), messages[i]!);
    if (i % ITEMS_A_PIECE === ITEMS_A_PIECE - 1) {
      yield pieces;
      pieces = [];
    }
  }
  pieces.push(ENVELOPE_TAIL);
  yield pieces;
}

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  while (value >= 0x80) {
    bytes.push((value & 0x7f) | 0x80);
    value >>>= 7;
  }
  bytes.push(value);
  return Uint8Array.from(bytes);
}
