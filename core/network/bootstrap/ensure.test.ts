import { expect, test } from 'vitest';
import { roles, services } from '#core/api/tokens';
import { silentLog } from '#core/base';
import { testCluster } from '#core/testing';
import { ensureNetworkObjects } from './ensure.ts';

test('what the network needs is made, and left alone when it is there', async () => {
  const barrier = () => new Promise<void>((resolve) => void setImmediate(resolve));
  const { client, turns, find, stop } = await testCluster({
    barrier,
    nodes: 0,
    controllers: 'none',
    scheduler: 'none',
  });
  const warnings: unknown[] = [];
  const log = { ...silentLog, warn: (message: string, fields?: object) => void warnings.push([message, fields]) };
  const parts = { client, turns, log, signal: new AbortController().signal };
  const dns = { namespace: 'kube-system', name: 'kube-dns' };

  await ensureNetworkObjects(parts, '10.96.0.10');
  const made = find(services, dns);
  expect(made?.spec?.clusterIP).toBe('10.96.0.10');
  await ensureNetworkObjects(parts, '10.96.0.10');
  expect(find(services, dns)).toEqual(made);

  const [role] = (await client.list(roles, { namespace: 'kube-system' })).items.filter(({ metadata }) =>
    metadata.name?.startsWith('kubernode:'),
  );
  await client.delete(roles, { namespace: 'kube-system', name: role!.metadata.name! });
  await ensureNetworkObjects(parts, '10.96.0.10');
  expect(find(roles, { namespace: 'kube-system', name: role!.metadata.name! })?.rules).toEqual(role!.rules);
  expect(warnings).toEqual([]);
  await stop();
});
