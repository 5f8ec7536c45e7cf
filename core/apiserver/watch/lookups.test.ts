import { expect, test } from 'vitest';
import type { KubeList } from '#core/machinery/object';
import { testServer } from '../test-server.ts';

const CONFIGS = '/api/v1/namespaces/a/configmaps';
const MERGE = 'application/merge-patch+json';
const barrier = () => new Promise<void>((resolve) => void setImmediate(resolve));

/** A server with 400 ConfigMaps in two namespaces, of twenty shards, and what lists of it say. */
async function world() {
  const { call, turns, store } = await testServer({ barrier });
  for (let i = 0; i < 400; i++) {
    const labels = { shard: `s${i % 20}`, half: `h${i % 2}` };
    const name = `c${String((i * 37) % 400).padStart(3, '0')}`;
    await call('POST', `/api/v1/namespaces/${i % 4 === 0 ? 'b' : 'a'}/configmaps`, { metadata: { name, labels } });
  }
  const list = async (query: string, place = CONFIGS) => {
    const { items, metadata } = (await call('GET', `${place}?${query}`)) as unknown as KubeList;
    await turns.idle();
    return { names: items.map(({ metadata: { namespace, name } }) => `${namespace}/${name}`), more: metadata.continue };
  };
  /** What is selected, told by looking at everything. */
  const expected = async (label: string, value: string, place = CONFIGS) => {
    const { items } = (await call('GET', place)) as unknown as KubeList;
    return items
      .filter(({ metadata: { labels } }) => labels?.[label] === value)
      .map(({ metadata: { namespace, name } }) => `${namespace}/${name}`);
  };
  return { call, list, expected, store };
}

test('what is looked up is what is found by looking at everything', async () => {
  const { call, list, expected } = await world();
  const query = 'labelSelector=shard%3Ds7';
  for (let i = 0; i < 3; i++) expect((await list(query)).names).toEqual(await expected('shard', 's7'));
  const [gone, moved] = (await list(query)).names.map((name) => name.slice(2));
  await call('DELETE', `${CONFIGS}/${gone}`);
  await call('PATCH', `${CONFIGS}/${moved}`, { metadata: { labels: { shard: 's1' } } }, MERGE);
  await call('POST', CONFIGS, { metadata: { name: 'c000a', labels: { shard: 's7' } } });
  const now = await list(query);
  expect(now.names).toEqual(await expected('shard', 's7'));
  expect(now.names).toContain('a/c000a');
  expect(now.names).not.toContain(`a/${moved}`);
  for (const place of ['/api/v1/configmaps', '/api/v1/namespaces/b/configmaps', '/api/v1/namespaces/c/configmaps'])
    expect((await list('labelSelector=shard%3Ds4', place)).names).toEqual(await expected('shard', 's4', place));
  expect((await list('labelSelector=shard%3Ds7,half%3Dh1')).names).toEqual(
    now.names.filter((name) => name !== 'a/c000a'),
  );
  expect((await list('labelSelector=shard%3Ds7,half!%3Dh1')).names).toEqual(['a/c000a']);
  expect((await list('labelSelector=shard%3Dnone')).names).toEqual([]);
});

test('pages end where they end without', async () => {
  const { list } = await world();
  await list('labelSelector=shard%3Ds6');
  for (const limit of [1, 3, 15, 20, 30]) {
    let page = `limit=${limit}`;
    for (let pages = 0; pages < 25; pages++) {
      const found = await list(`labelSelector=shard%3Ds6&${page}`);
      // One of two values is looked for among all.
      expect(found).toEqual(await list(`labelSelector=shard%20in%20(s6,other)&${page}`));
      if (found.more === undefined) break;
      page = `limit=${limit}&continue=${found.more}`;
    }
  }
});

test('whoever reads the past is told of the past', async () => {
  const { call, list, expected, store } = await world();
  await list('labelSelector=shard%3Ds7');
  const before = await expected('shard', 's7');
  const { revision } = store;
  await call('DELETE', `${CONFIGS}/${before[0]!.slice(2)}`);
  const then = `labelSelector=shard%3Ds7&resourceVersionMatch=Exact&resourceVersion=${revision}`;
  expect((await list(then)).names).toEqual(before);
  expect((await list('labelSelector=shard%3Ds7')).names).toEqual(before.slice(1));
});
