import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { freePort } from './free-port.ts';

test('a port that is taken is passed over, a free one is taken as it is', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  const found = await freePort(port);
  expect(found).toBeGreaterThan(port);
  expect((found - port) % 100).toBe(0);
  other.close();
  await once(other, 'close');
  expect(await freePort(port)).toBe(port);
});
