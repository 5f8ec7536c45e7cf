import { type Turns, type Writable, writeTogether } from '#core/base';
import type { KubeObject } from '#core/machinery/object';
import { isStatusError } from '#core/machinery/status';
import type { Context, Endpoint } from '../context.ts';
import { headersOf } from '../encoding/encoder.ts';
import { CBOR_SEQUENCE, CONTENT_TYPES, type Format } from '../encoding/media.ts';
import type { Answer, WatchEvent, WatchSink } from '../types.ts';
import { errorFrame, frameOf, objectOf, type WatchFormat } from './frames.ts';
import type { Close } from './hub.ts';
import { joined } from './joined.ts';
import type { WatchPlan } from './plan.ts';
import type { Receiver } from './subscriber.ts';

/** Bytes written at once at most; a longer delivery is cut. */
const WRITE = 256 * 1024;

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

/** Sends a watch's events until either side ends; to one that takes `messages`, each as a chunk of its own. */
export function streamWatch(
  context: Context,
  format: WatchFormat,
  plan: WatchPlan,
  open: OpenWatch,
  out: Writable,
  messages = false,
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
      const whole = columns || messages ? undefined : joined(format, news, WRITE);
      if (whole !== undefined) return out.write(whole);
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
