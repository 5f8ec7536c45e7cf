import type { TLSSocket } from 'node:tls';
import type { Answer, ApiServer } from '#core/apiserver';
import { FAILED, Http2Connection, type Http2Limits, type Http2Stream, http2Tables } from '#core/machinery/http2';
import { tooLarge } from '#core/machinery/status';
import { dateTexts } from './date.ts';
import { lateAfter } from './late.ts';
import { lazySignal } from './lazy-signal.ts';
import type { HttpLimits } from './limits.ts';
import { peerOf } from './peer.ts';

/** Serves connections that chose HTTP/2. */
export interface Http2Server {
  serve(socket: TLSSocket): void;
  /** Open requests are answered, no new ones are taken. */
  leave(): void;
  close(): void;
}

/**
 * Pieces of fewer bytes in all are joined into one. The bytes of larger ones lie outside the heap, where a watch event's
 * copy for each of many connections makes the collector mark everything every tenth of a second.
 */
const JOINED = 1024;
/** So many bytes may lie before the network until writers are told to wait. */
const AHEAD = 128 * 1024;
/** Milliseconds in which so many frames that bring nothing are borne. */
const WHILE = 15_000;
const IDLE_FRAMES = 10_000;

/** The protocol is core's (core/machinery/http2): a stream of Node's costs twice as much, and more memory, than all that is done here for a request. */
export function http2Server(server: Pick<ApiServer, 'serve'>, limits: HttpLimits): Http2Server {
  const tables = http2Tables();
  const date = dateTexts();
  const connections = new Set<Http2Connection>();
  const bounds: Http2Limits = {
    streams: limits.streams,
    headers: limits.headers,
    fields: 256,
    streamWindow: 256 * 1024,
    connectionWindow: 1024 * 1024,
    idleFrames: IDLE_FRAMES,
    held: 64 * 1024 * 1024,
  };
  // Of what is being read, and of answers that nobody takes.
  const slow = lateAfter<Http2Stream>(limits.bodyTimeout, (stream) => stream.cancel());
  // A connection on which nothing is asked for is closed; an open watch keeps it.
  const idle = lateAfter<Http2Connection>(limits.idle, (connection) => connection.leave());
  const whiles = setInterval(() => {
    for (const connection of connections) connection.forget();
  }, WHILE);
  whiles.unref();

  const readBody = async (stream: Http2Stream, limit: number): Promise<Uint8Array> => {
    const whole = stream.body(limit, () => tooLarge(`limit is ${limit}`));
    if (stream.isEnded) return whole;
    slow.begin(stream);
    try {
      return await whole;
    } finally {
      slow.end(stream);
    }
  };

  const reply = (stream: Http2Stream, { status, headers, body }: Answer): void => {
    const headOnly = stream.head.method === 'HEAD';
    if (body === 'upgraded') stream.cancel(FAILED);
    else if (typeof body === 'function') {
      const head = { ...headers, date: date() };
      if (headOnly) stream.answer(status, head, []);
      else body(stream.stream(status, head));
    } else {
      let length = 0;
      for (const piece of body) length += piece.length;
      stream.answer(status, { ...headers, 'content-length': String(length), date: date() }, headOnly ? [] : body);
      if (!stream.isClosed) slow.begin(stream);
    }
  };

  return {
    serve(socket) {
      const peer = peerOf(socket);
      const flush = () => connection.flush();
      const take = async (stream: Http2Stream): Promise<void> => {
        const { method, target, headers } = stream.head;
        const { signal, abort } = lazySignal();
        idle.end(connection);
        stream.onClose = () => {
          abort();
          slow.end(stream);
          if (connection.open === 0) idle.begin(connection);
        };
        const body = (limit: number) => readBody(stream, limit);
        const answer = await server.serve({ method, target, headers, peer, body, signal });
        if (!stream.isClosed) reply(stream, answer);
      };
      const connection = new Http2Connection(
        bounds,
        {
          send: (pieces, length) => send(socket, pieces, length),
          soon: () => process.nextTick(flush),
          end() {
            socket.end();
            // Whoever does not close its side either is not waited for.
            setTimeout(() => socket.destroy(), limits.handshake).unref();
          },
        },
        tables,
        (stream) => void take(stream),
      );
      connections.add(connection);
      idle.begin(connection);
      socket.on('data', (chunk: Buffer) => connection.receive(chunk));
      socket.on('drain', () => connection.drained());
      socket.on('close', () => {
        connections.delete(connection);
        connection.lost();
        idle.end(connection);
      });
    },
    leave() {
      for (const connection of connections) connection.leave();
    },
    close() {
      slow.stop();
      idle.stop();
      clearInterval(whiles);
    },
  };
}

/** All in one write; false when no more should come for now. */
function send(socket: TLSSocket, pieces: readonly Uint8Array[], length: number): boolean {
  if (!socket.writable) return true;
  if (pieces.length === 1) socket.write(pieces[0]!);
  else if (length <= JOINED) socket.write(Buffer.concat(pieces, length));
  else {
    socket.cork();
    for (const piece of pieces) socket.write(piece);
    socket.uncork();
  }
  return socket.writableLength <= AHEAD;
}
