import { expect, test } from 'vitest';
import { yamlCodec } from '#adapters/yaml';
import { builtInSchemas } from '#core/api/definition';
import { type JsonObject, parseJson, stringify, utf8 } from '#core/base';
import { parseApiVersion } from '#core/machinery/object';
import { decodeProto, encodeEnvelope, openEnvelope } from '#core/machinery/protobuf';
import { normalise, type ObjectSchema } from '#core/machinery/schema';
import { type Vector, vectors } from './vectors.ts';

interface Known extends Vector {
  readonly schema: ObjectSchema;
}

/** The vectors of kinds that we know; the others are those of groups that were never served by this version. */
const known = vectors().flatMap((vector): Known[] => {
  const { apiVersion, kind } = openEnvelope(vector.protobuf);
  const { group, version } = parseApiVersion(apiVersion);
  const schema = builtInSchemas.kind(group, version, kind);
  return schema === undefined ? [] : [{ ...vector, schema }];
});
if (known.length === 0) console.log("skipped: Go's module cache lacks k8s.io/api@v0.36.1/testdata");

const parsed = (json: Uint8Array) => parseJson(json).value as JsonObject;
const fromProtobuf = ({ protobuf, schema }: Known) => {
  const envelope = openEnvelope(protobuf);
  return decodeProto(schema, envelope.message, envelope);
};
/** As a body is read: unknown fields would be told. */
function decoded(schema: ObjectSchema, value: JsonObject): JsonObject {
  const { value: object, unknown } = normalise(schema, value);
  expect(unknown).toEqual([]);
  return object;
}
/** JSON without spaces, its fields in the vector's order, its numbers exact. */
const canonical = (json: Uint8Array) => stringify(parsed(json));

test.runIf(known.length > 0)('all kinds are judged', () => expect(known.length).toBeGreaterThanOrEqual(132));

test.runIf(known.length > 0).each(known)('$name', (vector) => {
  const { schema, json, yaml, protobuf } = vector;
  const object = fromProtobuf(vector);
  const bytes = Buffer.from(protobuf);
  expect(stringify(object)).toBe(canonical(json));
  expect(bytes.equals(encodeEnvelope(schema, object as never))).toBe(true);
  for (const value of [parsed(json), yamlCodec.parse(yaml) as JsonObject]) {
    const read = decoded(schema, value);
    expect(stringify(read)).toBe(canonical(json));
    expect(bytes.equals(encodeEnvelope(schema, read as never))).toBe(true);
  }
  // What we write as YAML reads as the vector does.
  const written = yamlCodec.parse(yamlCodec.stringify(parsed(utf8(stringify(object)))));
  expect(written).toEqual(yamlCodec.parse(yaml));
});
