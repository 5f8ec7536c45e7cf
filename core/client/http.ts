import { concat, encodeJson, lossyTextOf, parseJson, type Readable } from '#core/base';
import type { Headers, OutboundAnswer, OutboundRequest, WatchEvent } from '#core/apiserver';
import type { KubeObject } from '#core/machinery/object';
import { refusal, type Status, StatusError, serviceUnavailable } from '#core/machinery/status';
import { type Call, type CallSink, clientOver } from './calls.ts';
import { lines } from './lines.ts';
import type { Client } from './types.ts';

/**
 * Carries one request to the server and gives the answer's head and its body as a stream. It holds the server's address and
 * the caller's credentials, and reconnects by itself. Rejects with a StatusError (503, 504) when nobody answers.
 */
export type Transport = (request: OutboundRequest) => Promise<OutboundAnswer>;

export interface HttpClientOptions {
  readonly userAgent: string;
  /** Told of each Warning header's text. */
  readonly warned?: (warning: string) => void;
  /** Milliseconds for a whole answer, watches apart. Default one minute, as the server's own limit. */
  readonly timeout?: number;
}

/** More than any list that the server sends in one page. */
const MAX_ANSWER = 256 * 1024 * 1024;
/** One event is one object. */
const MAX_EVENT = 16 * 1024 * 1024;
const DEFAULT_TIMEOUT = 60_000;

/** A client over HTTP, speaking JSON. */
export function httpClient(transport: Transport, options: HttpClientOptions): Client {
  const { userAgent, warned, timeout = DEFAULT_TIMEOUT } = options;

  const open = async (call: Call, wait: number | undefined): Promise<OutboundAnswer> => {
    const headers: Record<string, string> = { accept: 'application/json', 'user-agent': userAgent };
    if (call.object !== undefined) headers['content-type'] = call.contentType ?? 'application/json';
    if (call.cause !== undefined) headers['kubernode-cause'] = encodeURIComponent(call.cause);
    const answer = await transport({
      method: call.method,
      path: call.target,
      headers,
      ...(call.object === undefined ? {} : { body: encodeJson(call.object) }),
      ...(wait === undefined ? {} : { timeout: wait }),
      ...(call.signal === undefined ? {} : { signal: call.signal }),
    });
    if (warned !== undefined) for (const text of warningsOf(answer.headers)) warned(text);
    if (answer.status >= 200 && answer.status < 300) return answer;
    throw await refusalOf(answer);
  };

  return clientOver({
    call: async (call) => objectOf(await whole((await open(call, timeout)).body)),
    async watch(call, sink) {
      const answer = await open(call, undefined);
      void follow(answer.body, call.signal, sink);
    },
  });
}

/** Hands on the events of a watch until it ends; the events of one chunk are one batch. */
async function follow(body: Readable, signal: AbortSignal, sink: CallSink): Promise<void> {
  const stop = () => body.cancel(signal.reason);
  signal.addEventListener('abort', stop, { once: true });
  let failure: unknown;
  try {
    for await (const batch of lines(body, MAX_EVENT)) {
      if (signal.aborted) break;
      sink.events(batch.map((line) => parseJson(line).value as unknown as WatchEvent));
    }
  } catch (error) {
    failure = error;
    body.cancel(error);
  }
  signal.removeEventListener('abort', stop);
  if (!signal.aborted) sink.ended(failure);
}

async function whole(body: Readable): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for (let chunk = await body.read(); chunk !== undefined; chunk = await body.read()) {
    length += chunk.length;
    if (length > MAX_ANSWER) {
      body.cancel();
      throw serviceUnavailable(`the answer is larger than ${MAX_ANSWER} bytes`);
    }
    chunks.push(chunk);
  }
  return concat(chunks);
}

function objectOf(bytes: Uint8Array): KubeObject {
  try {
    return parseJson(bytes).value as unknown as KubeObject;
  } catch {
    throw serviceUnavailable('the server answered with something that is no JSON');
  }
}

/** The refusal that an answer is. A proxy or a server that is starting may answer text: its status code then speaks. */
async function refusalOf(answer: OutboundAnswer): Promise<StatusError> {
  const bytes = await whole(answer.body);
  try {
    const status = parseJson(bytes).value as unknown as Status | null;
    if (status?.kind === 'Status') return new StatusError({ ...status, code: status.code ?? answer.status });
  } catch {
    // Not JSON: told below by the code.
  }
  const text = lossyTextOf(bytes.subarray(0, 1024)).trim();
  const message = text === '' ? `the server answered ${answer.status}` : text;
  return refusal(REASONS[answer.status] ?? 'InternalError', message, undefined, answer.status);
}

const REASONS: Readonly<Record<number, Parameters<typeof refusal>[0]>> = {
  400: 'BadRequest',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  405: 'MethodNotAllowed',
  406: 'NotAcceptable',
  409: 'Conflict',
  410: 'Expired',
  413: 'RequestEntityTooLarge',
  415: 'UnsupportedMediaType',
  422: 'Invalid',
  429: 'TooManyRequests',
  503: 'ServiceUnavailable',
  504: 'Timeout',
};

/** The texts of a Warning header: `299 - "text", 299 - "more"`. */
function warningsOf(headers: Headers): string[] {
  const header = headers['warning'];
  if (header === undefined) return [];
  return [...header.matchAll(/299 \S+ "((?:[^"\\]|\\.)*)"/g)].map((match) => match[1]!.replaceAll(/\\(.)/g, '$1'));
}
