import { concat, type JsonObject, stringify, utf8 } from '#core/base';
import { apiVersionOf, type ListMeta, parseApiVersion } from '#core/machinery/object';
import { encodeProto, ENVELOPE_TAIL, envelopeHead, protoLength } from '#core/machinery/protobuf';
import { type ObjectSchema, withSortedKeys } from '#core/machinery/schema';
import type { Entry } from '#core/store';
import type { Endpoint, ListResult } from '../context.ts';
import { areKept, type ItemForm, itemGroups, lengthOf } from './blocks.ts';
import { emittedOnce, formOf } from './emit.ts';
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
export const cachedMessage = (parts: EncoderParts, endpoint: Endpoint, entry: Entry): Uint8Array =>
  messageOf(parts, wholeMessages(endpoint), entry, true);

const messageOf = ({ items }: EncoderParts, { name, schema, object }: Messages, entry: Entry, keep: boolean) =>
  items.get(entry, name, () => encodeProto(schema, object(entry)), keep);

/** What entries become as messages of one form. */
export interface Messages {
  /** Tells it apart from all other forms of the same entries. */
  readonly name: string;
  readonly schema: ObjectSchema;
  object(entry: Entry): object;
}

const wholeMessages = (endpoint: Endpoint): Messages => ({
  name: `proto ${formOf(endpoint)}`,
  schema: schemaOf(endpoint),
  object: (entry) => emittedOnce(entry, endpoint),
});

export function schemaOf({ definition, version }: Endpoint): ObjectSchema {
  const served = definition.versions.find((one) => one.version === version);
  if (served === undefined) throw new Error(`${definition.resource} is not served in ${version}`);
  return served.schema;
}

export const COMMA = utf8(',');
const NONE = new Uint8Array();
const END = utf8(']}\n');

/** A list of any form as JSON: the fields of `head`, then under `field` its items, then the fields of `tail`. */
export interface JsonList {
  readonly head: object;
  readonly field: 'items' | 'rows';
  /** In the order in which they are written. */
  readonly entries: readonly Entry[];
  readonly form: ItemForm;
  /** What a list of nothing is: null is what Go writes of a slice that was never made. */
  readonly empty: '[]' | 'null';
  readonly tail?: object;
}

/** Its JSON, in pieces of many items; `now` in milliseconds, for ages. */
export function* jsonPieces(
  parts: EncoderParts,
  list: ListResult,
  { head, field, entries, form, empty, tail = {} }: JsonList,
  now: number,
): Generator<readonly Uint8Array[]> {
  const rest = stringify(tail).slice(1, -1);
  const start = `${stringify(head).slice(0, -1)},"${field}":`;
  if (entries.length === 0) {
    yield [utf8(`${start}${empty}${rest === '' ? '' : `,${rest}`}}\n`)];
    return;
  }
  yield [utf8(`${start}[`)];
  for (const { pieces } of itemGroups(parts, list, entries, form, now)) yield pieces;
  yield [rest === '' ? END : utf8(`],${rest}}\n`)];
}

/** A list of whole objects. */
export function objectList(parts: EncoderParts, list: ListResult): JsonList {
  const { endpoint, entries } = list;
  const { definition, version } = endpoint;
  const { group, listKind: kind } = definition;
  const apiVersion = apiVersionOf(group, version);
  const metadata = listMetaOf(list);
  const form: ItemForm = {
    name: `json ${formOf(endpoint)}`,
    separator: COMMA,
    write(entry, out, keep) {
      out.push(cachedItem(parts, endpoint, entry, keep));
      return Infinity;
    },
  };
  const items = { field: 'items', entries, form, empty: '[]' } as const;
  if (definition.edition === undefined) return { ...items, head: { kind, apiVersion, metadata } };
  const tail = { kind, metadata: withSortedKeys(metadata as unknown as JsonObject) };
  return { ...items, head: { apiVersion }, tail };
}

/** A list as protobuf. */
export function protobufList(parts: EncoderParts, list: ListResult): Generator<readonly Uint8Array[]> {
  const { endpoint } = list;
  const { group, listKind } = endpoint.definition;
  const type = { apiVersion: apiVersionOf(group, endpoint.version), kind: listKind };
  return protobufPieces(parts, list, type, wholeMessages(endpoint));
}

/** So many items are measured before everybody else gets a turn. */
const MEASURED = 64;

/**
 * The protobuf of a list of any form: its envelope, metadata as field 1, items as field 2. Nothing can be sent before the whole
 * length is known; pieces may be none, so that others can be served meanwhile. What the cache has no room for is measured first and
 * made while it is sent: all of it at once would be held in memory for each who asks.
 */
export function* protobufPieces(
  parts: EncoderParts,
  list: ListResult,
  { apiVersion, kind }: { readonly apiVersion: string; readonly kind: string },
  messages: Messages,
): Generator<readonly Uint8Array[]> {
  const { group, version } = parseApiVersion(apiVersion);
  const metaSchema = parts.registry.schema(group, version, kind)?.byName.get('metadata')?.schema;
  if (metaSchema?.type !== 'object') throw new Error(`${kind} has no schema`);
  const meta = encodeProto(metaSchema, listMetaOf(list));
  const head = [Uint8Array.of(0x0a), varint(meta.length), meta];
  const { entries } = list;
  const form: ItemForm = {
    name: `list ${kind} ${apiVersion} ${messages.name}`,
    separator: NONE,
    write(entry, out, keep) {
      const item = messageOf(parts, messages, entry, keep);
      out.push(ITEMS, varint(item.length), item);
      return Infinity;
    },
  };
  const groups: (readonly Uint8Array[])[] = [];
  let length = lengthOf(head);
  const kept = areKept(parts, entries, form);
  if (kept) {
    for (const { pieces, isMade } of itemGroups(parts, list, entries, form, 0, kept)) {
      // Tens of thousands of small arrays that wait for their turn would be work for the collector.
      groups.push(isMade ? [concat(pieces)] : pieces);
      length += lengthOf(pieces);
      if (isMade) yield [];
    }
  } else {
    for (const [i, entry] of entries.entries()) {
      const item = protoLength(messages.schema, messages.object(entry));
      length += ITEMS.length + varint(item).length + item;
      if (i % MEASURED === 0) yield [];
    }
  }
  yield [envelopeHead(apiVersion, kind, length), ...head];
  if (kept) yield* groups;
  else for (const { pieces } of itemGroups(parts, list, entries, form, 0, kept)) yield [concat(pieces)];
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
