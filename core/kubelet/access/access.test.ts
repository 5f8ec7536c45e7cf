import { expect, test } from 'vitest';
import { seededCrypto } from '#core/base';
import type { Request, User } from '#core/apiserver';
import type { Client } from '#core/client';
import { isStatusError } from '#core/machinery/status';
import { delegatedAccess } from './guard.ts';

function world() {
  const asked: string[] = [];
  let now = 0;
  const client = {
    create: async (of: { resource: string }, object: { spec: Record<string, unknown> }) => {
      asked.push(of.resource);
      if (of.resource === 'tokenreviews') {
        const authenticated = object.spec['token'] === 'good';
        return { status: authenticated ? { authenticated, user: { username: 'robot' } } : { authenticated } };
      }
      const { subresource } = object.spec['resourceAttributes'] as { subresource: string };
      return { status: { allowed: object.spec['user'] === 'admin' || subresource === 'metrics' } };
    },
  } as unknown as Client;
  const authorize = delegatedAccess({
    nodeName: 'a',
    client,
    userOf: ({ address }): User | undefined => (address === '' ? undefined : { name: address, groups: [] }),
    clock: { now: () => now, monotonic: () => now },
    crypto: seededCrypto(1),
  });
  const get = async (user: string, subresources: readonly string[], token?: string) => {
    const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const request = { headers, peer: { address: user, certificates: [] } } as unknown as Request;
    return authorize(request, { verb: 'get', subresources }).then(
      () => 'allowed',
      (error: unknown) => (isStatusError(error) ? `${error.code} ${error.message}` : String(error)),
    );
  };
  return { get, asked, pass: (ms: number) => (now += ms) };
}

test('lets in only whom the API server allows, and says whom it did not', async () => {
  const { get } = world();
  expect(await get('admin', ['pods', 'proxy'])).toBe('allowed');
  expect(await get('', ['pods', 'proxy'])).toBe('401 Unauthorized');
  expect(await get('somebody', ['pods', 'proxy'])).toBe(
    '403 Forbidden (user=somebody, verb=get, resource=nodes, subresource(s)=[pods proxy])',
  );
  expect(await get('', ['metrics'], 'good')).toBe('allowed');
  expect(await get('', ['metrics'], 'bad')).toBe('401 Unauthorized');
});

test('asks once, and again when the answer is old', async () => {
  const { get, asked, pass } = world();
  await get('admin', ['stats']);
  await get('admin', ['stats']);
  expect(asked).toHaveLength(1);
  pass(300_001);
  await get('admin', ['stats']);
  expect(asked).toHaveLength(2);
});
