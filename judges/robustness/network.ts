import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/**
 * What of a link does not get through. `all`, `requests`, `answers`: nothing that way; it is held back and comes late, but in
 * order, as TCP has it. `known connections`: what is open already stays silent for ever, as when a router forgot it; new connections work.
 * `all connections`: what is open is broken off, and new ones are as well.
 */
export const CUTS = ['all', 'requests', 'answers', 'known connections', 'all connections'] as const;
export type Cut = (typeof CUTS)[number];

/** A stretch of network between one client and the server: a port that leads to the server's. */
export interface Link {
  readonly port: number;
  /** Cuts it for some milliseconds, instead of how it was cut before. */
  cut(how: Cut, milliseconds: number): void;
  heal(): void;
  close(): void;
}

interface Connection {
  readonly near: Socket;
  readonly far: Socket;
  /** It was forgotten. */
  lost: boolean;
}

/** Opens a link to a port of this machine, from a free port of its loopback. */
export async function openLink(to: number): Promise<Link> {
  const connections = new Set<Connection>();
  let cut: Cut | undefined;
  let healing: NodeJS.Timeout | undefined;

  const isHeld = ({ lost }: Connection, way: 'requests' | 'answers') => lost || cut === 'all' || cut === way;
  /** Brings each direction to where the cut has it. */
  const settle = (one: Connection) => {
    const { near, far } = one;
    for (const [way, from, onto] of [
      ['requests', near, far],
      ['answers', far, near],
    ] as const) {
      if (isHeld(one, way)) from.pause();
      else if (from.destroyed) onto.destroySoon();
      else if (!onto.writableNeedDrain) from.resume();
    }
  };
  const breakOff = ({ near, far }: Connection) => {
    near.resetAndDestroy();
    far.resetAndDestroy();
  };

  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (near) => {
    const far = connect({ host: '127.0.0.1', port: to, allowHalfOpen: true });
    const one: Connection = { near, far, lost: false };
    connections.add(one);
    for (const [from, onto] of [
      [near, far],
      [far, near],
    ] as const) {
      from.setNoDelay();
      from.on('data', (piece) => void (onto.write(piece) || from.pause()));
      from.on('drain', () => settle(one));
      from.on('end', () => onto.end());
      from.on('error', () => undefined);
      // That one side is gone is news that travels as all else does.
      from.on('close', () => {
        settle(one);
        if (near.destroyed && far.destroyed) connections.delete(one);
      });
    }
    if (cut === 'all connections') breakOff(one);
    else settle(one);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  const set = (how: Cut | undefined) => {
    clearTimeout(healing);
    cut = how;
    for (const one of connections) {
      if (how === 'known connections') one.lost = true;
      if (how === 'all connections') breakOff(one);
      else settle(one);
    }
  };
  return {
    port: (server.address() as AddressInfo).port,
    cut(how, milliseconds) {
      set(how);
      healing = setTimeout(() => set(undefined), milliseconds);
    },
    heal: () => set(undefined),
    close() {
      clearTimeout(healing);
      server.close();
      for (const one of connections) breakOff(one);
    },
  };
}
