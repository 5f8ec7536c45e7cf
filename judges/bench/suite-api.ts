import type { Figure, Sample, Size, Suite } from './figure.ts';
import { type Job, load } from './load.ts';
import { configMapNamed, leaseNamed, NAMESPACE, ofItsOwn, paths, podNamed, podStatus } from './objects.ts';
import type { Side } from './sides.ts';

const JSON_TYPE = { 'Content-Type': 'application/json' };
const PROTOBUF = { Accept: 'application/vnd.kubernetes.protobuf' };

/** Runs a job and tells operations a second, and processor seconds for a thousand of them. */
export async function operations(side: Side, job: Job): Promise<Sample> {
  const before = side.spent();
  const { Ops, Seconds, P50, P99 } = await load(side, job);
  return { value: Ops / Seconds, cpu: ((side.spent() - before) / Ops) * 1000, p50: P50, p99: P99 };
}

/** What pods need to be admitted: a namespace with its account. */
export async function makeNamespace(side: Side): Promise<void> {
  const one = (Path: string, Body: object) => load(side, { Count: 1, Method: 'POST', Path, Body, Headers: JSON_TYPE });
  await one('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } });
  // With controllers it is there by itself, sooner or later.
  await one(`/api/v1/namespaces/${NAMESPACE}/serviceaccounts`, {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: 'default' },
  }).catch(() => undefined);
}

/** Of one template, as those of a ReplicaSet are; `own`: no two have the same spec. */
export const createPods = (side: Side, prefix: string, count: number, inFlight = 32, own = false) =>
  operations(side, {
    Count: count,
    InFlight: inFlight,
    Method: 'POST',
    Path: paths.pods,
    Headers: JSON_TYPE,
    Body: own ? ofItsOwn(podNamed(prefix)) : podNamed(prefix),
  });

/** Requests against an API server with 5,000 pods. */
export function apiSuite({ less }: Size): Suite {
  const few = (count: number) => Math.max(1, Math.round(count / less));
  const stored = few(5000);
  const rate = (name: string, measure: Figure['measure']): Figure => ({ name, unit: 'a second', more: true, measure });
  const on = (name: string, job: Job): Figure => rate(name, (side) => operations(side, job));
  const list = (name: string, query: string, headers: Record<string, string>, more: Partial<Job> = {}): Figure =>
    on(`LIST ${stored} pods, ${name}`, {
      Count: few(12),
      Method: 'GET',
      Path: paths.pods + query,
      Headers: headers,
      ...more,
    });
  const patch = (name: string, type: string, body: object, query = ''): Figure =>
    on(`${name} PATCH of a pod, 16 in flight`, {
      Count: few(2000),
      InFlight: 16,
      Objects: stored,
      Method: 'PATCH',
      Path: `${paths.pods}/seed-{i}${query}`,
      Headers: { 'Content-Type': `application/${type}` },
      Body: body,
    });
  const annotated = { metadata: { annotations: { 'bench/n': '{n}' } } };

  return {
    name: 'api',
    beside: 'api',
    async prepare(side) {
      await makeNamespace(side);
      await createPods(side, 'seed', stored);
      const leases = { Count: few(1000), InFlight: 32, Method: 'POST', Path: paths.leases, Headers: JSON_TYPE };
      await load(side, { ...leases, Body: leaseNamed('lease-{i}') });
    },
    figures: [
      ...[
        { inFlight: 1, own: false },
        { inFlight: 16, own: false },
        { inFlight: 64, own: false },
        { inFlight: 16, own: true },
      ].map(({ inFlight, own }) =>
        rate(`create a pod${own ? ' unlike any other' : ''}, ${inFlight} in flight`, async (side, round) => {
          const label = `${own ? 'own' : 'new'}-${inFlight}-${round}`;
          const sample = await createPods(side, label, few(inFlight === 1 ? 500 : 2000), inFlight, own);
          await load(side, { Count: 1, Method: 'DELETE', Path: `${paths.pods}?labelSelector=run%3D${label}` });
          return sample;
        }),
      ),
      on('GET a pod, 16 in flight', {
        Count: few(10_000),
        InFlight: 16,
        Objects: stored,
        Method: 'GET',
        Path: `${paths.pods}/seed-{i}`,
      }),
      on('GET a pod as protobuf, 16 in flight', {
        Count: few(10_000),
        InFlight: 16,
        Objects: stored,
        Method: 'GET',
        Path: `${paths.pods}/seed-{i}`,
        Headers: PROTOBUF,
      }),
      list('JSON', '', {}),
      list('protobuf', '', PROTOBUF),
      list('Table', '', { Accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' }),
      list('metadata only', '', { Accept: 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io' }),
      list('JSON in pages of 500', '?limit=500', {}, { Paged: true }),
      list('one by its label', '?labelSelector=shard%3Dshard-0000042', {}, { Count: few(200) }),
      list('none by a field', '?fieldSelector=spec.nodeName%3Dnode-1', {}, { Count: few(200) }),
      on("PUT of a pod's status, 16 in flight", {
        Count: few(3000),
        InFlight: 16,
        Objects: stored,
        Method: 'PUT',
        Path: `${paths.pods}/seed-{i}/status`,
        Headers: JSON_TYPE,
        Body: { ...podNamed('seed'), status: { ...podStatus, message: '{n}' } },
      }),
      patch('merge', 'merge-patch+json', annotated),
      patch('strategic merge', 'strategic-merge-patch+json', annotated),
      patch(
        'apply',
        'apply-patch+yaml',
        { apiVersion: 'v1', kind: 'Pod', ...annotated },
        '?fieldManager=bench&force=true',
      ),
      on('1,000 nodes renewing Leases, 64 in flight', {
        Count: few(5000),
        InFlight: 64,
        Objects: few(1000),
        Method: 'PATCH',
        Path: `${paths.leases}/lease-{i}`,
        Headers: { 'Content-Type': 'application/merge-patch+json' },
        Body: { spec: { holderIdentity: 'node-{n}' } },
      }),
      {
        name: `deletecollection of ${few(10_000)} ConfigMaps`,
        unit: 'objects a second',
        more: true,
        once: true,
        async measure(side) {
          const count = few(10_000);
          await load(side, {
            Count: count,
            InFlight: 64,
            Method: 'POST',
            Path: paths.configMaps,
            Headers: JSON_TYPE,
            Body: configMapNamed('collected-{i}'),
          });
          const sample = await operations(side, { Count: 1, Method: 'DELETE', Path: paths.configMaps });
          return { ...sample, value: sample.value * count, cpu: sample.cpu! / count };
        },
      },
    ],
  };
}
