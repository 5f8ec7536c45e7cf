import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { builtInDefinitions, registryOf } from '#core/api/definition';
import { isStatusError } from '#core/machinery/status';
import { textOf } from '#core/base';
import { discoveryMounts, documentsOf } from '../../core/apiserver/discovery/index.ts';
import type { Recorded } from './inputs.ts';

const recorded: Recorded = JSON.parse(readFileSync(new URL('inputs/recorded.json', import.meta.url), 'utf8'));
const everything = builtInDefinitions().map((one) => ({
  ...one,
  versions: one.versions.map((version) => ({ ...version, served: true })),
}));

test('with every version on, says what the original said', () => {
  const { aggregated, aggregatedCore } = documentsOf(everything, '');
  const items = [aggregatedCore, aggregated].flatMap((document) => (document as { items: unknown[] }).items);
  expect(items).toEqual(recorded.discovery.items);
});

const mounts = discoveryMounts(registryOf(builtInDefinitions()), () => '127.0.0.1:6443');
const ask = async (path: string, headers: Record<string, string> = {}) =>
  mounts
    .find((mount) => `${path}/`.startsWith(mount.path))!
    .answer({
      path,
      query: new Map(),
      headers,
      user: { name: 'somebody', groups: [] },
    });
const AGGREGATED = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

test('takes the first form that there is', async () => {
  const both = await ask('/apis', {
    accept: `application/json;g=apidiscovery.k8s.io;v=v9;as=X,${AGGREGATED},application/json`,
  });
  expect(both.headers['content-type']).toBe(AGGREGATED);
  expect((await ask('/apis/apps', { accept: `${AGGREGATED},application/json` })).headers['content-type']).toBe(
    'application/json',
  );
  expect((await ask('/apis')).headers['content-type']).toBe('application/json');
  await expect(async () => ask('/apis', { accept: 'text/plain' })).rejects.toSatisfy((error) =>
    isStatusError(error, 'NotAcceptable'),
  );
  expect(await ask('/apis/nothing')).toMatchObject({ status: 404 });
});

test('answers 304 where the client has it already', async () => {
  const { headers, body } = await ask('/apis', { accept: AGGREGATED });
  expect(JSON.parse(textOf(body)).items.length).toBe(20);
  expect((await ask('/apis', { accept: AGGREGATED, 'if-none-match': headers['etag']! })).status).toBe(304);
});
