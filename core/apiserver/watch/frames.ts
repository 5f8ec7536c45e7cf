import { concat, encodeJson, utf8 } from '#core/base';
import { apiVersionOf, type KubeObject } from '#core/machinery/object';
import { encodeEnvelope, ENVELOPE_TAIL, envelopeHead, watchFrameHead } from '#core/machinery/protobuf';
import { zeroObject } from '#core/machinery/schema';
import type { Status } from '#core/machinery/status';
import type { Endpoint } from '../context.ts';
import { emitted, emittedAt, isCustom } from '../encoding/emit.ts';
import { cborFrame } from '../encoding/cbor.ts';
import { typedItem } from '../encoding/typed.ts';
import { jsonItem } from '../encoding/json-item.ts';
import { cachedItem, cachedMessage, schemaOf } from '../encoding/lists.ts';
import type { Media } from '../encoding/media.ts';
import type { EncoderParts } from '../encoding/parts-of-answer.ts';
import { type IncludeObject, type TableMaker, transformObject } from '../encoding/transforms.ts';
import type { News } from './news.ts';

const INITIAL_END = 'k8s.io/initial-events-end';

export interface WatchFormat {
  readonly parts: EncoderParts;
  readonly table: TableMaker;
  readonly endpoint: Endpoint;
  readonly media: Media;
  readonly include: IncludeObject;
  /** Tells formats apart: what is made for one is sent to all that have the same. */
  readonly id: string;
}

/** A format with its id. */
export const watchFormat = (format: Omit<WatchFormat, 'id'>): WatchFormat => {
  const { endpoint, media, include } = format;
  const { as } = media;
  const place = `${endpoint.definition.group}/${endpoint.version}`;
  return { ...format, id: `${place} ${media.format} ${as?.kind ?? ''} ${as?.version ?? ''} ${include}` };
};

/** The object of a news item, as in-process watchers get it and as transforms read it. */
export function objectOf({ entry, revision, initialEnd }: News, endpoint: Endpoint): KubeObject {
  if (entry !== undefined) {
    return entry.revision === revision ? emitted(entry, endpoint) : emittedAt(entry.object, revision, endpoint);
  }
  const { definition, version } = endpoint;
  const zero = isCustom(definition) ? {} : zeroObject(schemaOf(endpoint));
  return {
    kind: definition.kind,
    apiVersion: apiVersionOf(definition.group, version),
    ...zero,
    metadata: {
      resourceVersion: String(revision),
      ...(initialEnd === true ? { annotations: { [INITIAL_END]: 'true' } } : {}),
    },
  };
}

/** One event as it is sent; made once for all watchers that want it in this format. */
export function frameOf(format: WatchFormat, news: News, columns: boolean): Uint8Array {
  const { frames } = news;
  if (frames === undefined) return makeFrame(format, news, columns);
  // Only a Table has columns, and only once.
  const id = columns && format.media.as?.kind === 'Table' ? `${format.id} columns` : format.id;
  let frame = frames.get(id);
  if (frame === undefined) frames.set(id, (frame = makeFrame(format, news, columns)));
  return frame;
}

function makeFrame({ parts, table, endpoint, media, include }: WatchFormat, news: News, columns: boolean): Uint8Array {
  const { type, entry, revision } = news;
  if (media.as !== undefined) {
    const object = transformObject(table, endpoint, objectOf(news, endpoint), media.as, include, columns);
    return objectFrame(parts, media, type, object);
  }
  if (media.format === 'protobuf') {
    if (entry === undefined || entry.revision !== revision) return protobufFrame(parts, type, objectOf(news, endpoint));
    const { definition, version } = endpoint;
    const message = cachedMessage(parts, endpoint, entry);
    const head = envelopeHead(apiVersionOf(definition.group, version), definition.kind, message.length);
    const length = head.length + message.length + ENVELOPE_TAIL.length;
    return concat([watchFrameHead(type, length), head, message, ENVELOPE_TAIL]);
  }
  if (entry === undefined) return objectFrame(parts, media, type, objectOf(news, endpoint));
  const item = entry.revision === revision ? cachedItem(parts, endpoint, entry) : jsonItem(entry, endpoint, revision);
  return writtenFrame(parts, media, type, typedItem(endpoint, item));
}

const objectFrame = (parts: EncoderParts, media: Media, type: string, object: KubeObject): Uint8Array =>
  media.format === 'protobuf'
    ? protobufFrame(parts, type, object)
    : writtenFrame(parts, media, type, [encodeJson(object)]);

const writtenFrame = ({ registry }: EncoderParts, { format }: Media, type: string, json: readonly Uint8Array[]) =>
  format === 'cbor' ? cborFrame(registry, type, json) : jsonFrame(type, json);

const frameHeads = new Map<string, Uint8Array>(
  ['ADDED', 'MODIFIED', 'DELETED', 'BOOKMARK', 'ERROR'].map((type) => [type, utf8(`{"type":"${type}","object":`)]),
);
const FRAME_END = utf8('}\n');

const jsonFrame = (type: string, object: readonly Uint8Array[]): Uint8Array =>
  concat([frameHeads.get(type)!, ...object, FRAME_END]);

function protobufFrame(parts: EncoderParts, type: string, object: KubeObject): Uint8Array {
  const slash = object.apiVersion.indexOf('/');
  const group = slash < 0 ? '' : object.apiVersion.slice(0, slash);
  const schema = parts.registry.schema(group, object.apiVersion.slice(slash + 1), object.kind);
  if (schema === undefined) throw new Error(`${object.apiVersion} ${object.kind} has no protobuf form`);
  const envelope = encodeEnvelope(schema, object);
  return concat([watchFrameHead(type, envelope.length), envelope]);
}

/** A failure as an event. */
export const errorFrame = ({ parts, media }: WatchFormat, status: Status): Uint8Array =>
  objectFrame(parts, media, 'ERROR', status as unknown as KubeObject);
