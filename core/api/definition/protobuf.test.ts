import { expect, test } from 'vitest';
import { fromBase64, stringify } from '#core/base';
import {
  decodeProto,
  encodeEnvelope,
  frameReader,
  openEnvelope,
  openWatchEvent,
  watchFrameHead,
} from '#core/machinery/protobuf';
import { parseApiVersion } from '#core/machinery/object';
import { isStatusError } from '#core/machinery/status';
import { vectors } from '../facts/vectors.ts';
import { builtInSchemas } from './built-in.ts';

const schemaFor = (apiVersion: string, kind: string) => {
  const { group, version } = parseApiVersion(apiVersion);
  return builtInSchemas.kind(group, version, kind)!;
};

test.each(vectors.map((one, index) => ({ ...one, it: `${index} ${one.json.slice(0, 60)}` })))(
  'reads and writes what the original does: $it',
  ({ json, protobuf }) => {
    const bytes = fromBase64(protobuf);
    const envelope = openEnvelope(bytes);
    const schema = schemaFor(envelope.apiVersion, envelope.kind);
    const object = decodeProto(schema, envelope.message, envelope);
    expect(stringify(object)).toBe(json);
    expect(encodeEnvelope(schema, object)).toEqual(bytes);
  },
);

test('every cut of a message is refused or read, never a crash', () => {
  for (const { protobuf } of vectors) {
    const { message, apiVersion, kind } = openEnvelope(fromBase64(protobuf));
    const schema = schemaFor(apiVersion, kind);
    for (let length = 0; length < message.length; length++)
      try {
        decodeProto(schema, message.subarray(0, length));
      } catch (error) {
        expect(isStatusError(error, 'BadRequest')).toBe(true);
      }
  }
});

test('a map may have a key called __proto__', () => {
  const schema = builtInSchemas.kind('', 'v1', 'ConfigMap')!;
  const data = JSON.parse('{"__proto__":"x","a":"y"}');
  const { message } = openEnvelope(encodeEnvelope(schema, { apiVersion: 'v1', kind: 'ConfigMap', data } as never));
  expect(JSON.stringify(decodeProto(schema, message))).toBe('{"metadata":{},"data":{"__proto__":"x","a":"y"}}');
});

test('watch frames survive any cutting into chunks', () => {
  const envelope = fromBase64(vectors[0]!.protobuf);
  const frame = Uint8Array.from([...watchFrameHead('ADDED', envelope.length), ...envelope]);
  const reader = frameReader();
  const frames = [...frame, ...frame].flatMap((byte) => reader.push(Uint8Array.of(byte)).map((one) => one.slice()));
  expect(frames.map(openWatchEvent)).toEqual([
    { type: 'ADDED', object: envelope },
    { type: 'ADDED', object: envelope },
  ]);
});
