import { createServer } from 'node:net';

/** Beside the ports of this user's other clusters, whose numbers follow each other. */
const STEP = 100;
const ATTEMPTS = 100;

/** The first of `wanted`, `wanted + 100`, ... that nobody listens on at 127.0.0.1: other users' clusters want 6443 too. */
export async function freePort(wanted: number): Promise<number> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const port = wanted + attempt * STEP;
    if (await isFree(port)) return port;
  }
  return wanted;
}

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
