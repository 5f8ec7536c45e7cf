import { type AddressInfo, createServer } from 'node:net';

/** The first of `count` neighbouring ports that nothing listens on. */
export async function freePort(count = 1): Promise<number> {
  for (;;) {
    const first = await listening(0);
    let free = first > 0 && first + count < 65_536;
    for (let n = 1; n < count && free; n++) free = (await listening(first + n)) > 0;
    if (free) return first;
  }
}

/** Listens for a moment and returns the port, 0 where it is in use. */
export async function listening(port: number): Promise<number> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(0));
    server.listen(port, '127.0.0.1', () => {
      const { port: got } = server.address() as AddressInfo;
      server.close(() => resolve(got));
    });
  });
}
