import { afterEach, expect, test } from 'vitest';
import { customResourceDefinitions } from '#core/api/tokens';
import type { CustomResourceDefinition } from '#core/api/types';
import type { ResourceToken } from '#core/client';
import type { KubeObject } from '#core/machinery/object';
import { testCluster, type TestCluster } from './cluster.ts';

const barrier = () => new Promise<void>((resolve) => void setImmediate(resolve));
/** The patterns here mean the same to the engine's own. */
const expressions = {
  pattern: (text: string) => ({
    test: (subject: string) => new RegExp(text, 'u').test(subject),
    find: (subject: string, most: number) =>
      [...subject.matchAll(new RegExp(text, 'gu'))].slice(0, most).map(([found]) => found),
  }),
};

interface Thing extends KubeObject {
  readonly spec?: Readonly<Record<string, unknown>>;
  readonly status?: Readonly<Record<string, unknown>>;
}
const GROUP = 'example.com';
const things: ResourceToken<Thing> = {
  group: GROUP,
  version: 'v1',
  resource: 'things',
  kind: 'Thing',
  namespaced: true,
};
const oldThings: ResourceToken<Thing> = { ...things, version: 'v1alpha1' };
const named = { namespace: 'default', name: 'one' };
const thing = (spec: object, more: object = {}): Thing => ({
  apiVersion: `${GROUP}/v1`,
  kind: 'Thing',
  metadata: { ...named, ...more },
  spec: { ...spec },
});

const version = (name: string, properties: object, more: object = {}) => ({
  name,
  served: true,
  storage: name === 'v1',
  subresources: { status: {} },
  schema: {
    openAPIV3Schema: {
      type: 'object',
      properties: {
        spec: { type: 'object', properties },
        status: { type: 'object', properties: { ready: { type: 'boolean' } } },
      },
    },
  },
  ...more,
});
const SIZE = { size: { type: 'integer', default: 1 } };
const definition = (versions: readonly object[], more: object = {}): CustomResourceDefinition =>
  ({
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `things.${GROUP}` },
    spec: { group: GROUP, scope: 'Namespaced', names: { plural: 'things', kind: 'Thing' }, versions, ...more },
  }) as unknown as CustomResourceDefinition;

let cluster: TestCluster;
afterEach(() => cluster.stop());

const crd = () => cluster.find(customResourceDefinitions, { name: `things.${GROUP}` });
const condition = (type: string) => crd()?.status?.conditions?.find((one) => one.type === type);

async function defined(versions: readonly object[] = [version('v1', SIZE)], more: object = {}): Promise<void> {
  cluster = await testCluster({ barrier, nodes: 0, expressions });
  await cluster.client.create(customResourceDefinitions, definition(versions, more));
  await cluster.until(() => condition('Established')?.status === 'True');
}

async function changeDefinition(versions: readonly object[]): Promise<void> {
  const { metadata } = await cluster.client.get(customResourceDefinitions, { name: `things.${GROUP}` });
  const next = definition(versions);
  await cluster.client.update(customResourceDefinitions, { ...next, metadata });
}

const refusal = (call: Promise<unknown>) =>
  call.then(
    () => 'none',
    ({ reason, message }: { readonly reason?: string; readonly message: string }) => `${reason ?? 'a bug'}: ${message}`,
  );

test('a definition that is established is served at once, and not before', async () => {
  cluster = await testCluster({ barrier, nodes: 0, expressions });
  expect(await refusal(cluster.client.create(things, thing({})))).toContain('NotFound');
  await cluster.client.create(customResourceDefinitions, definition([version('v1', SIZE)]));
  await cluster.until(() => condition('Established')?.status === 'True');
  const made = await cluster.client.create(things, thing({ other: 1 }));
  expect([made.spec, made.metadata.generation]).toEqual([{ size: 1 }, 1]);
});

test('names that another definition of the group was granted are not granted twice', async () => {
  await defined();
  const other = definition([version('v1', SIZE)], { names: { plural: 'others', kind: 'Thing' } });
  await cluster.client.create(customResourceDefinitions, { ...other, metadata: { name: `others.${GROUP}` } });
  await cluster.advance(1000);
  const { status } = cluster.find(customResourceDefinitions, { name: `others.${GROUP}` })!;
  expect(status!.conditions!.map(({ type, status: is, reason }) => `${type} ${is} ${reason ?? ''}`)).toEqual([
    'NamesAccepted False ListKindConflict',
    'Established False NotAccepted',
  ]);
});

test('status and the rest are written apart, and only the rest is a new generation', async () => {
  await defined();
  const made = await cluster.client.create(things, { ...thing({ size: 2 }), status: { ready: true } });
  expect(made.status).toBeUndefined();
  const ready = await cluster.client.update(
    things,
    { ...made, spec: { size: 9 }, status: { ready: true } },
    { subresource: 'status' },
  );
  expect([ready.spec, ready.status, ready.metadata.generation]).toEqual([{ size: 2 }, { ready: true }, 1]);
  const changed = await cluster.client.update(things, { ...ready, spec: { size: 3 }, status: {} });
  expect([changed.spec, changed.status, changed.metadata.generation]).toEqual([{ size: 3 }, { ready: true }, 2]);
});

test('objects are shown as the definition of now has them: pruned and with its defaults', async () => {
  await defined();
  await cluster.client.create(things, thing({ size: 2 }));
  await changeDefinition([version('v1', { colour: { type: 'string', default: 'red' } })]);
  const shown = await cluster.client.get(things, named);
  expect(shown.spec).toEqual({ colour: 'red' });
  expect(cluster.find(things, named)?.spec).toEqual({ size: 2 });
  // A write that changes nothing brings what lies in the store up to date.
  await cluster.client.update(things, shown);
  expect(cluster.find(things, named)?.spec).toEqual({ colour: 'red' });
});

test('versions see one object, each by its own schema, and it lies in the one that is stored', async () => {
  await defined([version('v1', SIZE), version('v1alpha1', { size: { type: 'integer' }, note: { type: 'string' } })]);
  const sent = { ...thing({ size: 4, note: 'x' }), apiVersion: `${GROUP}/v1alpha1` };
  const made = await cluster.client.create(oldThings, sent);
  expect([made.apiVersion, made.spec]).toEqual([`${GROUP}/v1alpha1`, { size: 4 }]);
  expect(cluster.find(things, named)).toMatchObject({ apiVersion: `${GROUP}/v1`, spec: { size: 4 } });
});

test('a conversion whose webhook cannot be reached is refused, not guessed', async () => {
  const conversion = {
    strategy: 'Webhook',
    webhook: { clientConfig: { url: 'https://converter.example.com/' }, conversionReviewVersions: ['v1'] },
  };
  await defined([version('v1', SIZE), version('v1alpha1', SIZE)], { conversion });
  await cluster.client.create(things, thing({ size: 2 }));
  expect(await refusal(cluster.client.get(oldThings, named))).toContain(
    'conversion webhook for example.com/v1, Kind=Thing failed',
  );
});

test('watches end when the definition changes, and go on elsewhere', async () => {
  await defined();
  const seen: string[] = [];
  let ended = false;
  const { server } = cluster.plane;
  const user = { name: 'admin', groups: ['system:masters', 'system:authenticated'] };
  await server.watch(
    { user, userAgent: 'test', method: 'GET', target: `/apis/${GROUP}/v1/things?watch=true` },
    {
      events: (events) => void seen.push(...events.map(({ type, object }) => `${type} ${object.metadata.name ?? ''}`)),
      ended: () => (ended = true),
    },
  );
  await cluster.client.create(things, thing({}));
  await cluster.advance(10);
  expect([seen, ended]).toEqual([['ADDED one'], false]);
  await changeDefinition([version('v1', { ...SIZE, more: { type: 'string' } })]);
  await cluster.advance(10);
  expect(ended).toBe(true);
});

test('a definition goes when its objects are gone, and takes nothing meanwhile', async () => {
  await defined();
  await cluster.client.create(things, thing({}, { finalizers: ['example.com/held'] }));
  await cluster.client.delete(customResourceDefinitions, { name: `things.${GROUP}` });
  await cluster.advance(2000);
  expect(condition('Terminating')?.status).toBe('True');
  const another = { ...thing({}), metadata: { namespace: 'default', name: 'two' } };
  expect(await refusal(cluster.client.create(things, another))).toContain(
    'create not allowed while custom resource definition is terminating',
  );
  const held = await cluster.client.get(things, named);
  expect(held.metadata.deletionTimestamp).toBeDefined();
  await cluster.client.update(things, { ...held, metadata: { ...held.metadata, finalizers: [] } });
  await cluster.until(() => crd() === undefined);
  expect(await refusal(cluster.client.get(things, named))).toContain('NotFound');
});
