import { expect, test } from 'vitest';
import { nodes, pods } from '#core/api/tokens';
import { testCluster } from '#core/testing';

// What the module's comment shows to its users.
test('the example runs', async () => {
  const barrier = () => new Promise<void>((resolve) => void setImmediate(resolve));
  const cluster = await testCluster({ barrier, nodes: 2 });
  await cluster.client.create(pods, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web', namespace: 'default' },
    spec: { containers: [{ name: 'web', image: 'web:1' }] },
  });
  await cluster.until(() => cluster.find(pods, { namespace: 'default', name: 'web' })?.status?.phase === 'Running');
  cluster.nodes.kill('node-1'); // power off, the API is not told
  await cluster.advance(60_000);
  const lost = cluster.find(nodes, { name: 'node-1' })!;
  expect(lost.status!.conditions!.find(({ type }) => type === 'Ready')!.status).toBe('Unknown');
  await cluster.stop();
});
