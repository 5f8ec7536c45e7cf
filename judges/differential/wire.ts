import { once } from 'node:events';
import http2 from 'node:http2';

/** A request as bytes go over the wire; header names in lower case. */
export interface WireRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

/** An answer whose body may go on for ever: `chunks` ends with it, `cancel` ends it. */
export interface WireStream {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly chunks: AsyncIterable<Uint8Array>;
  cancel(): void;
}

/** One HTTP/2 connection to a server, made when it is first needed and again after it broke. */
export interface Wire {
  open(request: WireRequest): Promise<WireStream>;
  close(): void;
}

/** No answer of the scenarios takes longer than this to begin, in milliseconds, on however slow a machine. */
const PATIENCE = 60_000;

/** Dials `url`; shows `credentials` if there are any. Rejects with the cause where no connection can be made. */
export function dial(
  url: string,
  ca: string,
  credentials?: { readonly certificate: string; readonly key: string },
): Wire {
  let session: http2.ClientHttp2Session | undefined;
  const connect = (): http2.ClientHttp2Session => {
    if (session !== undefined && !session.closed && !session.destroyed) return session;
    const shown = credentials === undefined ? {} : { cert: credentials.certificate, key: credentials.key };
    session = http2.connect(url, { ca, ...shown, settings: { initialWindowSize: 4 << 20 } });
    session.on('error', () => undefined);
    return session;
  };
  return {
    async open({ method, path, headers, body }) {
      const stream = connect().request(
        { ':method': method, ':path': path, ...headers },
        { endStream: body === undefined },
      );
      if (body !== undefined) stream.end(body);
      stream.setTimeout(PATIENCE, () => stream.destroy(new Error(`no answer to ${method} ${path}`)));
      const [answered] = (await once(stream, 'response')) as [http2.IncomingHttpHeaders];
      return {
        status: Number(answered[':status']),
        headers: plain(answered),
        chunks: stream,
        cancel: () => stream.close(http2.constants.NGHTTP2_CANCEL),
      };
    },
    close: () => session?.destroy(),
  };
}

function plain(headers: http2.IncomingHttpHeaders): Record<string, string> {
  const all: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (!name.startsWith(':') && value !== undefined) all[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return all;
}
