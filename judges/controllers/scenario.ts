import {
  configMaps,
  deployments,
  endpoints,
  namespaces,
  nodes,
  pods,
  replicaSets,
  replicationControllers,
  serviceAccounts,
  services,
} from '#core/api/tokens';
import type { Deployment } from '#core/api/types/apps/v1';
import type { Pod } from '#core/api/types/core/v1';
import type { Client, ResourceToken } from '#core/client';
import type { KubeObject } from '#core/machinery/object';
import type { Machine } from './machine.ts';
import { observe, observeEvents, observeNodes } from './observe.ts';
import type { Seen } from '../common/compare.ts';

const NAMESPACE = 'judge';

/** Everyday life of a cluster's objects, step by step; what each step comes to is the same whoever the controllers are. */
export async function play(client: Client, machine: Machine): Promise<Seen> {
  const seen = new Map<string, readonly string[]>();
  const at = { namespace: NAMESPACE };
  const get = <T extends KubeObject>(of: ResourceToken<T>, name: string) =>
    client.get(of, { namespace: of.namespaced ? NAMESPACE : undefined, name }).catch(() => undefined);
  const list = async <T extends KubeObject>(of: ResourceToken<T>) => (await client.list(of, at)).items;
  const look = async (step: string) => {
    // Whatever is still to be written.
    await pause(1500);
    seen.set(step, await observe(client, NAMESPACE));
  };
  const until = async (what: string, holds: () => Promise<boolean>, seconds = 60) => {
    for (let tries = 0; tries < seconds * 10; tries++) {
      if (await holds()) return;
      await pause(100);
    }
    throw new Error(`waited in vain until ${what}; ${(await observe(client, NAMESPACE)).join('\n')}`);
  };
  const make = (name: string, spec: Partial<Deployment['spec']>, image = 'one') =>
    client.create(deployments, {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name, ...at, annotations: { 'kubernetes.io/change-cause': 'made' } },
      spec: {
        selector: { matchLabels: { app: name } },
        template: {
          metadata: { labels: { app: name } },
          spec: {
            containers: [{ name: 'c', image, ports: [{ name: 'http', containerPort: 8080 }] }],
            terminationGracePeriodSeconds: 1,
          },
        },
        ...spec,
      },
    });
  const change = (name: string, patch: object) =>
    client.patch(deployments, { ...at, name }, { type: 'strategic', patch });
  const image = (name: string) => ({ spec: { template: { spec: { containers: [{ name: 'c', image: name }] } } } });
  const settled = (name: string, replicas: number) =>
    until(`${name} has ${replicas}`, async () => {
      const one = await get(deployments, name);
      const {
        observedGeneration,
        replicas: all = 0,
        updatedReplicas: updated = 0,
        availableReplicas: ready = 0,
      } = one?.status ?? {};
      const done = all === replicas && updated === replicas && ready === replicas;
      return (
        done &&
        observedGeneration === one!.metadata.generation &&
        (await list(pods)).every((pod) => pod.metadata.deletionTimestamp === undefined)
      );
    });

  await machine.startNode('n1');
  await machine.startNode('n2');
  await client.create(namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE }, spec: {} });
  await until(
    'the namespace is furnished',
    async () =>
      (await get(serviceAccounts, 'default')) !== undefined &&
      (await get(configMaps, 'kube-root-ca.crt')) !== undefined,
  );
  const authority = await get(configMaps, 'kube-root-ca.crt');
  seen.set('a namespace', [JSON.stringify([authority?.metadata.annotations, Object.keys(authority?.data ?? {})])]);

  await make('web', { replicas: 3, revisionHistoryLimit: 2 });
  await settled('web', 3);
  await look('a Deployment');

  const port = { name: 'http', port: 80, targetPort: 'http' };
  const service = (name: string, spec: object, labels = {}) =>
    client.create(services, { apiVersion: 'v1', kind: 'Service', metadata: { name, ...at, labels }, spec });
  await service('web', { selector: { app: 'web' }, ports: [port] }, { tier: 'front' });
  await service('headless', { clusterIP: 'None', selector: { app: 'web' } });
  await service('empty', { selector: { app: 'nothing' }, ports: [port] });
  await service('close', { selector: { app: 'web' }, ports: [port], trafficDistribution: 'PreferClose' });
  await service('own', { ports: [{ port: 80 }] });
  await client.create(endpoints, {
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata: { name: 'own', ...at, labels: { mine: 'yes' }, annotations: { note: 'kept' } },
    subsets: [
      {
        addresses: [{ ip: '1.2.3.4', hostname: 'h' }],
        notReadyAddresses: [{ ip: '1.2.3.5' }],
        ports: [{ name: 'a', port: 80, protocol: 'TCP' }],
      },
    ],
  });
  await until('endpoints are there', async () => (await get(endpoints, 'web'))?.subsets?.[0]?.addresses?.length === 3);
  await look('Services');

  await change('web', image('two'));
  await settled('web', 3);
  await look('a rollout');
  await change('web', { spec: { replicas: 5 } });
  await settled('web', 5);
  await look('more replicas');
  await change('web', { ...image('one'), metadata: { annotations: { 'kubernetes.io/change-cause': 'undone' } } });
  await settled('web', 5);
  await look('an undone rollout');
  await change('web', {
    spec: { paused: true, replicas: 2, template: { spec: { containers: [{ name: 'c', image: 'three' }] } } },
  });
  await until('the paused one is scaled', async () => (await get(deployments, 'web'))?.status?.replicas === 2);
  await look('a paused Deployment, scaled');
  await change('web', { spec: { paused: false } });
  await settled('web', 2);
  await look('a resumed Deployment');
  for (const name of ['four', 'five']) {
    await change('web', image(name));
    await settled('web', 2);
  }
  await until('history is cut', async () => (await list(replicaSets)).length === 3);
  await look('a long history, cut');

  await make('again', { replicas: 2, strategy: { type: 'Recreate' } });
  await settled('again', 2);
  await change('again', image('two'));
  await settled('again', 2);
  await look('a recreated Deployment');
  await client.delete(deployments, { ...at, name: 'again' }, { propagationPolicy: 'Foreground' });
  await until('it is gone', async () => (await get(deployments, 'again')) === undefined);
  await look('a deletion in the foreground');

  await make('slow', {
    replicas: 4,
    progressDeadlineSeconds: 3,
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 1 } },
  });
  await settled('slow', 4);
  await change('slow', image('stuck'));
  await until(
    'it is late',
    async () =>
      (await get(deployments, 'slow'))?.status?.conditions?.some(
        ({ reason }) => reason === 'ProgressDeadlineExceeded',
      ) === true,
  );
  await look('a rollout that does not get on');
  await change('slow', { spec: { replicas: 8 } });
  await until('it is scaled', async () => (await get(deployments, 'slow'))?.status?.replicas === 9);
  await look('a stuck rollout, scaled proportionally');
  await change('slow', image('one'));
  await settled('slow', 8);
  await look('a stuck rollout, undone');
  await client.delete(deployments, { ...at, name: 'slow' }, { propagationPolicy: 'Orphan' });
  await until('it is gone', async () => (await get(deployments, 'slow')) === undefined);
  await look('a deletion that orphans');
  await make('slow', { replicas: 8 });
  await settled('slow', 8);
  await look('orphans adopted again');
  await client.delete(deployments, { ...at, name: 'slow' });
  await until('its pods are gone', async () =>
    (await list(pods)).every(({ metadata }) => metadata.labels?.['app'] !== 'slow'),
  );

  const pod = (name: string, labels: Record<string, string>): Pod => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, ...at, labels },
    spec: { containers: [{ name: 'c', image: 'one' }], terminationGracePeriodSeconds: 1 },
  });
  await client.create(pods, pod('stray-bbbbb', { rc: 'yes' }));
  await client.create(replicationControllers, {
    apiVersion: 'v1',
    kind: 'ReplicationController',
    metadata: { name: 'stray', ...at },
    spec: {
      replicas: 2,
      selector: { rc: 'yes' },
      template: { metadata: { labels: { rc: 'yes' } }, spec: pod('', {}).spec },
    },
  });
  const ready = async (wanted: number) =>
    (await get(replicationControllers, 'stray'))?.status?.readyReplicas === wanted;
  await until('the controller has two', () => ready(2));
  await look('a ReplicationController that adopts');
  await client.patch(
    pods,
    { ...at, name: 'stray-bbbbb' },
    { type: 'merge', patch: { metadata: { labels: { rc: 'no' } } } },
  );
  await until(
    'the pod is let go',
    async () =>
      (await get(pods, 'stray-bbbbb'))?.metadata.ownerReferences === undefined &&
      (await ready(2)) &&
      (await list(pods)).filter(({ metadata }) => metadata.labels?.['rc'] === 'yes').length === 2,
  );
  await look('and releases');
  await client.create(replicaSets, {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: { name: 'refused', ...at },
    spec: {
      replicas: 2,
      selector: { matchLabels: { app: 'refused' } },
      template: {
        metadata: { labels: { app: 'refused' } },
        spec: { ...pod('', {}).spec, serviceAccountName: 'missing' },
      },
    },
  });
  await until('the failure is told', async () => (await get(replicaSets, 'refused'))?.status?.conditions !== undefined);
  await look('a ReplicaSet whose pods are refused');
  await client.delete(replicaSets, { ...at, name: 'refused' });

  machine.killNode('n1');
  await until('the node is unreachable', async () => (await get(nodes, 'n1'))?.spec.taints?.length === 2);
  await pause(1500);
  seen.set('a node that died', await observeNodes(client));
  await look('its pods');
  seen.set('events', await observeEvents(client, NAMESPACE));
  await client.delete(nodes, { name: 'n1' });

  await client.create(configMaps, {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'held', ...at, finalizers: ['judge.example/hold'] },
  });
  await client.delete(namespaces, { name: NAMESPACE });
  await until(
    'something holds the namespace',
    async () =>
      (await get(namespaces, NAMESPACE))?.status?.conditions?.some(
        ({ type, status }) => type === 'NamespaceFinalizersRemaining' && status === 'True',
      ) === true,
    120,
  );
  const held = await get(namespaces, NAMESPACE);
  seen.set(
    'a namespace that is held',
    held!.status!.conditions!.map(({ type, status, reason, message }) => `${type}=${status} ${reason}: ${message}`),
  );
  await client.patch(configMaps, { ...at, name: 'held' }, { type: 'merge', patch: { metadata: { finalizers: null } } });
  await until('the namespace is gone', async () => (await get(namespaces, NAMESPACE)) === undefined, 120);
  return seen;
}

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
