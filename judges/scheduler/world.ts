import { namespaces, nodes, serviceAccounts } from '#core/api/tokens';
import type { Node, Pod, PodSpec } from '#core/api/types/core/v1';
import type { Client, ResourceToken } from '#core/client';
import type { KubeObject } from '#core/machinery/object';

/** Everything lies in one namespace, and is taken away after each case. */
export const NAMESPACE = 'judge';

export type Labels = Readonly<Record<string, string>>;

/** What a node is. There is no kubelet: a node is what is written of it. */
export interface NodeShape {
  readonly name: string;
  readonly zone?: string;
  readonly cpu?: string;
  readonly pods?: string;
  readonly more?: Labels;
  readonly spec?: NonNullable<Node['spec']>;
  readonly images?: readonly { readonly names: readonly string[]; readonly sizeBytes: number }[];
}

/** The nodes of every case that does not say otherwise. */
export const NODES: readonly NodeShape[] = [
  { name: 'n1', zone: 'a' },
  { name: 'n2', zone: 'b' },
  { name: 'n3', zone: 'b', cpu: '2', more: { 'example.com/thing': '1' } },
  { name: 'tainted', zone: 'c', spec: { taints: [{ key: 'dedicated', value: 'x', effect: 'NoSchedule' }] } },
  { name: 'cordoned', zone: 'c', spec: { unschedulable: true } },
];

export async function makeNode(client: Client, shape: NodeShape): Promise<void> {
  const { name, zone, cpu = '4', pods = '10', more = {}, spec = {}, images = [] } = shape;
  const labels = {
    'kubernetes.io/hostname': name,
    ...(zone === undefined ? {} : { 'topology.kubernetes.io/zone': zone }),
  };
  await client.create(nodes, { apiVersion: 'v1', kind: 'Node', metadata: { name, labels }, spec });
  const amounts = { cpu, memory: '8Gi', 'ephemeral-storage': '10Gi', pods, ...more };
  const status = { capacity: amounts, allocatable: amounts, images };
  await client.patch(nodes, { name }, { type: 'merge', patch: { status } }, { subresource: 'status' });
  // A new node is born with a taint that says it is not ready, and no controller takes it away.
  await client.patch(nodes, { name }, { type: 'merge', patch: { spec: { taints: spec.taints ?? null } } });
}

export async function makeNamespace(client: Client): Promise<void> {
  await client.create(namespaces, {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: NAMESPACE, labels: { team: 'judges' } },
    spec: {},
  });
  await client.create(serviceAccounts, {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: 'default', namespace: NAMESPACE },
  });
}

export interface Asked {
  readonly cpu?: string;
  /** Further requests, which are limits too. */
  readonly requests?: Labels;
  readonly labels?: Labels;
  readonly image?: string;
  readonly spec?: Partial<PodSpec>;
}

export function podOf(name: string, { cpu = '0', requests = {}, labels = {}, image = 'i', spec }: Asked = {}): Pod {
  const all = { cpu, ...requests };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: NAMESPACE, labels },
    spec: {
      containers: [{ name: 'c', image, resources: { requests: all, limits: requests } }],
      // Nobody confirms that a pod has ended: it is gone at once, or not at all.
      terminationGracePeriodSeconds: 0,
      ...spec,
    },
  };
}

/** Something beside pods that a case needs. */
export interface Thing {
  readonly of: ResourceToken;
  readonly object: KubeObject;
}

export const pause = (milliseconds: number) => new Promise<void>((resolve) => void setTimeout(resolve, milliseconds));
