import { writeFileSync, rmSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { below, type Random } from '#core/base';
import { type Cut, CUTS, type Link } from '../network.ts';
import type { ServerProcess } from '../process.ts';

/** What befalls a server and the ways to it. Each leaves it serving; what befalls the network may outlast it. */
type Trouble = (server: ServerProcess, random: Random, folder: string, links: readonly Link[]) => Promise<void>;

/** Milliseconds for which the network is cut at most: longer than anybody waits for an answer. */
const LONGEST_CUT = 7000;

const again = async (server: ServerProcess, signal: 'SIGKILL' | 'SIGTERM') => {
  await server.end(signal);
  await server.start();
};

/** Half of the ways to the server are cut, and healed whatever befalls it meanwhile. */
const cut =
  (how: Cut): Trouble =>
  async (_server, random, _folder, links) => {
    const milliseconds = 200 + below(random, LONGEST_CUT);
    for (const link of links) if (random.next() < 0.5) link.cut(how, milliseconds);
    await wait(200);
  };

export const troubles: Readonly<Record<string, Trouble>> = {
  ...Object.fromEntries(CUTS.map((how) => [`network cut for ${how}`, cut(how)])),
  kill: (server) => again(server, 'SIGKILL'),
  restart: (server) => again(server, 'SIGTERM'),
  async 'stop for a while'(server, random) {
    server.signal('SIGSTOP');
    await wait(200 + below(random, 1500));
    server.signal('SIGCONT');
  },
  async 'slow disk'(server, random) {
    server.tell({ disk: { stall: 50 + below(random, 400) } });
    await wait(1000);
    server.tell({ disk: { stall: 0 } });
  },
  async 'killed while the disk is slow'(server, random) {
    server.tell({ disk: { stall: 300 + below(random, 500) } });
    await wait(500 + below(random, 500));
    await again(server, 'SIGKILL');
  },
  async 'full disk'(server, random) {
    server.tell({ disk: { full: true } });
    await wait(300 + below(random, 700));
    server.tell({ disk: { full: false } });
  },
  /** A failed write or sync is never tried again: the server answers reads until somebody restarts it. */
  async 'broken disk'(server, random) {
    server.tell({ disk: { broken: true } });
    await wait(300 + below(random, 500));
    server.tell({ disk: { broken: false } });
    await wait(200);
    await again(server, 'SIGTERM');
  },
  async 'clock jumps'(server, random) {
    server.tell({ jump: (below(random, 2 * 7200) - 7200) * 1000 });
    await wait(300);
  },
  /** The real thing, where the store lies on a small file system of its own. */
  async 'full file system'(_server, random, folder) {
    const { bavail, bsize, blocks } = statfsSync(folder);
    if (blocks * bsize > 1024 ** 3) return;
    const filler = join(folder, '.filler');
    try {
      writeFileSync(filler, new Uint8Array(Math.max(0, bavail * bsize - 4096 * below(random, 8))));
    } catch {
      // It is full now, which is what was wanted.
    }
    await wait(500 + below(random, 500));
    rmSync(filler, { force: true });
  },
};
