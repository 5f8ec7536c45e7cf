import { concat, encodeJson, type Turns, utf8, type Writable, writeTogether } from '#core/base';
import { apiVersionOf, type KubeObject } from '#core/machinery/object';
import { encodeEnvelope, ENVELOPE_TAIL, envelopeHead, watchFrameHead } from '#core/machinery/protobuf';
import { zeroObject } from '#core/machinery/schema';
import { isStatusError, type Status } from '#core/machinery/status';
import type { Context, Endpoint } from '../context.ts';
import { emitted, emittedAt, isCustom } from '../encoding/emit.ts';
import { cborFrame } from '../encoding/cbor.ts';
import { headersOf } from '../encoding/encoder.ts';
import { typedItem } from '../encoding/typed.ts';
import { jsonItem } from '../encoding/json-item.ts';
import { cachedItem, cachedMessage, schemaOf } from '../encoding/lists.ts';
import { CBOR_SEQUENCE, CONTENT_TYPES, type Format, type Media } from '../encoding/media.ts';
import type { EncoderParts } from '../encoding/parts-of-answer.ts';
import { type IncludeObject, type TableMaker, transformObject } from '../encoding/transforms.ts';
import type { Answer, WatchEvent, WatchSink } from '../types.ts';
import type { Close } from './hub.ts';
import type { News } from './news.ts';
import type { WatchPlan } from './plan.ts';
import type { Receiver } from './subscriber.ts';

/** Bytes written at once at most; a longer delivery is cut. */
const WRITE = 256 * 1024;
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

const errorFrame = ({ parts, media }: WatchFormat, status: Status): Uint8Array =>
  objectFrame(parts, media, 'ERROR', status as unknown as KubeObject);

export type OpenWatch = (endpoint: Endpoint, plan: WatchPlan, receiver: Receiver) => Close;

const STREAM_TYPES: Readonly<Record<Format, string>> = {
  ...CONTENT_TYPES,
  protobuf: `${CONTENT_TYPES.protobuf};stream=watch`,
  cbor: CBOR_SEQUENCE,
};

/** A watch as an answer that streams. */
export function watchAnswer(context: Context, format: WatchFormat, plan: WatchPlan, open: OpenWatch): Answer {
  return {
    status: 200,
    headers: { ...headersOf(context), 'content-type': STREAM_TYPES[format.media.format] },
    body: (out) => streamWatch(context, format, plan, open, out),
  };
}

/** Sends a watch's events, a chunk each, until either side ends. */
export function streamWatch(
  context: Context,
  format: WatchFormat,
  plan: WatchPlan,
  open: OpenWatch,
  out: Writable,
): void {
  let columns = true;
  let close: Close | undefined;
  const receiver: Receiver = {
    deliver(news) {
      if (news.length === 1) {
        const frame = frameOf(format, news[0]!, columns);
        columns = false;
        return out.write(frame);
      }
      let behind: Promise<void> | undefined;
      let frames: Uint8Array[] = [];
      let length = 0;
      for (let i = 0; i < news.length; i++) {
        const frame = frameOf(format, news[i]!, columns);
        columns = false;
        frames.push(frame);
        length += frame.length;
        if (length < WRITE) continue;
        behind = writeTogether(out, frames) ?? behind;
        frames = [];
        length = 0;
      }
      return frames.length === 0 ? behind : (writeTogether(out, frames) ?? behind);
    },
    end(failure) {
      if (isStatusError(failure)) out.write(errorFrame(format, failure.status));
      out.end();
    },
  };
  try {
    close = open(format.endpoint, plan, receiver);
  } catch (failure) {
    if (!isStatusError(failure)) throw failure;
    receiver.end(failure);
    return;
  }
  const stop = () => close?.();
  context.signal().addEventListener('abort', stop, { once: true });
  void out.closed.then(() => {
    context.signal().removeEventListener('abort', stop);
    stop();
  });
}

/** A watch from inside the process: objects, shared with the store. */
export function watchInside(
  context: Context,
  endpoint: Endpoint,
  plan: WatchPlan,
  open: OpenWatch,
  sink: WatchSink,
  turns: Turns,
): void {
  let close: Close | undefined;
  let aborted = false;
  const receiver: Receiver = {
    deliver(news) {
      if (aborted) return undefined;
      const events: WatchEvent[] = [];
      for (let i = 0; i < news.length; i++) {
        events.push({ type: news[i]!.type, object: objectOf(news[i]!, endpoint) });
      }
      sink.events(events);
      return undefined;
    },
    end(failure) {
      if (aborted) return;
      if (isStatusError(failure)) {
        sink.events([{ type: 'ERROR', object: failure.status as unknown as KubeObject }]);
      }
      context.signal().removeEventListener('abort', stop);
      sink.ended();
    },
  };
  const stop = () => {
    aborted = true;
    close?.();
  };
  try {
    close = open(endpoint, plan, receiver);
    context.signal().addEventListener('abort', stop, { once: true });
  } catch (failure) {
    if (!isStatusError(failure)) throw failure;
    // In a turn of its own: the caller first learns that the watch was opened.
    turns.post(() => receiver.end(failure), 'watch');
  }
}
