import { createSocket } from 'node:dgram';
import { createConnection, isIPv6 } from 'node:net';

const UDP_TIMEOUT = 1500;
const TCP_TIMEOUT = 3000;
/** A resolver that did not answer is left alone for so long, so that names fail at once where there is no way out. */
const REST = 5000;

/** Asks the machine's resolvers, one after another. */
export interface Forwarder {
  /** Undefined when nobody answers. */
  ask(packet: Uint8Array, transport: 'udp' | 'tcp'): Promise<Uint8Array | undefined>;
}

/** `servers` are addresses, or `address:port` of an IPv4 one. */
export function forwarder(servers: readonly string[], now: () => number = () => performance.now()): Forwarder {
  const silentUntil = new Map<string, number>();
  return {
    async ask(packet, transport) {
      for (const server of servers) {
        if ((silentUntil.get(server) ?? 0) > now()) continue;
        const [address, port] = placeOf(server);
        const answer = await (transport === 'udp' ? askUdp(address, port, packet) : askTcp(address, port, packet));
        if (answer !== undefined) return answer;
        silentUntil.set(server, now() + REST);
      }
      return undefined;
    },
  };
}

function placeOf(server: string): [address: string, port: number] {
  const colon = server.indexOf(':');
  return colon < 0 || isIPv6(server) ? [server, 53] : [server.slice(0, colon), Number(server.slice(colon + 1))];
}

const askUdp = (address: string, port: number, packet: Uint8Array): Promise<Uint8Array | undefined> =>
  new Promise((resolve) => {
    // A socket of its own with a port of chance makes forged answers hard; connected, it takes them from that server only.
    const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4');
    const done = (answer?: Uint8Array) => {
      clearTimeout(timer);
      socket.removeAllListeners();
      socket.on('error', () => undefined);
      socket.close();
      resolve(answer);
    };
    const timer = setTimeout(done, UDP_TIMEOUT);
    socket.on('error', () => done());
    socket.on('message', (message) => {
      if (message.length >= 12 && message[0] === packet[0] && message[1] === packet[1]) done(message);
    });
    socket.connect(port, address, () => socket.send(packet));
  });

const askTcp = (address: string, port: number, packet: Uint8Array): Promise<Uint8Array | undefined> =>
  new Promise((resolve) => {
    const socket = createConnection({ host: address, port, timeout: TCP_TIMEOUT });
    let received = Buffer.alloc(0);
    const done = (answer?: Uint8Array) => {
      socket.destroy();
      resolve(answer);
    };
    socket.on('connect', () =>
      socket.write(Buffer.concat([Buffer.from([packet.length >> 8, packet.length & 0xff]), packet])),
    );
    socket.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      if (received.length >= 2 && received.length >= 2 + received.readUInt16BE(0)) {
        done(received.subarray(2, 2 + received.readUInt16BE(0)));
      }
    });
    socket.on('timeout', () => done());
    socket.on('error', () => done());
    socket.on('close', () => done());
  });
