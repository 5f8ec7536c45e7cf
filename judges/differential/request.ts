import type { Side } from './sides.ts';
import type { WireStream } from './wire.ts';

/** Who asks: the administrator, nobody, the bearer of a token, or somebody whom the administrator impersonates. */
export type Caller =
  | 'admin'
  | 'anonymous'
  | { readonly token: string }
  | { readonly user: string; readonly group?: string };

export interface Asked {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  readonly as?: Caller;
}

/** What a server answered, as it came. */
export interface Answer {
  readonly asked: Pick<Asked, 'method' | 'path'>;
  /** Unix milliseconds before the request was sent. */
  readonly sentAt: number;
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** Sends a request and returns as soon as the answer's head has come. */
export async function open(side: Side, { method, path, headers = {}, body, as = 'admin' }: Asked): Promise<WireStream> {
  const sent: Record<string, string> = { accept: 'application/json', 'user-agent': 'judge', ...headers };
  let wire = side.asAdmin;
  if (as === 'anonymous') wire = side.asNobody;
  else if (as !== 'admin' && 'token' in as) {
    wire = side.asNobody;
    sent['authorization'] ??= `Bearer ${as.token}`;
  } else if (as !== 'admin') {
    sent['impersonate-user'] = as.user;
    if (as.group !== undefined) sent['impersonate-group'] = as.group;
  }
  if (body !== undefined) sent['content-type'] ??= 'application/json';
  return wire.open({ method, path, headers: sent, ...(body === undefined ? {} : { body }) });
}

/** An answer that has not ended by then is cut off, in milliseconds; the original waits 3 s for a version to come. */
const LONGEST = 6000;

/**
 * Sends a request and reads the whole answer. One that goes on for ever has the header `x-endless`; where the server hung up
 * in the midst of it the status is 0.
 */
export async function request(side: Side, asked: Asked): Promise<Answer> {
  const sentAt = Date.now();
  const base = { asked: { method: asked.method, path: asked.path }, sentAt };
  const chunks: Uint8Array[] = [];
  let isEndless = false;
  let timer: NodeJS.Timeout | undefined;
  try {
    const stream = await open(side, asked);
    timer = setTimeout(() => {
      isEndless = true;
      stream.cancel();
    }, LONGEST);
    try {
      for await (const chunk of stream.chunks) chunks.push(chunk);
    } catch (failure) {
      if (!isEndless) throw failure;
    }
    const headers = isEndless ? { ...stream.headers, 'x-endless': 'true' } : stream.headers;
    return { ...base, status: stream.status, headers, body: chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks) };
  } catch (failure) {
    if (!isHangUp(failure)) throw failure;
    return { ...base, status: 0, headers: {}, body: new Uint8Array() };
  } finally {
    clearTimeout(timer);
  }
}

const isHangUp = (failure: unknown): boolean =>
  failure instanceof Error && 'code' in failure && failure.code === 'ERR_HTTP2_STREAM_ERROR';
