import { expect, test } from 'vitest';
import { seededCrypto, textOf } from '#core/base';
import type { Request, User } from '#core/apiserver';
import type { Client } from '#core/client';
import { attributesOf } from './attributes.ts';
import { guard } from './guard.ts';

test.each([
  ['GET', '/pods', 'get', ['pods', 'proxy']],
  ['GET', '/podsandmore', 'get', ['proxy']],
  ['GET', '/stats/summary', 'get', ['stats']],
  ['GET', '/metrics/cadvisor', 'get', ['metrics']],
  ['GET', '/containerLogs/default/web/main', 'get', ['proxy']],
  ['POST', '/exec/default/web/main', 'create', ['proxy']],
  ['GET', '/logs/syslog', 'get', ['log']],
  ['GET', '/constructor', 'get', ['proxy']],
])('%s %s is %s of %j', (method, path, verb, subresources) =>
  expect(attributesOf(method, path)).toEqual({ verb, subresources }),
);

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
  const serve = guard(
    {
      nodeName: 'a',
      client,
      userOf: ({ address }): User | undefined => (address === '' ? undefined : { name: address, groups: [] }),
      clock: { now: () => now, monotonic: () => now },
      crypto: seededCrypto(1),
    },
    async () => ({ status: 200, headers: {}, body: [] }),
  );
  const get = async (user: string, target: string, token?: string) => {
    const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const request = { method: 'GET', target, headers, peer: { address: user, certificates: [] } };
    const { status, body } = await serve(request as unknown as Request);
    return Array.isArray(body) && body[0] !== undefined ? `${status} ${textOf(body[0])}` : String(status);
  };
  return { get, asked, pass: (ms: number) => (now += ms) };
}

test('lets in only whom the API server allows, and says whom it did not', async () => {
  const { get } = world();
  expect(await get('admin', '/pods')).toBe('200');
  expect(await get('', '/pods')).toBe('401 Unauthorized');
  expect(await get('somebody', '/pods?x=1')).toBe(
    '403 Forbidden (user=somebody, verb=get, resource=nodes, subresource(s)=[pods proxy])\n',
  );
  expect(await get('', '/metrics', 'good')).toBe('200');
  expect(await get('', '/metrics', 'bad')).toBe('401 Unauthorized');
});

test('asks once, and again when the answer is old', async () => {
  const { get, asked, pass } = world();
  await get('admin', '/stats/summary');
  await get('admin', '/stats/summary');
  expect(asked).toHaveLength(1);
  pass(300_001);
  await get('admin', '/stats/summary');
  expect(asked).toHaveLength(2);
});
