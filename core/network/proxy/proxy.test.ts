import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { silentLog, virtualTurns } from '#core/base';
import type { Node, Service } from '#core/api/types/core/v1';
import type { EndpointSlice } from '#core/api/types/discovery/v1';
import type { Handler, Index, Informer, Informers, ResourceToken } from '#core/client';
import type { KubeObject } from '#core/machinery/object';
import { routesTo } from './routes.ts';
import { createServiceProxy } from './service-proxy.ts';

/** Informers that hold what a test puts into them. */
function fakeInformers() {
  const kinds = new Map<
    string,
    { objects: Map<string, KubeObject>; handlers: Handler<KubeObject>[]; informer: Informer }
  >();
  const of = (resource: string) => {
    let kind = kinds.get(resource);
    if (kind !== undefined) return kind;
    const objects = new Map<string, KubeObject>();
    const handlers: Handler<KubeObject>[] = [];
    const indexes = new Map<string, Index<KubeObject>>();
    const informer = {
      synced: Promise.resolve(),
      hasSynced: true,
      cache: {
        get: (key: string) => objects.get(key),
        values: () => objects.values(),
        by: (name: string, value: string) =>
          [...objects.values()].filter((one) => indexes.get(name)!(one).includes(value)),
      },
      handle(handler: Handler<KubeObject>) {
        for (const object of objects.values()) handler(object, undefined);
        handlers.push(handler);
        return () => undefined;
      },
      index: (name: string, index: Index<KubeObject>) => void indexes.set(name, index),
    } as unknown as Informer;
    kinds.set(resource, (kind = { objects, handlers, informer }));
    return kind;
  };
  const informers: Informers = {
    get: <T extends KubeObject>(token: ResourceToken<T>) => of(token.resource).informer as unknown as Informer<T>,
    synced: () => Promise.resolve(),
    stop: () => undefined,
  };
  const put = (resource: string, object: KubeObject) => {
    const { objects, handlers } = of(resource);
    const key = `${object.metadata.namespace}/${object.metadata.name}`;
    const previous = objects.get(key);
    objects.set(key, object);
    for (const handler of handlers) handler(object, previous);
  };
  return { informers, put };
}

const service: Service = {
  kind: 'Service',
  apiVersion: 'v1',
  metadata: { namespace: 'default', name: 'web' },
  spec: { clusterIP: '10.96.0.9', ports: [{ port: 80, protocol: 'UDP' }] },
};
const slice = (...addresses: string[]): EndpointSlice => ({
  kind: 'EndpointSlice',
  apiVersion: 'discovery.k8s.io/v1',
  metadata: { namespace: 'default', name: 'web-1', labels: { 'kubernetes.io/service-name': 'web' } },
  addressType: 'IPv4',
  endpoints: addresses.map((address) => ({ addresses: [address] })),
  ports: [{ name: '', port: 8080, protocol: 'UDP' }],
});

test('puts the whole table first, then differences, and the whole again after a refusal', async () => {
  const turns = virtualTurns(() => setImmediate(), 0);
  const { informers, put } = fakeInformers();
  put('services', service);
  const applied: (readonly string[])[] = [];
  const forgotten: unknown[] = [];
  let refuse = false;
  const proxy = createServiceProxy({
    informers,
    turns,
    log: silentLog,
    node: { name: 'a', ip: '172.30.0.2' },
    podRanges: ['10.244.0.0/16'],
    serviceRanges: ['10.96.0.0/16'],
    async apply(commands) {
      if (refuse) throw new Error('no');
      applied.push(commands);
    },
    forget: async (flow) => void forgotten.push(flow),
  });
  await turns.advance(100);
  expect(applied).toHaveLength(1);
  expect(applied[0]!.slice(0, 2)).toEqual(['add table ip kube-proxy', 'delete table ip kube-proxy']);

  put('endpointslices', slice('10.244.0.5'));
  put('endpointslices', slice('10.244.0.5', '10.244.0.6'));
  await turns.advance(100);
  expect(applied).toHaveLength(2);
  expect(applied[1]).toContain('delete element ip kube-proxy no-endpoint-services { 10.96.0.9 . udp . 80 }');
  expect(forgotten).toEqual([{ ip: '10.96.0.9', port: 80 }]);

  refuse = true;
  put('endpointslices', slice('10.244.0.6'));
  await turns.advance(100);
  refuse = false;
  await turns.advance(1000);
  expect(applied).toHaveLength(3);
  expect(applied[2]![1]).toBe('delete table ip kube-proxy');
  proxy.stop();
});

const node = (name: string, ip: string, podCIDR?: string): Node => ({
  kind: 'Node',
  apiVersion: 'v1',
  metadata: { name },
  spec: podCIDR === undefined ? {} : { podCIDR },
  status: { addresses: [{ type: 'InternalIP', address: ip }] },
});

test.each([
  { it: 'not to itself', all: [node('a', '172.30.0.2', '10.244.0.0/24')], wants: [] },
  {
    it: 'to a neighbour',
    all: [node('b', '172.30.0.3', '10.244.1.0/24')],
    wants: [{ range: '10.244.1.0/24', via: '172.30.0.3' }],
  },
  { it: 'not to one without a range', all: [node('b', '172.30.0.3')], wants: [] },
  { it: 'not to one that is elsewhere', all: [node('b', '192.168.0.3', '10.244.1.0/24')], wants: [] },
])('a node has routes $it', ({ all, wants }) =>
  expect(routesTo(all, 'a', (ip) => ip.startsWith('172.30.'))).toEqual(wants),
);
