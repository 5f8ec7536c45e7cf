import { setTimeout as wait } from 'node:timers/promises';
import type { Figure, Sample, Size, Suite } from './figure.ts';
import { load } from './load.ts';
import { configMapNamed, NAMESPACE, nodeNamed, paths, podNamed } from './objects.ts';
import { type Side } from './sides.ts';
import { apiSuite, createPods, makeNamespace, operations } from './suite-api.ts';
import { watchSuite } from './suite-watch.ts';

const JSON_TYPE = { 'Content-Type': 'application/json' };
const few = ({ less }: Size, count: number) => Math.max(1, Math.round(count / less));

/** Durable writes of a kilobyte each, more and more at once: what the store allows. */
const storeSuite = (size: Size): Suite => ({
  name: 'store',
  beside: 'api',
  async prepare(side) {
    await makeNamespace(side);
    const job = { Count: few(size, 1000), InFlight: 32, Method: 'POST', Path: paths.configMaps, Headers: JSON_TYPE };
    await load(side, { ...job, Body: configMapNamed('stored-{i}') });
  },
  figures: [1, 16, 64, 256].map((inFlight) => ({
    name: `update a ConfigMap of 1 KB, ${inFlight} in flight`,
    unit: 'a second',
    more: true,
    measure: (side) =>
      operations(side, {
        Count: few(size, inFlight === 1 ? 500 : 5000),
        InFlight: inFlight,
        Objects: few(size, 1000),
        Method: 'PUT',
        Path: `${paths.configMaps}/stored-{i}`,
        Headers: JSON_TYPE,
        Body: configMapNamed('stored-{i}'),
      }),
  })),
});

/** Megabytes of all processes of a side, each figure on top of the one before. */
const memorySuite = (size: Size): Suite => {
  const after = (name: string, fill: (side: Side) => Promise<unknown>): Figure => ({
    name,
    unit: 'MB',
    more: false,
    once: true,
    async measure(side) {
      await fill(side);
      await wait(5000);
      return { value: side.memory() };
    },
  });
  const [some, many] = [few(size, 5000), few(size, 20_000)];
  return {
    name: 'memory',
    beside: 'all',
    prepare: makeNamespace,
    figures: [
      after('memory, empty', async () => {}),
      after(`memory with ${some} pods`, (side) => createPods(side, 'some', some, 32, true)),
      after(`memory with ${many} pods`, (side) => createPods(side, 'many', many - some, 32, true)),
    ],
  };
};

/** Waits until a count that the API tells of is reached; gives seconds since the call. */
async function until(side: Side, path: string, reached: (items: readonly Listed[]) => boolean): Promise<number> {
  const began = performance.now();
  for (;;) {
    const { Shown = '' } = await load(side, {
      Count: 1,
      Method: 'GET',
      Path: path,
      Show: true,
      Headers: { Accept: 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io' },
    });
    const { items } = JSON.parse(Shown) as { readonly items: readonly Listed[] | null };
    if (reached(items ?? [])) return (performance.now() - began) / 1000;
    if (performance.now() - began > 600_000) throw new Error(`${side.name}: ${path} did not get there in 10 minutes`);
    await wait(100);
  }
}
type Listed = object;

/** Controllers and scheduler at work, with nodes that are only written down. */
const schedulerSuite = (size: Size): Suite => {
  const pods = few(size, 5000);
  const timed = async (side: Side, count: number, work: () => Promise<number>): Promise<Sample> => {
    const before = side.spent();
    const seconds = await work();
    return { value: count / seconds, cpu: ((side.spent() - before) / count) * 1000 };
  };
  const scheduled: Figure = {
    name: `create and bind ${pods} pods on ${few(size, 1000)} nodes`,
    unit: 'pods a second',
    more: true,
    once: true,
    measure: (side) =>
      timed(side, pods, async () => {
        const began = performance.now();
        await createPods(side, 'scheduled', pods);
        await until(
          side,
          `${paths.pods}?labelSelector=run%3Dscheduled&fieldSelector=spec.nodeName%3D`,
          (items) => items.length === 0,
        );
        return (performance.now() - began) / 1000;
      }),
  };
  const { metadata, spec } = podNamed('x');
  const collected: Figure = {
    name: `delete a Deployment of ${pods} pods, garbage collected`,
    unit: 'pods a second',
    more: true,
    once: true,
    async measure(side) {
      const labels = { ...metadata.labels, shard: 'x', run: 'deployed' };
      const path = `${paths.pods}?labelSelector=run%3Ddeployed`;
      await load(side, {
        Count: 1,
        Method: 'POST',
        Path: paths.deployments,
        Headers: JSON_TYPE,
        Body: {
          apiVersion: 'apps/v1',
          kind: 'Deployment',
          metadata: { name: 'deployed', namespace: NAMESPACE },
          spec: {
            replicas: pods,
            selector: { matchLabels: { run: 'deployed' } },
            // Nobody schedules them, so that no kubelet is waited for when they go.
            template: { metadata: { labels }, spec: { ...spec, schedulerName: 'nobody' } },
          },
        },
      });
      await until(side, path, (items) => items.length === pods);
      return timed(side, pods, async () => {
        await load(side, {
          Count: 1,
          Method: 'DELETE',
          Path: `${paths.deployments}/deployed?propagationPolicy=Background`,
        });
        return until(side, path, (items) => items.length === 0);
      });
    },
  };
  return {
    name: 'scheduler',
    beside: 'all',
    async prepare(side) {
      await makeNamespace(side);
      const job = { Count: few(size, 1000), InFlight: 32, Method: 'POST', Path: paths.nodes, Headers: JSON_TYPE };
      await load(side, { ...job, Body: nodeNamed('node-{i}') });
      await wait(3000);
    },
    figures: [scheduled, collected],
  };
};

/** All suites but `start`, which starts its sides by itself. */
export const suitesOf = (size: Size): readonly Suite[] => [
  apiSuite(size),
  watchSuite(size),
  storeSuite(size),
  schedulerSuite(size),
  memorySuite(size),
];
