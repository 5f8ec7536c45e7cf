import type { JsonObject } from '#core/base';
import { LIMITED, NAMESPACE } from './kinds.ts';

const namespace = (name: string): readonly [string, JsonObject] => [
  '/api/v1/namespaces',
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name } },
];
const account = (inside: string): readonly [string, JsonObject] => [
  `/api/v1/namespaces/${inside}/serviceaccounts`,
  { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default' } },
];

/** What the cases refer to: path of the collection and object. */
export const setup: readonly (readonly [path: string, object: JsonObject])[] = [
  namespace(NAMESPACE),
  namespace(LIMITED),
  account(NAMESPACE),
  account(LIMITED),
  [
    '/apis/scheduling.k8s.io/v1/priorityclasses',
    { apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata: { name: 'generated-high' }, value: 1000 },
  ],
  [
    '/apis/storage.k8s.io/v1/storageclasses',
    {
      apiVersion: 'storage.k8s.io/v1',
      kind: 'StorageClass',
      metadata: { name: 'generated-standard' },
      provisioner: 'csi.example.com',
      allowVolumeExpansion: true,
    },
  ],
];
