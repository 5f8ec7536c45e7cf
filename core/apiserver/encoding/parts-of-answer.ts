import {
  concat,
  encodeJson,
  indentedJson,
  type Json,
  type JsonObject,
  type Log,
  parseJson,
  type Turns,
  utf8,
  type Writable,
  writeTogether,
} from '#core/base';
import type { Registry } from '#core/api/definition';
import type { KubeObject } from '#core/machinery/object';
import { encodeEnvelope } from '#core/machinery/protobuf';
import type { Gzip, Yaml } from '../parts.ts';
import type { Entry } from '#core/store';
import type { Block } from './blocks.ts';
import type { ByteCache } from './byte-cache.ts';
import { cborOf } from './cbor.ts';
import { CONTENT_TYPES, type Format, type Media } from './media.ts';

/** What encoding needs. */
export interface EncoderParts {
  readonly registry: Registry;
  readonly turns: Turns;
  readonly log: Log;
  readonly yaml: Yaml | undefined;
  readonly gzip: Gzip | undefined;
  /** CBOR may be asked for. */
  readonly cbor: boolean;
  /** Encoded items, by entry, and blocks of them. */
  readonly items: ByteCache<Entry, Block>;
}

const NEWLINE = utf8('\n');

/** An object as the whole of a body. */
export function wholeObject(parts: EncoderParts, media: Media, object: KubeObject): readonly Uint8Array[] {
  if (media.format === 'protobuf') {
    const { group, version } = groupVersion(object.apiVersion);
    const schema = parts.registry.schema(group, version, object.kind);
    if (schema === undefined) throw new Error(`${object.apiVersion} ${object.kind} has no protobuf form`);
    return [encodeEnvelope(schema, object)];
  }
  return written(parts, media, [encodeJson(object), NEWLINE]);
}

/** JSON as the media has it: as it is, indented, as YAML or CBOR. */
export function written(parts: EncoderParts, media: Media, json: readonly Uint8Array[]): readonly Uint8Array[] {
  if (media.format === 'json' && !media.pretty) return json;
  if (media.format === 'cbor') return cborOf(parts.registry, concat(json));
  const { value } = parseJson(concat(json));
  return [utf8(spelled(parts, media.format === 'yaml' ? 'yaml' : 'json', value))];
}

/** A value as people read it: indented JSON, or YAML. */
export const spelled = ({ yaml }: EncoderParts, format: 'json' | 'yaml', value: Json): string =>
  format === 'yaml' ? yaml!.stringify(byKey(value)) : indentedJson(value);

/** YAML is written with its keys in order, as the original does. */
function byKey(value: Json): Json {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return (value as readonly Json[]).map(byKey);
  const entries = Object.entries(value as JsonObject).sort(([left], [right]) => (left < right ? -1 : 1));
  return Object.fromEntries(entries.map(([key, one]) => [key, byKey(one)]));
}

/** `meta.k8s.io/v1` and `v1` of Status are one package to the schemas. */
function groupVersion(apiVersion: string): { group: string; version: string } {
  const slash = apiVersion.indexOf('/');
  return slash < 0
    ? { group: '', version: apiVersion }
    : { group: apiVersion.slice(0, slash), version: apiVersion.slice(slash + 1) };
}

export const contentTypeOf = (format: Format): string => CONTENT_TYPES[format];

/**
 * Writes groups of pieces one after another, waiting where the reader is behind and letting others have a turn every so often.
 * Nothing more is made for a reader that has left.
 */
export async function writeAll(turns: Turns, out: Writable, groups: Iterable<readonly Uint8Array[]>): Promise<void> {
  let count = 0;
  let isOver = false;
  void out.closed.then(() => (isOver = true));
  for (const group of groups) {
    if (isOver) return;
    const behind = group.length === 0 ? undefined : writeTogether(out, group);
    if (behind !== undefined) await behind;
    if (++count % 2 === 0) await new Promise<void>((resolve) => turns.post(resolve, 'encode'));
  }
  out.end();
}
