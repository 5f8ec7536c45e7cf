import { concat } from '#core/base';
import type { ObjectSchema } from '#core/machinery/schema';
import { encodeProto } from './encode.ts';
import { malformed, newReader, enter, leave, readBytes, readText, readVarint, skip } from './reader.ts';
import { keyOf } from './shape.ts';
import { closeField, newWriter, putBytes, putText, putVarint, take, used, type Writer } from './writer.ts';

/** Every object that travels alone starts with it. Upstream: apimachinery/pkg/runtime/serializer/protobuf/protobuf.go. */
const MAGIC = Uint8Array.of(0x6b, 0x38, 0x73, 0);

/** What follows the message in an envelope: no content encoding, no content type. */
export const ENVELOPE_TAIL: Uint8Array = Uint8Array.of(0x1a, 0, 0x22, 0);

function putTextField(writer: Writer, tag: number, text: string): void {
  const before = used(writer);
  putText(writer, text);
  closeField(writer, before, keyOf(tag, 2));
}

/** All that comes before a message of `length` bytes; ENVELOPE_TAIL comes after it. */
export function envelopeHead(apiVersion: string, kind: string, length: number): Uint8Array {
  const writer = newWriter(128);
  putVarint(writer, length);
  putVarint(writer, keyOf(2, 2));
  const before = used(writer);
  putTextField(writer, 2, kind);
  putTextField(writer, 1, apiVersion);
  closeField(writer, before, keyOf(1, 2));
  putBytes(writer, MAGIC);
  return take(writer);
}

export interface Envelope {
  readonly apiVersion: string;
  readonly kind: string;
  /** The object's message. */
  readonly message: Uint8Array;
}

/** Whether the bytes claim to be an object in protobuf. */
export const isEnvelope = (bytes: Uint8Array): boolean =>
  bytes.length >= 4 && bytes[0] === 0x6b && bytes[1] === 0x38 && bytes[2] === 0x73 && bytes[3] === 0;

/** Opens an envelope. Throws a 400 where it is none. */
export function openEnvelope(bytes: Uint8Array): Envelope {
  if (!isEnvelope(bytes)) throw malformed('it does not start with the prefix k8s\\0');
  const reader = newReader(bytes.subarray(4));
  let [apiVersion, kind] = ['', ''];
  let message: Uint8Array = new Uint8Array();
  while (reader.at < reader.end) {
    const key = readVarint(reader);
    if (key === keyOf(1, 2)) {
      const outer = enter(reader);
      while (reader.at < reader.end) {
        const inner = readVarint(reader);
        if (inner === keyOf(1, 2)) apiVersion = readText(reader);
        else if (inner === keyOf(2, 2)) kind = readText(reader);
        else skip(reader, inner & 7);
      }
      leave(reader, outer);
    } else if (key === keyOf(2, 2)) message = readBytes(reader);
    else skip(reader, key & 7);
  }
  return { apiVersion, kind, message };
}

/** An object as it travels alone. `kind` and `apiVersion` are taken from it. */
export function encodeEnvelope(
  schema: ObjectSchema,
  object: { readonly apiVersion?: string; readonly kind?: string },
): Uint8Array {
  const message = encodeProto(schema, object);
  return concat([envelopeHead(object.apiVersion ?? '', object.kind ?? '', message.length), message, ENVELOPE_TAIL]);
}
