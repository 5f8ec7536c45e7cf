import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { createServer, type Server, type Socket } from 'node:net';
import { answerQuery, failed, withAlias, type Handled, type World } from '#core/network/dns';
import { forwarder } from './forward.ts';

export interface DnsServerParts {
  readonly world: World;
  readonly address: string;
  /** 0 takes any that is free. */
  readonly port: number;
  /** Who is asked for what is not the cluster's. */
  readonly resolvers: readonly string[];
}

export interface DnsServer {
  readonly port: number;
  close(): Promise<void>;
}

const MAX_CONNECTIONS = 200;
const MAX_FORWARDED = 1000;
const IDLE = 10_000;

/** Answers DNS over UDP and TCP on one address. Rejects when the port is taken. */
export async function serveDns({ world, address, port, resolvers }: DnsServerParts): Promise<DnsServer> {
  const elsewhere = forwarder(resolvers);
  let forwarded = 0;

  const settle = async (handled: Handled, packet: Uint8Array, transport: 'udp' | 'tcp') => {
    if (handled === 'ignore') return undefined;
    if ('answer' in handled) return handled.answer;
    if (forwarded >= MAX_FORWARDED) return failed('forward' in handled ? handled.forward : handled.query);
    forwarded++;
    try {
      if ('alias' in handled) return withAlias(handled, await elsewhere.ask(handled.ask, transport), transport);
      return (await elsewhere.ask(packet, transport)) ?? failed(handled.forward);
    } finally {
      forwarded--;
    }
  };

  const udp = await openUdp(address, port);
  const bound = udp.address().port;
  udp.on('message', (packet, from) => {
    void settle(answerQuery(world, packet, 'udp'), packet, 'udp').then((answer) => {
      if (answer !== undefined) udp.send(answer, from.port, from.address, () => undefined);
    });
  });

  const connections = new Set<Socket>();
  const tcp = await openTcp(address, bound).catch((error: unknown) => {
    udp.close();
    throw error;
  });
  tcp.maxConnections = MAX_CONNECTIONS;
  tcp.on('connection', (socket) => {
    connections.add(socket);
    socket.setTimeout(IDLE, () => socket.destroy());
    socket.on('error', () => undefined);
    socket.on('close', () => connections.delete(socket));
    let received: Buffer = Buffer.alloc(0);
    let turn = Promise.resolve();
    socket.on('data', (chunk: Buffer) => {
      received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
      while (received.length >= 2) {
        const length = received.readUInt16BE(0);
        if (received.length < 2 + length) return;
        const packet = received.subarray(2, 2 + length);
        received = received.subarray(2 + length);
        turn = turn.then(async () => {
          const answer = await settle(answerQuery(world, packet, 'tcp'), packet, 'tcp');
          if (answer === undefined || socket.destroyed) return;
          socket.write(Buffer.concat([Buffer.from([answer.length >> 8, answer.length & 0xff]), answer]));
        });
      }
    });
  });

  return {
    port: bound,
    async close() {
      for (const socket of connections) socket.destroy();
      await Promise.all([
        new Promise<void>((resolve) => udp.close(() => resolve())),
        new Promise<void>((resolve) => tcp.close(() => resolve())),
      ]);
    },
  };
}

const openUdp = (address: string, port: number): Promise<UdpSocket> =>
  new Promise((resolve, reject) => {
    const socket = createSocket({ type: 'udp4', recvBufferSize: 1 << 20 });
    socket.once('error', reject);
    socket.bind({ address, port, exclusive: true }, () => {
      socket.off('error', reject);
      socket.on('error', () => undefined);
      resolve(socket);
    });
  });

const openTcp = (address: string, port: number): Promise<Server> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ host: address, port, exclusive: true }, () => {
      server.off('error', reject);
      resolve(server);
    });
  });
