import { beforeEach, expect, test } from 'vitest';
import { builtInDefinitions, openRegistry, registryOf } from '#core/api/definition';
import type { Outbound, OutboundRequest } from '#core/apiserver';
import { pipe, silentLog, textOf, utf8 } from '#core/base';
import type { KubeObject } from '#core/machinery/object';
import { testServer, type TestServer } from '../test-server.ts';
import { startCustomResources } from './customresources.ts';

const barrier = () => new Promise<void>((resolve) => void setImmediate(resolve));
const GROUP = 'example.com';
const THINGS = `/apis/${GROUP}/v1/namespaces/default/things`;
const OLD_THINGS = `/apis/${GROUP}/v1beta1/namespaces/default/things`;

type Spec = Readonly<Record<string, unknown>>;
interface Thing extends KubeObject {
  readonly spec: Spec;
}
const version = (name: string, properties: object) => ({
  name,
  served: true,
  storage: name === 'v1',
  schema: { openAPIV3Schema: { type: 'object', properties: { spec: { type: 'object', properties } } } },
});
const names = { plural: 'things', singular: 'thing', kind: 'Thing', listKind: 'ThingList' };
const CRD = {
  kind: 'CustomResourceDefinition',
  apiVersion: 'apiextensions.k8s.io/v1',
  metadata: { name: `things.${GROUP}`, uid: 'u', generation: 1 },
  spec: {
    group: GROUP,
    scope: 'Namespaced',
    names,
    // A host and a port in one text became two fields.
    versions: [
      version('v1', { host: { type: 'string' }, port: { type: 'string', default: '80' } }),
      { ...version('v1beta1', { address: { type: 'string' } }), selectableFields: [{ jsonPath: '.spec.address' }] },
    ],
    conversion: {
      strategy: 'Webhook',
      webhook: {
        clientConfig: { url: 'https://converter.example.com/convert' },
        conversionReviewVersions: ['v1'],
      },
    },
  },
  status: {
    acceptedNames: names,
    storedVersions: ['v1'],
    conditions: [
      { type: 'NamesAccepted', status: 'True', reason: 'NoConflicts', message: 'no conflicts found' },
      { type: 'Established', status: 'True' },
    ],
  },
} as unknown as KubeObject;

function converted(thing: Thing, apiVersion: string): Thing {
  const { host = '', port = '', address = '' } = thing.spec as Readonly<Record<string, string>>;
  const [name, number] = address.split(':');
  return {
    ...thing,
    apiVersion,
    spec: apiVersion.endsWith('/v1') ? { host: name, port: number } : { address: `${host}:${port}` },
  };
}

let here: TestServer;
let calls: number;
let change: (thing: Thing) => object;

beforeEach(async () => {
  calls = 0;
  change = (thing) => thing;
  const outbound = {
    request(_target: unknown, { body }: OutboundRequest) {
      calls++;
      const { request, ...type } = JSON.parse(textOf(body!)) as {
        readonly request: {
          readonly uid: string;
          readonly desiredAPIVersion: string;
          readonly objects: readonly Thing[];
        };
      };
      const objects = request.objects.map((one) => change(converted(one, request.desiredAPIVersion)));
      const response = { uid: request.uid, result: { status: 'Success' }, convertedObjects: objects };
      const { readable, writable } = pipe();
      writable.write(utf8(JSON.stringify({ ...type, response })));
      writable.end();
      return Promise.resolve({ status: 200, headers: {}, body: readable });
    },
  } as unknown as Outbound;
  const registry = openRegistry(registryOf(builtInDefinitions()));
  here = await testServer({ barrier, parts: { registry } });
  const { server, store, turns } = here;
  await store.commit({
    guards: [],
    writes: [{ key: `apiextensions.k8s.io/customresourcedefinitions/things.${GROUP}`, object: CRD }],
  });
  const tools = { pattern: () => ({ test: () => true, find: () => [] }) };
  startCustomResources({ server, store, registry, turns, log: silentLog, tools, outbound, uuid: () => 'review' });
});

const old = (name: string, address: string) => ({
  apiVersion: `${GROUP}/v1beta1`,
  kind: 'Thing',
  metadata: { name },
  spec: { address },
});
const specOf = async (method: string, target: string, object?: object) =>
  ((await here.call(method, target, object)) as Thing).spec;

test('an object is stored in the version that is stored, and shown in the one that is asked for', async () => {
  expect(await specOf('POST', OLD_THINGS, old('one', 'a.example.com:8080'))).toEqual({ address: 'a.example.com:8080' });
  const { object } = here.store.get(`${GROUP}/things/default/one`)!;
  expect([object.apiVersion, (object as Thing).spec]).toEqual([`${GROUP}/v1`, { host: 'a.example.com', port: '8080' }]);
  expect(await specOf('GET', `${THINGS}/one`)).toEqual({ host: 'a.example.com', port: '8080' });
  const before = await here.call('GET', `${OLD_THINGS}/one`);
  const changed = { ...before, spec: { address: 'b.example.com:81' } };
  expect(await specOf('PUT', `${OLD_THINGS}/one`, changed)).toEqual({ address: 'b.example.com:81' });
  expect(await specOf('GET', `${THINGS}/one`)).toEqual({ host: 'b.example.com', port: '81' });
});

test('a list is converted by one call, and what was converted once is not asked for again', async () => {
  for (const name of ['one', 'two', 'three'])
    await here.call('POST', THINGS, {
      apiVersion: `${GROUP}/v1`,
      kind: 'Thing',
      metadata: { name },
      spec: { host: name },
    });
  expect(calls).toBe(0);
  const list = async () => ((await here.call('GET', OLD_THINGS)) as unknown as { items: readonly Thing[] }).items;
  expect((await list()).map(({ spec }) => spec['address'])).toEqual(['one:80', 'three:80', 'two:80']);
  await list();
  expect(calls).toBe(1);
});

test('watchers are told of objects in the version that they asked for', async () => {
  const { events } = await here.watch(`${OLD_THINGS}?watch=true`);
  await here.call('POST', THINGS, {
    apiVersion: `${GROUP}/v1`,
    kind: 'Thing',
    metadata: { name: 'one' },
    spec: { host: 'h' },
  });
  await here.turns.advance(10);
  expect(events.map(({ type, object }) => [type, (object as Thing).spec])).toEqual([['ADDED', { address: 'h:80' }]]);
});

test('a conversion changes labels, but nothing that tells objects apart', async () => {
  await here.call('POST', THINGS, {
    apiVersion: `${GROUP}/v1`,
    kind: 'Thing',
    metadata: { name: 'one' },
    spec: { host: 'h' },
  });
  change = (thing) => ({ ...thing, metadata: { ...thing.metadata, labels: { a: 'b' }, generation: 9 } });
  const shown = await here.call('GET', `${OLD_THINGS}/one`);
  expect([shown.metadata.labels, shown.metadata.generation]).toEqual([{ a: 'b' }, 1]);
});

test.each([
  {
    it: 'another name',
    made: (thing: Thing) => ({ ...thing, metadata: { ...thing.metadata, name: 'x' } }),
    wants: 'must have the same name: one != x',
  },
  {
    it: 'another version',
    made: (thing: Thing) => ({ ...thing, apiVersion: 'v1' }),
    wants: `invalid groupVersion (expected ${GROUP}/v1beta1, received v1)`,
  },
])('an object of $it is refused', async ({ made, wants }) => {
  await here.call('POST', THINGS, {
    apiVersion: `${GROUP}/v1`,
    kind: 'Thing',
    metadata: { name: 'one' },
    spec: { host: 'h' },
  });
  change = made;
  const told = await here.outcome('GET', `${OLD_THINGS}/one`);
  expect(told).toContain(`conversion webhook for ${GROUP}/v1, Kind=Thing failed: ${wants}`);
});

test('who selects by a field selects in the version that he asked for', async () => {
  const selecting = OLD_THINGS.concat('?fieldSelector=spec.address%3Dh:80');
  const early = await here.watch(`${selecting}&watch=true`);
  const make = (name: string, host: string) =>
    here.call('POST', THINGS, { apiVersion: `${GROUP}/v1`, kind: 'Thing', metadata: { name }, spec: { host } });
  await make('one', 'h');
  await make('two', 'g');
  const since = (await here.call('GET', `${THINGS}/one`)).metadata.resourceVersion;
  await here.turns.advance(10);
  const two = (await here.call('GET', `${THINGS}/two`)) as Thing;
  await here.call('PUT', `${THINGS}/two`, { ...two, spec: { host: 'h', port: '80' } });
  await here.turns.advance(10);
  const told = ({ events }: typeof early) => events.map(({ type, object }) => `${type} ${object.metadata.name}`);
  expect(told(early)).toEqual(['ADDED one', 'ADDED two']);
  expect(((await here.call('GET', selecting)) as unknown as { items: readonly Thing[] }).items).toHaveLength(2);
  const present = await here.watch(`${selecting}&watch=true`);
  const past = await here.watch(`${selecting}&watch=true&resourceVersion=${since}`);
  await here.call('DELETE', `${THINGS}/one`);
  await here.turns.advance(10);
  expect(told(early)).toEqual(['ADDED one', 'ADDED two', 'DELETED one']);
  expect(told(present)).toEqual(['ADDED one', 'ADDED two', 'DELETED one']);
  expect(told(past)).toEqual(['ADDED two', 'DELETED one']);
});
