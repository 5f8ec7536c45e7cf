import { expect, test } from 'vitest';
import type { KubeObject } from '#core/machinery/object';
import { gatedDisk, logBackend } from '#core/store';
import { testServer } from '../test-server.ts';

const barrier = () => new Promise<void>((resolve) => void setImmediate(resolve));
const CONFIGS = '/api/v1/namespaces/a/configmaps';
const MERGE = 'application/merge-patch+json';
const POD = '/api/v1/namespaces/a/pods/x';
const dataOf = (object: KubeObject) => (object as unknown as { data: object }).data;

/** A config map and a pod that are durable, and a disk that syncs no more for now. */
async function held() {
  const gated = gatedDisk();
  gated.synced();
  const server = await testServer({ barrier, backend: logBackend(gated.disk) });
  await server.call('POST', CONFIGS, { metadata: { name: 'x' }, data: { a: 'durable' } });
  await server.call('POST', '/api/v1/namespaces/a/pods', { metadata: { name: 'x', finalizers: ['a/b'] }, spec: {} });
  gated.shut();
  return { ...server, gated };
}
const beat = async () => {
  for (let i = 0; i < 5; i++) await barrier();
};

test.each([
  {
    it: 'an update',
    run: 'PUT',
    target: `${CONFIGS}/x?dryRun=All`,
    body: { metadata: { name: 'x' }, data: { b: '1' } },
  },
  { it: 'a patch', run: 'PATCH', target: `${CONFIGS}/x?dryRun=All`, body: { data: { b: '1' } } },
  { it: 'a deletion', run: 'DELETE', target: `${POD}?dryRun=All`, body: undefined },
])('$it that is a dry run shows nothing that is not durable, and waits for nothing', async ({ run, target, body }) => {
  const { call, gated } = await held();
  const changed = call('PATCH', `${CONFIGS}/x`, { data: { a: 'lost' }, metadata: { labels: { l: 'lost' } } }, MERGE);
  const relabelled = call('PATCH', POD, { metadata: { labels: { l: 'lost' } } }, MERGE);
  await beat();
  const answer = await call(run, target, body, run === 'PATCH' ? MERGE : '');
  expect(JSON.stringify(answer)).not.toContain('lost');
  expect(answer.metadata.name).toBe('x');
  gated.failed();
  await expect(changed).rejects.toMatchObject({ reason: 'ServiceUnavailable' });
  await expect(relabelled).rejects.toMatchObject({ reason: 'ServiceUnavailable' });
});

test.each([{ ends: 'synced' as const }, { ends: 'failed' as const }])(
  'what changes nothing is answered when that is durable, which $ends',
  async ({ ends }) => {
    const { call, gated } = await held();
    const change = () => call('PATCH', `${CONFIGS}/x`, { data: { a: 'new' } }, MERGE);
    const first = change();
    await beat();
    let answered = false;
    const second = change();
    void second.catch(() => undefined).then(() => (answered = true));
    await beat();
    expect(answered).toBe(false);
    gated[ends]();
    if (ends === 'synced') {
      await first;
      expect(dataOf(await second)).toEqual({ a: 'new' });
    } else {
      await expect(first).rejects.toMatchObject({ reason: 'ServiceUnavailable' });
      await expect(second).rejects.toMatchObject({ reason: 'ServiceUnavailable' });
    }
  },
);

test('a deletion that finds one under way waits until that is durable', async () => {
  const { call, gated } = await held();
  const first = call('DELETE', `${POD}?gracePeriodSeconds=0`);
  await beat();
  let answered = false;
  const second = call('DELETE', `${POD}?gracePeriodSeconds=0`);
  void second.catch(() => undefined).then(() => (answered = true));
  await beat();
  expect(answered).toBe(false);
  gated.failed();
  await expect(first).rejects.toMatchObject({ reason: 'ServiceUnavailable' });
  await expect(second).rejects.toMatchObject({ reason: 'ServiceUnavailable' });
});

test('what was read before a webhook and lost meanwhile is no answer', async () => {
  const gated = gatedDisk();
  gated.synced();
  const webhook = Promise.withResolvers<void>();
  let slow = false;
  const plugin = { handles: () => true, validate: () => (slow ? webhook.promise : undefined) };
  const backend = logBackend(gated.disk);
  const { call } = await testServer({ barrier, backend, parts: { admission: [plugin as never] } });
  await call('POST', CONFIGS, { metadata: { name: 'x' }, data: { a: 'durable' } });
  gated.shut();
  const change = () => call('PATCH', `${CONFIGS}/x`, { data: { a: 'lost' } }, MERGE);
  const first = change();
  await beat();
  slow = true;
  const second = change();
  await beat();
  gated.failed();
  await expect(first).rejects.toMatchObject({ reason: 'ServiceUnavailable' });
  webhook.resolve();
  await expect(second).rejects.toMatchObject({ reason: 'ServiceUnavailable' });
});
