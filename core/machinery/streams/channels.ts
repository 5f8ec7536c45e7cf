import {
  type Duplex,
  type Readable,
  type Writable,
  concat,
  fromBase64,
  lossyTextOf,
  pipe,
  toBase64,
  utf8,
} from '#core/base';
import type { WebSocket } from './web-socket.ts';

/** Numbered channels within one WebSocket: each message begins with its channel. Upstream: k8s.io/streaming/pkg/httpstream/wsstream. */
export interface Channels {
  readonly protocol: ChannelProtocol;
  /** What the other side sends on a channel. */
  readable(channel: number): Readable;
  /** What we send on it. Ending it tells the other side where the protocol can (version 5). */
  writable(channel: number): Writable;
  readonly closed: Promise<void>;
  close(code?: number, reason?: string): void;
}

export interface ChannelProtocol {
  readonly name: string;
  /** Payloads are base64, the channel a digit. */
  readonly base64: boolean;
  /** 0: channel 3 carries plain text; 4: it carries a Status; 5: a channel can be closed. */
  readonly version: 0 | 4 | 5;
}

/** In the order of preference. */
export const CHANNEL_PROTOCOLS: readonly ChannelProtocol[] = [
  { name: 'v5.channel.k8s.io', base64: false, version: 5 },
  { name: 'v4.channel.k8s.io', base64: false, version: 4 },
  { name: 'v4.base64.channel.k8s.io', base64: true, version: 4 },
  { name: 'channel.k8s.io', base64: false, version: 0 },
  { name: 'base64.channel.k8s.io', base64: true, version: 0 },
];

const CLOSE_CHANNEL = 255;
const HELD = 1024 * 1024;

/** Starts reading at once. `count` channels exist; messages on others are dropped. */
export function channelsOver(socket: WebSocket, protocol: ChannelProtocol, count: number): Channels {
  const incoming = Array.from({ length: count }, () => pipe(HELD));
  const over = Promise.withResolvers<void>();

  const run = async () => {
    for (let message = await socket.read(); message !== undefined; message = await socket.read()) {
      const { bytes } = message;
      if (bytes.length === 0) continue;
      const channel = protocol.base64 ? bytes[0]! - 48 : bytes[0]!;
      if (channel === CLOSE_CHANNEL && protocol.version === 5 && bytes.length > 1) {
        incoming[bytes[1]!]?.writable.end();
        continue;
      }
      const payload = protocol.base64 ? fromBase64(lossyTextOf(bytes.subarray(1))) : bytes.subarray(1);
      await incoming[channel]?.writable.write(payload);
    }
  };
  const finish = (failure?: unknown) => {
    for (const { writable } of incoming) {
      if (failure === undefined) writable.end();
      else writable.abort(failure);
    }
    socket.close();
    over.resolve();
  };
  run().then(() => finish(), finish);

  const send = (channel: number, payload: Uint8Array) =>
    socket.send(
      protocol.base64
        ? { text: true, bytes: utf8(`${channel}${toBase64(payload)}`) }
        : { text: false, bytes: concat([Uint8Array.of(channel), payload]) },
    );

  return {
    protocol,
    readable: (channel) => incoming[channel]!.readable,
    writable: (channel) => ({
      write: (chunk) => send(channel, chunk),
      end() {
        if (protocol.version === 5) void socket.send({ text: false, bytes: Uint8Array.of(CLOSE_CHANNEL, channel) });
      },
      abort: () => socket.close(1011),
      closed: over.promise,
    }),
    closed: over.promise,
    close: (code, reason) => socket.close(code, reason),
  };
}

/** A byte stream in the binary messages of a WebSocket: how SPDY passes through servers that only know WebSockets. */
export function tunnelOver(socket: WebSocket): Duplex {
  const over = Promise.withResolvers<void>();
  return {
    readable: {
      async read() {
        for (;;) {
          const message = await socket.read();
          if (message === undefined) over.resolve();
          if (message === undefined || message.bytes.length > 0) return message?.bytes;
        }
      },
      cancel: () => socket.close(),
    },
    writable: {
      write: (bytes) => socket.send({ text: false, bytes }),
      end: () => socket.close(),
      abort: () => socket.close(1011),
      closed: over.promise,
    },
  };
}
