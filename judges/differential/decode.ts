import { builtInSchemas } from '#core/api/definition';
import { isEnvelope, openEnvelope, decodeProto } from '#core/machinery/protobuf';
import { parseApiVersion } from '#core/machinery/object';
import { yamlCodec } from '#adapters/yaml';
import type { Answer } from './request.ts';

/** The text of an answer as data: JSON, YAML and protobuf become objects, a watch's lines an array, anything else stays text. */
export function decoded(answer: Answer, text: (text: string) => string): unknown {
  const { body } = answer;
  if (body.length === 0) return '';
  const type = answer.headers['content-type'] ?? '';
  if (isEnvelope(body)) return { protobuf: JSON.parse(text(JSON.stringify(message(body)))) as unknown };
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

function message(body: Uint8Array): unknown {
  const { apiVersion, kind, message: bytes } = openEnvelope(body);
  const { group, version } = parseApiVersion(apiVersion);
  const schema = builtInSchemas.kind(group, version, kind);
  if (schema === undefined) return { apiVersion, kind, bytes: Buffer.from(bytes).toString('base64') };
  return { apiVersion, kind, ...decodeProto(schema, bytes) };
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
