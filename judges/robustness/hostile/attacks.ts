import { connect as connectHttp2, constants } from 'node:http2';
import { connect as connectTcp } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { setTimeout as wait } from 'node:timers/promises';
import { below, type Random } from '#core/base';
import type { Credentials } from '../process.ts';

/** Whom to attack, as the administrator: nothing is refused for want of rights. */
export interface Victim {
  readonly port: number;
  readonly credentials: Credentials;
}

/** One kind of hostility. Resolves when it is over; what the victim answers is its own affair. */
export type Attack = (victim: Victim, random: Random) => Promise<void>;

const open = ({ port, credentials }: Victim, protocol: string): Promise<TLSSocket> =>
  new Promise((resolve, reject) => {
    const socket = connectTls({ ...credentials, host: '127.0.0.1', port, ALPNProtocols: [protocol] }, () =>
      resolve(socket),
    );
    socket.once('error', reject);
    socket.on('error', () => undefined);
    socket.resume();
  });

/** Writes what is no request and waits a moment for the connection to be closed. */
async function say(victim: Victim, text: string | Uint8Array, patience = 300): Promise<void> {
  const socket = await open(victim, 'http/1.1');
  const closed = new Promise((resolve) => socket.once('close', resolve));
  socket.write(text);
  await Promise.race([closed, wait(patience)]);
  socket.destroy();
}

const noise = (random: Random, length: number): Buffer => Buffer.from(Array.from({ length }, () => below(random, 256)));

const session = async (victim: Victim) => {
  const { port, credentials } = victim;
  const client = connectHttp2(`https://127.0.0.1:${port}`, credentials);
  client.on('error', () => undefined);
  await new Promise<void>((resolve) => {
    client.once('connect', () => resolve());
    client.once('close', () => resolve());
  });
  return client;
};

export const attacks: Readonly<Record<string, Attack>> = {
  async 'garbage instead of TLS'({ port }, random) {
    const socket = connectTcp(port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write(noise(random, 1 + below(random, 2000)));
    await wait(50);
    socket.destroy();
  },
  async 'a handshake broken off'({ port }) {
    const socket = connectTcp(port, '127.0.0.1');
    socket.on('error', () => undefined);
    // The head of a ClientHello whose rest never comes.
    socket.write(Buffer.from([0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3]));
    await wait(50);
    socket.destroy();
  },
  'garbage as HTTP/1.1': (victim, random) => say(victim, noise(random, 1 + below(random, 4000))),
  'garbage as HTTP/2': async (victim, random) => {
    const socket = await open(victim, 'h2');
    socket.write('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
    socket.write(noise(random, 1 + below(random, 4000)));
    await wait(50);
    socket.destroy();
  },
  'huge headers': (victim, random) =>
    say(
      victim,
      `GET /version HTTP/1.1\r\nhost: x\r\n${'a'.repeat(10)}: ${'b'.repeat(70_000 + below(random, 200_000))}\r\n\r\n`,
    ),
  'many headers': (victim) =>
    say(
      victim,
      `GET /version HTTP/1.1\r\nhost: x\r\n${Array.from({ length: 5000 }, (_, at) => `h${at}: 1\r\n`).join('')}\r\n`,
    ),
  'two lengths': (victim) =>
    say(
      victim,
      'POST /api/v1/namespaces HTTP/1.1\r\nhost: x\r\ncontent-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\nGET /healthz HTTP/1.1\r\n\r\n',
    ),
  'a body that ends early': (victim) =>
    say(
      victim,
      'POST /api/v1/namespaces HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 4000\r\n\r\n{"kind":',
    ),
  'chunks without end': async (victim) => {
    const socket = await open(victim, 'http/1.1');
    socket.write(
      'POST /api/v1/namespaces HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n',
    );
    socket.setMaxListeners(0);
    const chunk = `10000\r\n${' '.repeat(65_536)}\r\n`;
    for (let sent = 0; sent < 200 && !socket.destroyed; sent++) {
      if (!socket.write(chunk))
        await Promise.race([new Promise((resolve) => socket.once('drain', resolve)), wait(200)]);
    }
    socket.destroy();
  },
  'slow headers': async (victim) => {
    const sockets = await Promise.all(Array.from({ length: 50 }, () => open(victim, 'http/1.1')));
    for (const byte of 'GET /api HTT') {
      for (const socket of sockets) if (!socket.destroyed) socket.write(byte);
      await wait(20);
    }
    for (const socket of sockets) socket.destroy();
  },
  'slow reader': async (victim) => {
    const socket = await open(victim, 'http/1.1');
    socket.pause();
    socket.write('GET /openapi/v2 HTTP/1.1\r\nhost: x\r\n\r\n'.repeat(50));
    await wait(300);
    socket.destroy();
  },
  'rapid reset': async (victim) => {
    const client = await session(victim);
    for (let burst = 0; burst < 20 && !client.destroyed; burst++) {
      for (let stream = 0; stream < 100 && !client.destroyed; stream++) {
        const request = client.request({ ':path': '/api/v1/configmaps' });
        request.on('error', () => undefined);
        request.close(constants.NGHTTP2_CANCEL);
      }
      await wait(5);
    }
    client.destroy();
  },
  'streams without end': async (victim) => {
    const client = await session(victim);
    for (let stream = 0; stream < 400 && !client.destroyed; stream++) {
      const request = client.request(
        { ':path': '/api/v1/namespaces', ':method': 'POST', 'content-type': 'application/json' },
        { endStream: false },
      );
      request.on('error', () => undefined);
      request.write('{');
    }
    await wait(200);
    client.destroy();
  },
  'settings and pings without end': async (victim) => {
    const client = await session(victim);
    for (let at = 0; at < 500 && !client.destroyed; at++) {
      try {
        client.ping(() => undefined);
        client.settings({ initialWindowSize: 65_535 + at });
      } catch {
        break;
      }
    }
    await wait(100);
    client.destroy();
  },
  'a thousand connections': async (victim) => {
    const sockets = await Promise.allSettled(Array.from({ length: 1000 }, () => open(victim, 'http/1.1')));
    for (const outcome of sockets) if (outcome.status === 'fulfilled') outcome.value.destroy();
  },
  'watches abandoned': async (victim, random) => {
    const sockets = await Promise.all(Array.from({ length: 100 }, () => open(victim, 'http/1.1')));
    for (const socket of sockets) socket.write('GET /api/v1/configmaps?watch=true HTTP/1.1\r\nhost: x\r\n\r\n');
    await wait(below(random, 200));
    for (const socket of sockets) socket.destroy();
  },
};
