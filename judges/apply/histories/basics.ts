import type { History } from '../history.ts';
import {
  configMaps,
  container,
  deployment,
  deployments,
  deploymentSpec,
  labelled,
  serviceAccounts,
} from './subjects.ts';

/** Who owns what after writes of all sorts, and who is refused. */
export const basics: readonly History[] = [
  { it: 'apply creates', steps: [configMaps.apply('a', { data: { k: '1' } }), configMaps.get()] },
  {
    it: 'apply creates, then the same again changes nothing',
    steps: [configMaps.apply('a', { data: { k: '1' } }), configMaps.apply('a', { data: { k: '1' } })],
  },
  {
    it: 'apply adds a field',
    steps: [configMaps.apply('a', { data: { k: '1' } }), configMaps.apply('a', { data: { k: '1', l: '2' } })],
  },
  {
    it: 'apply changes its own field',
    steps: [configMaps.apply('a', { data: { k: '1' } }), configMaps.apply('a', { data: { k: '2' } })],
  },
  {
    it: 'apply removes its own field',
    steps: [configMaps.apply('a', { data: { k: '1', l: '2' } }), configMaps.apply('a', { data: { k: '1' } })],
  },
  {
    it: 'apply removes its last field',
    steps: [configMaps.apply('a', { data: { k: '1' } }), configMaps.apply('a', { data: {} })],
  },
  {
    it: 'apply of an empty object drops all that it owned',
    steps: [configMaps.apply('a', { data: { k: '1' } }), configMaps.apply('a', {})],
  },
  {
    it: 'apply of an empty object creates',
    steps: [configMaps.apply('a', {}), configMaps.get(), configMaps.apply('a', {})],
  },
  {
    it: 'two appliers share an equal field',
    steps: [configMaps.apply('a', { data: { k: '1' } }), configMaps.apply('b', { data: { k: '1' } })],
  },
  {
    it: 'a shared field stays when one lets it go',
    steps: [
      configMaps.apply('a', { data: { k: '1' } }),
      configMaps.apply('b', { data: { k: '1' } }),
      configMaps.apply('a', { data: {} }),
      configMaps.apply('b', { data: {} }),
    ],
  },
  {
    it: 'a changed field conflicts with its applier',
    steps: [configMaps.apply('a', { data: { k: '1' } }), configMaps.apply('b', { data: { k: '2' } })],
  },
  {
    it: 'two changed fields conflict with one applier',
    steps: [configMaps.apply('a', { data: { k: '1', l: '1' } }), configMaps.apply('b', { data: { k: '2', l: '2' } })],
  },
  {
    it: 'a field conflicts with two appliers',
    steps: [
      configMaps.apply('a', { data: { k: '1' } }),
      configMaps.apply('b', { data: { k: '1' } }),
      configMaps.apply('c', { data: { k: '2' } }),
    ],
  },
  {
    it: 'fields conflict with an applier and an updater',
    steps: [
      configMaps.apply('a', { data: { k: '1' } }),
      configMaps.merge('u', { data: { l: '1' } }),
      configMaps.apply('c', { data: { k: '2', l: '2' } }),
    ],
  },
  {
    it: 'a field of a creator conflicts',
    steps: [configMaps.create('c', { data: { k: '1' } }), configMaps.apply('a', { data: { k: '2' } })],
  },
  {
    it: 'a field of a creator is shared',
    steps: [configMaps.create('c', { data: { k: '1' } }), configMaps.apply('a', { data: { k: '1' } })],
  },
  {
    it: 'force takes over',
    steps: [
      configMaps.apply('a', { data: { k: '1', l: '1' } }),
      configMaps.apply('b', { data: { k: '2' } }, { force: true }),
      configMaps.apply('a', { data: { l: '1' } }),
    ],
  },
  {
    it: 'force takes an updater out',
    steps: [configMaps.create('u', { data: { k: '1' } }), configMaps.apply('b', { data: { k: '2' } }, { force: true })],
  },
  {
    it: 'force=false is no force',
    steps: [configMaps.apply('a', { data: { k: '1' } }), configMaps.apply('b', { data: { k: '2' } }, { force: false })],
  },
  {
    it: 'an update takes a field from an applier',
    steps: [
      configMaps.apply('a', { data: { k: '1' } }),
      configMaps.update('u', { data: { k: '2' } }),
      configMaps.apply('a', { data: { k: '1' } }),
      configMaps.apply('a', { data: { k: '2' } }),
    ],
  },
  {
    it: 'an update that drops a field',
    steps: [configMaps.apply('a', { data: { k: '1', l: '1' } }), configMaps.update('u', { data: { k: '1' } })],
  },
  {
    it: 'an update that drops everything',
    steps: [configMaps.apply('a', { data: { k: '1', l: '1' } }), configMaps.update('u', {})],
  },
  {
    it: 'an updater owns on after it is taken over in part',
    steps: [
      configMaps.create('u', { data: { k: '1', l: '1' } }),
      configMaps.merge('v', { data: { k: '2' } }),
      configMaps.merge('u', { data: { l: '2' } }),
    ],
  },
  {
    it: 'the same manager creates, updates and applies',
    steps: [
      configMaps.create('m', { data: { k: '1' } }),
      configMaps.update('m', { data: { k: '2' } }),
      configMaps.apply('m', { data: { k: '2' } }),
      configMaps.apply('m', { data: { k: '3' } }),
      configMaps.apply('m', { data: {} }, { force: true }),
    ],
  },
  {
    it: 'patches of each type',
    steps: [
      configMaps.create('c', { data: { k: '1' } }),
      configMaps.merge('m', { data: { l: '1' } }),
      configMaps.strategic('s', { data: { n: '1' } }),
      configMaps.json('j', [{ op: 'add', path: '/data/o', value: '1' }]),
      configMaps.apply('a', { data: { p: '1' } }),
    ],
  },
  {
    it: 'a patch that changes nothing',
    steps: [
      configMaps.create('c', { data: { k: '1' } }),
      configMaps.merge('m', { data: { k: '1' } }),
      configMaps.strategic('s', {}),
      configMaps.json('j', []),
    ],
  },
  {
    it: 'an update that changes nothing',
    steps: [configMaps.create('c', { data: { k: '1' } }), configMaps.update('m', { data: { k: '1' } })],
  },
  {
    it: 'an update of an applied object that changes nothing',
    steps: [configMaps.apply('c', { data: { k: '1' } }), configMaps.update('m', { data: { k: '1' } })],
  },
  {
    it: 'apply after a delete starts anew',
    steps: [
      configMaps.apply('a', { data: { k: '1' } }),
      configMaps.remove(),
      configMaps.apply('b', { data: { k: '2' } }),
    ],
  },
  {
    it: 'apply with dry run',
    steps: [
      configMaps.apply('a', { data: { k: '1' } }, { query: 'dryRun=All' }),
      configMaps.get(),
      configMaps.apply('a', { data: { k: '1' } }),
      configMaps.apply('a', { data: { k: '2' } }, { query: 'dryRun=All' }),
      configMaps.get(),
    ],
  },
  {
    it: 'conflicting apply with dry run',
    steps: [
      configMaps.apply('a', { data: { k: '1' } }),
      configMaps.apply('b', { data: { k: '2' } }, { query: 'dryRun=All' }),
      configMaps.apply('b', { data: { k: '2' } }, { query: 'dryRun=All', force: true }),
      configMaps.get(),
    ],
  },
  {
    it: 'applied with nulls',
    steps: [configMaps.apply('a', { data: { k: null } }), configMaps.apply('a', { data: null, immutable: null })],
  },
  {
    it: 'applied with null where there is a value',
    steps: [configMaps.create('c', { data: { k: '1' } }), configMaps.apply('a', { data: null })],
  },
  {
    it: 'applied with a null leaf where there is a value',
    steps: [
      deployments.create('c', deployment(container('a'))),
      deployments.apply('a', { spec: { replicas: null } }),
      deployments.apply('a', { spec: { replicas: 3 } }),
    ],
  },
  {
    it: 'applied with empty maps and lists',
    steps: [
      configMaps.apply('a', {
        metadata: { labels: {}, annotations: {}, finalizers: [], ownerReferences: [] },
        data: {},
      }),
      configMaps.get(),
    ],
  },
  {
    it: 'applied empty struct',
    steps: [
      deployments.apply('a', {
        spec: deploymentSpec([container('a', { resources: {}, securityContext: {} })], { strategy: {} }),
      }),
      deployments.apply('a', deployment(container('a'))),
    ],
  },
  {
    it: 'applied empty strings',
    steps: [
      configMaps.apply('a', { data: { k: '' } }),
      configMaps.apply('b', { data: { k: '' } }),
      configMaps.apply('c', { data: { k: 'v' } }),
    ],
  },
  {
    it: 'applied false and zero',
    steps: [
      configMaps.apply('a', { immutable: false }),
      configMaps.apply('b', { immutable: true }),
      configMaps.apply('a', {}),
      configMaps.apply('b', { immutable: true }),
    ],
  },
  {
    it: 'a boolean shared',
    steps: [
      serviceAccounts.apply('a', { automountServiceAccountToken: false }),
      serviceAccounts.apply('b', { automountServiceAccountToken: false }),
      serviceAccounts.apply('a', {}),
      serviceAccounts.get(),
    ],
  },
  {
    it: 'applied default equals the default',
    steps: [
      deployments.create('c', deployment(container('a'))),
      deployments.apply('a', { spec: { replicas: 1, revisionHistoryLimit: 10 } }),
      deployments.apply('b', { spec: { replicas: 2 } }),
    ],
  },
  {
    it: 'a removed field returns to its default',
    steps: [
      deployments.apply('a', { spec: deploymentSpec([container('a')], { replicas: 4 }) }),
      deployments.apply('a', deployment(container('a'))),
    ],
  },
  {
    it: 'a field let go that an updater changed stays',
    steps: [
      deployments.apply('a', { spec: deploymentSpec([container('a')], { replicas: 4 }) }),
      deployments.merge('u', { spec: { replicas: 5 } }),
      deployments.apply('a', deployment(container('a'))),
    ],
  },
  {
    it: 'a field let go that an updater set to the same stays his',
    steps: [
      deployments.create('u', { spec: deploymentSpec([container('a')], { replicas: 4 }) }),
      deployments.apply('a', { spec: { replicas: 4 } }),
      deployments.apply('a', {}),
    ],
  },
  {
    it: 'the whole of a Deployment changes hands',
    steps: [
      deployments.create('c', deployment(container('a'), container('b'))),
      deployments.apply('a', deployment(container('a'), container('b'))),
      deployments.apply('a', deployment(container('b'))),
    ],
  },
  {
    it: 'atomic: a selector',
    steps: [
      deployments.apply('a', deployment(container('a'))),
      deployments.apply('b', { spec: { selector: { matchLabels: { app: 'x' } } } }),
      deployments.apply('b', { spec: { selector: { matchLabels: { app: 'y' } } } }),
      deployments.apply('b', { spec: { selector: { matchLabels: { app: 'x' }, matchExpressions: [] } } }),
    ],
  },
  {
    it: 'atomic: a node selector',
    steps: [
      deployments.apply('a', { spec: deploymentSpec([container('a')], {}, { nodeSelector: { x: '1' } }) }),
      deployments.apply('b', { spec: { template: { spec: { nodeSelector: { y: '1' } } } } }),
      deployments.apply('b', { spec: { template: { spec: { nodeSelector: { y: '1' } } } } }, { force: true }),
    ],
  },
  {
    it: 'atomic: an empty node selector',
    steps: [
      deployments.apply('a', { spec: deploymentSpec([container('a')], {}, { nodeSelector: {} }) }),
      deployments.apply('b', { spec: { template: { spec: { nodeSelector: { y: '1' } } } } }),
    ],
  },
  {
    it: 'labels are owned each',
    steps: [
      configMaps.apply('a', labelled({ x: '1' })),
      configMaps.apply('b', labelled({ y: '1' })),
      configMaps.apply('b', labelled({ x: '2' })),
      configMaps.merge('u', labelled({ y: null })),
      configMaps.apply('a', labelled({})),
    ],
  },
  {
    it: 'binary data',
    steps: [
      configMaps.apply('a', { binaryData: { k: 'AAEC' } }),
      configMaps.apply('b', { binaryData: { k: 'AAED' } }),
      configMaps.apply('b', { binaryData: { l: 'AAED' } }),
    ],
  },
  {
    it: 'eleven updaters',
    steps: [
      configMaps.create('u00', { data: { k0: '1' } }),
      ...Array.from({ length: 11 }, (_, n) =>
        configMaps.merge(`u${String(n + 1).padStart(2, '0')}`, { data: { [`k${n + 1}`]: '1' } }),
      ),
      configMaps.apply('a', { data: { k0: '2' } }),
      configMaps.get(),
    ],
  },
  {
    it: 'twelve appliers',
    steps: [
      ...Array.from({ length: 12 }, (_, n) => configMaps.apply(`a${n}`, { data: { [`k${n}`]: '1' } })),
      configMaps.get(),
    ],
  },
  {
    it: 'managed fields are wiped by a list with an empty entry',
    steps: [
      configMaps.apply('a', { data: { k: '1' } }),
      configMaps.merge('m', { metadata: { managedFields: [{}] } }),
      configMaps.merge('u', { data: { k: '2' } }),
      configMaps.apply('a', { data: { k: '3' } }),
      configMaps.get(),
    ],
  },
  {
    it: 'managed fields are wiped by an empty list',
    steps: [
      configMaps.create('c', { data: { k: '1' } }),
      configMaps.merge('m', { metadata: { managedFields: [] } }),
      configMaps.apply('a', { data: { k: '1' } }),
      configMaps.apply('b', { data: { k: '2' } }),
    ],
  },
  {
    it: 'managed fields are wiped by null',
    steps: [configMaps.create('c', { data: { k: '1' } }), configMaps.merge('m', { metadata: { managedFields: null } })],
  },
  {
    it: 'managed fields are wiped by an update',
    steps: [
      configMaps.create('c', { data: { k: '1' } }),
      configMaps.update('m', { metadata: { managedFields: [{}] }, data: { k: '1' } }),
      configMaps.get(),
    ],
  },
  {
    it: 'managed fields are wiped by JSON patch',
    steps: [
      configMaps.create('c', { data: { k: '1' } }),
      configMaps.json('m', [{ op: 'replace', path: '/metadata/managedFields', value: [{}] }]),
      configMaps.get(),
    ],
  },
  {
    it: 'managed fields are removed by JSON patch',
    steps: [
      configMaps.create('c', { data: { k: '1' } }),
      configMaps.json('m', [{ op: 'remove', path: '/metadata/managedFields' }]),
      configMaps.get(),
    ],
  },
  {
    it: 'a manager is renamed by JSON patch',
    steps: [
      configMaps.apply('a', { data: { k: '1' } }),
      configMaps.json('m', [{ op: 'replace', path: '/metadata/managedFields/0/manager', value: 'z' }]),
      configMaps.apply('z', { data: {} }),
    ],
  },
  {
    it: 'managed fields of nonsense are refused or left',
    steps: [
      configMaps.create('c', { data: { k: '1' } }),
      configMaps.merge('m', {
        metadata: {
          managedFields: [{ manager: 'x', operation: 'Other', apiVersion: 'v1', fieldsType: 'FieldsV1', fieldsV1: {} }],
        },
      }),
      configMaps.merge('m', {
        metadata: {
          managedFields: [
            { manager: 'x', operation: 'Update', apiVersion: 'v1', fieldsType: 'FieldsV1', fieldsV1: { 'x:y': {} } },
          ],
        },
      }),
      configMaps.merge('m', {
        metadata: {
          managedFields: [
            { manager: 'x', operation: 'Update', apiVersion: 'v1', fieldsType: 'FieldsV2', fieldsV1: {} },
          ],
        },
      }),
      configMaps.get(),
    ],
  },
  {
    it: 'managed fields sent on create',
    steps: [
      configMaps.create('c', {
        metadata: {
          managedFields: [
            {
              manager: 'z',
              operation: 'Update',
              apiVersion: 'v1',
              time: '2020-01-01T00:00:00Z',
              fieldsType: 'FieldsV1',
              fieldsV1: { 'f:data': { 'f:k': {} } },
            },
          ],
        },
        data: { k: '1' },
      }),
      configMaps.get(),
    ],
  },
  {
    it: 'no manager named: the user agent is',
    steps: [
      configMaps.create('', { data: { k: '1' } }),
      configMaps.merge('', { data: { k: '2' } }, { headers: { 'user-agent': 'my agent/v1.2 (x)' } }),
      configMaps.update('', { data: { k: '3' } }, { headers: { 'user-agent': '/odd' } }),
    ],
  },
  {
    it: 'update creates a Lease',
    steps: [
      {
        method: 'PUT',
        path: '/apis/coordination.k8s.io/v1/namespaces/{{ns}}/leases/x?fieldManager=u',
        body: {
          apiVersion: 'coordination.k8s.io/v1',
          kind: 'Lease',
          metadata: { name: 'x' },
          spec: { holderIdentity: 'me' },
        },
      },
    ],
  },
];
