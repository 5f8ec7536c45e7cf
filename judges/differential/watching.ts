import { frameReader, openWatchEvent } from '#core/machinery/protobuf';
import { type Answer, open } from './request.ts';
import type { ReadStep, WatchStep } from './scenario.ts';
import type { Side } from './sides.ts';
import type { WireStream } from './wire.ts';

/** How long events that are expected are waited for, in milliseconds. */
const EVENTS = 3000;

/** A watch whose events have not all been read. */
export interface OpenWatch {
  readonly path: string;
  readonly stream: WireStream;
  /** Events that nobody has read: lines with their ends, or frames with their lengths. */
  readonly events: Uint8Array[];
  ended: boolean;
  wake: () => void;
}

/** Opens a watch and gathers what it says. */
export async function openWatch(side: Side, { path, headers, as }: WatchStep): Promise<OpenWatch> {
  const stream = await open(side, {
    method: 'GET',
    path,
    ...(headers === undefined ? {} : { headers }),
    ...(as === undefined ? {} : { as }),
  });
  const watch: OpenWatch = { path, stream, events: [], ended: false, wake: () => undefined };
  void follow(watch);
  return watch;
}

const isFramed = ({ stream }: OpenWatch): boolean =>
  stream.status === 200 && stream.headers['content-type']?.includes('protobuf') === true;

async function follow(watch: OpenWatch): Promise<void> {
  const events = isFramed(watch) ? frames() : lines();
  try {
    for await (const chunk of watch.stream.chunks) {
      watch.events.push(...events.cut(chunk));
      watch.wake();
    }
  } catch {
    // Cut off: as much an end as any.
  }
  watch.events.push(...events.rest());
  watch.ended = true;
  watch.wake();
}

/** What makes events of a stream of chunks: those that are whole now, and what is left at its end. */
interface Cutter {
  cut(chunk: Uint8Array): readonly Uint8Array[];
  rest(): readonly Uint8Array[];
}

function lines(): Cutter {
  let rest = '';
  return {
    cut(chunk) {
      const parts = (rest + Buffer.from(chunk).toString()).split('\n');
      rest = parts.pop()!;
      return parts.map((line) => Buffer.from(`${line}\n`));
    },
    rest: () => (rest === '' ? [] : [Buffer.from(rest)]),
  };
}

function frames(): Cutter {
  const reader = frameReader();
  return {
    cut: (chunk) =>
      reader.push(chunk).map((frame) => {
        const head = new Uint8Array(4);
        new DataView(head.buffer).setUint32(0, frame.length);
        return Buffer.concat([head, frame]);
      }),
    rest: () => [],
  };
}

/** Its answer's body holds the events; the header `x-ended` says whether the server has ended the stream. */
export async function read(watch: OpenWatch, { count }: ReadStep): Promise<Answer> {
  const until = Date.now() + (count === 'end' ? 10 * EVENTS : EVENTS);
  while (wanted(watch, count) === 0 && !watch.ended && Date.now() < until) {
    const late = new Promise((resolve) => setTimeout(resolve, until - Date.now()));
    await Promise.race([new Promise<void>((resolve) => (watch.wake = resolve)), late]);
  }
  const taken = watch.events.splice(0, wanted(watch, count) || watch.events.length);
  return {
    asked: { method: 'GET', path: watch.path },
    // Events come long after the watch was asked for.
    sentAt: Date.now(),
    status: watch.stream.status,
    headers: { ...watch.stream.headers, ...(watch.ended && watch.events.length === 0 ? { 'x-ended': 'true' } : {}) },
    body: Buffer.concat(taken),
  };
}

/** How many events to take; 0 while there are too few. */
function wanted(watch: OpenWatch, count: ReadStep['count']): number {
  const { events } = watch;
  if (count === 'end') return 0;
  if (count !== 'deleted') return events.length < count ? 0 : count;
  const isDeletion = (event: Uint8Array) =>
    isFramed(watch)
      ? openWatchEvent(event.subarray(4)).type === 'DELETED'
      : Buffer.from(event).includes('"type":"DELETED"');
  return events.findIndex(isDeletion) + 1;
}
