import { builtInSchemas } from '#core/api/definition';
import {
  decodeProto,
  encodeEnvelope,
  frameReader,
  isEnvelope,
  openEnvelope,
  openWatchEvent,
} from '#core/machinery/protobuf';
import type { Json, JsonObject } from '#core/base';
import { decodeCbor, decodeCborSequence, encodeCbor, SELF_DESCRIBED } from '#core/machinery/cbor';
import { withSortedKeys } from '#core/machinery/schema';
import { parseApiVersion } from '#core/machinery/object';
import { yamlCodec } from '#adapters/yaml';
import type { Answer } from './request.ts';

/** The text of an answer as data: JSON, YAML, protobuf and CBOR become objects, a watch's lines an array, anything else stays text. */
export function decoded(answer: Answer, text: (text: string) => string): unknown {
  const { body } = answer;
  if (body.length === 0) return '';
  const type = answer.headers['content-type'] ?? '';
  const plain = (value: unknown) => JSON.parse(text(JSON.stringify(value))) as unknown;
  if (isEnvelope(body)) return plain(opened(body));
  if (type === 'application/cbor') return plain(ofCbor(body, decodeCbor(body).value));
  if (type === 'application/cbor-seq') return decodeCborSequence(body).map((item) => plain(withSortedKeys(item)));
  if (answer.status === 200 && type.startsWith('application/vnd.kubernetes.protobuf'))
    return frameReader()
      .push(body)
      .map((frame) => plain(event(frame)));
  const written = text(Buffer.from(body).toString());
  if (type.includes('json')) return answer.asked.path === '/openapi/v2' ? resolved(json(written)) : json(written);
  // A key that is a bare dot is no number, whatever the parser thinks.
  if (type.includes('yaml')) return { yaml: yamlCodec.parse(written.replaceAll(/^(\s*)\.: /gm, '$1".": ')) };
  return written;
}

function json(written: string): unknown {
  try {
    return JSON.parse(written);
  } catch {
    const lines = written.trimEnd().split('\n');
    try {
      return lines.map((line) => JSON.parse(line) as unknown);
    } catch {
      return written;
    }
  }
}

/**
 * An object in protobuf. It says so where its bytes are not those that a schema's order of fields and the order of a map's
 * keys make of the object: a field that nobody knows, or one written elsewhere.
 */
function opened(body: Uint8Array): Readonly<Record<string, unknown>> {
  const { apiVersion, kind, message: bytes } = openEnvelope(body);
  const { group, version } = parseApiVersion(apiVersion);
  const schema = builtInSchemas.kind(group, version, kind);
  if (schema === undefined) return { protobuf: { apiVersion, kind, bytes: Buffer.from(bytes).toString('base64') } };
  const object = { apiVersion, kind, ...decodeProto(schema, bytes) };
  const isPlain = Buffer.from(body).equals(encodeEnvelope(schema, object));
  return isPlain ? { protobuf: object } : { protobuf: object, bytes: 'written otherwise' };
}

/**
 * A document in CBOR, its keys in order: the original's are in none. It says so where its length is not that of what a schema makes
 * of the object: a text where bytes or a float should be.
 */
function ofCbor(body: Uint8Array, item: Json): Readonly<Record<string, unknown>> {
  const object = item as JsonObject;
  const { apiVersion = '', kind = '' } = object;
  const { group, version } = parseApiVersion(String(apiVersion));
  const length = SELF_DESCRIBED.length + encodeCbor(item, builtInSchemas.kind(group, version, String(kind))).length;
  return { cbor: withSortedKeys(item), ...(length === body.length ? {} : { bytes: 'written otherwise' }) };
}

function event(frame: Uint8Array): unknown {
  const { type, object } = openWatchEvent(frame);
  return { type, object: opened(object) };
}

/** An OpenAPI v2 document with its shared parameters where they are used: which of them are shared is of no account. */
function resolved(document: unknown): unknown {
  const { parameters = {}, ...rest } = document as { readonly parameters?: Readonly<Record<string, unknown>> };
  const shared = new Map(Object.entries(parameters).map(([name, one]) => [`#/parameters/${name}`, one]));
  const visit = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(visit);
    if (value === null || typeof value !== 'object') return value;
    if ('$ref' in value && shared.has(String(value.$ref))) return shared.get(String(value.$ref));
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, visit(one)]));
  };
  return visit(rest);
}
