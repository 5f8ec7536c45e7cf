import type { JsonObject } from '#core/base';
import { subject, type History } from '../history.ts';
import {
  configMaps,
  container,
  deployment,
  deployments,
  deploymentSpec,
  pods,
  services,
  serviceAccounts,
} from './subjects.ts';

const secrets = subject('v1', 'Secret', 'secrets');
const made = configMaps.create('c', {
  metadata: { labels: { a: '1', 'x/y': '2' }, finalizers: ['x.io/a', 'x.io/b'] },
  data: { k: '1', l: '2' },
});
const op = (kind: string, path: string, more: JsonObject = {}): JsonObject => ({ op: kind, path, ...more });
/** Each list of operations on its own, on the same object. */
const json = (it: string, ...patches: readonly (readonly JsonObject[] | string)[]): History => ({
  it: `JSON patch: ${it}`,
  steps: [made, ...patches.map((operations) => configMaps.json('j', operations))],
});
const merge = (it: string, ...patches: readonly (JsonObject | string)[]): History => ({
  it: `merge patch: ${it}`,
  steps: [made, ...patches.map((patch) => configMaps.merge('m', patch))],
});
const pod = deployments.create('c', {
  spec: deploymentSpec(
    [
      container('a', {
        ports: [{ containerPort: 80 }],
        env: [
          { name: 'A', value: '1' },
          { name: 'B', value: '2' },
        ],
        command: ['x', 'y'],
      }),
      container('b'),
    ],
    { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1 } } },
    {
      volumes: [
        { name: 'v', emptyDir: {} },
        { name: 'w', configMap: { name: 'c' } },
      ],
      nodeSelector: { x: '1' },
      tolerations: [{ key: 'k', operator: 'Exists' }],
    },
  ),
});
const strategic = (it: string, ...patches: readonly JsonObject[]): History => ({
  it: `strategic merge: ${it}`,
  steps: [pod, ...patches.map((patch) => deployments.strategic('s', patch))],
});
const inTemplate = (spec: JsonObject): JsonObject => ({ spec: { template: { spec } } });
const onA = (more: JsonObject): JsonObject => inTemplate({ containers: [{ name: 'a', ...more }] });

/** What patches of the three older types make of an object, and what is refused. */
export const patches: readonly History[] = [
  json('add a field', [op('add', '/data/n', { value: '3' })]),
  json('add over a field', [op('add', '/data/k', { value: '3' })]),
  json('add to what is not there', [op('add', '/binaryData/n', { value: 'AA==' })]),
  json('add deep in what is not there', [op('add', '/metadata/annotations/a', { value: 'b' })]),
  json(
    'add to a list',
    [op('add', '/metadata/finalizers/-', { value: 'x.io/c' })],
    [op('add', '/metadata/finalizers/0', { value: 'x.io/z' })],
    [op('add', '/metadata/finalizers/9', { value: 'x.io/y' })],
    [op('add', '/metadata/finalizers/-1', { value: 'x.io/w' })],
  ),
  json(
    'add at an index that is none',
    [op('add', '/metadata/finalizers/x', { value: 'x.io/c' })],
    [op('add', '/metadata/finalizers/1.5', { value: 'x.io/c' })],
    [op('add', '/metadata/finalizers/01', { value: 'x.io/e' })],
  ),
  json('add without value', [op('add', '/data/n')], [op('add', '/metadata/annotations')]),
  json('add null', [op('add', '/data/n', { value: null })], [op('add', '/immutable', { value: null })]),
  json('add the whole', [op('add', '', { value: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x' } } })]),
  json('add of another type', [op('add', '/data', { value: 'text' })], [op('add', '/data/k', { value: 1 })]),
  json('add an unknown field', [op('add', '/nothing', { value: 1 })], [op('add', '/metadata/nothing', { value: 1 })]),
  json('remove', [op('remove', '/data/k')], [op('remove', '/data')], [op('remove', '/data')]),
  json('remove what is not there', [op('remove', '/data/none')], [op('remove', '/none')], [op('remove', '/none/k')]),
  json(
    'remove from a list',
    [op('remove', '/metadata/finalizers/0')],
    [op('remove', '/metadata/finalizers/7')],
    [op('remove', '/metadata/finalizers/-')],
    [op('remove', '/metadata/finalizers/-1')],
  ),
  json('remove the whole', [op('remove', '')]),
  json(
    'replace',
    [op('replace', '/data/k', { value: '9' })],
    [op('replace', '/data', { value: { z: '1' } })],
    [op('replace', '/metadata/finalizers/1', { value: 'x.io/q' })],
  ),
  json(
    'replace what is not there',
    [op('replace', '/data/none', { value: '9' })],
    [op('replace', '/none/k', { value: '9' })],
    [op('replace', '/metadata/finalizers/7', { value: '9' })],
  ),
  json('replace without value', [op('replace', '/data/k')]),
  json(
    'replace the whole',
    [op('replace', '', { value: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x' } } })],
    [op('replace', '', { value: 'text' })],
  ),
  json(
    'replace the name',
    [op('replace', '/metadata/name', { value: 'y' })],
    [op('replace', '/metadata/namespace', { value: 'y' })],
    [op('replace', '/metadata/uid', { value: 'y' })],
  ),
  json(
    'replace the kind',
    [op('replace', '/kind', { value: 'Pod' })],
    [op('replace', '/apiVersion', { value: 'v2' })],
    [op('remove', '/kind')],
  ),
  json(
    'move',
    [op('move', '/data/m', { from: '/data/k' })],
    [op('move', '/data/k', { from: '/data/none' })],
    [op('move', '/none/k', { from: '/data/l' })],
  ),
  json('move within a list', [op('move', '/metadata/finalizers/1', { from: '/metadata/finalizers/0' })]),
  json(
    'move into itself',
    [op('move', '/data/k/x', { from: '/data/k' })],
    [op('move', '/metadata/labels/x', { from: '/metadata/labels' })],
  ),
  json(
    'copy',
    [op('copy', '/data/m', { from: '/data/k' })],
    [op('copy', '/data/k', { from: '/data/none' })],
    [op('copy', '/none/k', { from: '/data/l' })],
    [op('copy', '/metadata/annotations', { from: '/metadata/labels' })],
  ),
  json('copy without from', [op('copy', '/data/m')], [op('move', '/data/m')]),
  json(
    'test',
    [op('test', '/data/k', { value: '1' })],
    [op('test', '/data/k', { value: '2' })],
    [op('test', '/data/none', { value: null })],
    [op('test', '/data/none', { value: '1' })],
    [op('test', '/none/x', { value: null })],
  ),
  json(
    'test of objects and lists',
    [op('test', '/data', { value: { l: '2', k: '1' } })],
    [op('test', '/metadata/finalizers', { value: ['x.io/b', 'x.io/a'] })],
    [op('test', '/metadata/finalizers', { value: ['x.io/a', 'x.io/b'] })],
    [op('test', '/data', { value: {} })],
  ),
  json('test without value', [op('test', '/data/k')], [op('test', '/data/none')]),
  json('a test that fails undoes all', [op('add', '/data/n', { value: '3' }), op('test', '/data/k', { value: '2' })]),
  json(
    'escapes',
    [op('replace', '/metadata/labels/x~1y', { value: '9' })],
    [op('replace', '/metadata/labels/m~0n', { value: '9' })],
    [op('remove', '/metadata/labels/x~1y')],
  ),
  json(
    'no slash first',
    [op('add', 'data/n', { value: '3' })],
    [op('remove', 'data/k')],
    [op('test', 'data/k', { value: '1' })],
  ),
  json(
    'unknown operation',
    [op('bogus', '/data/k')],
    [{ path: '/data/k', value: '1' }],
    [{ op: 1 as never, path: '/data/k' }],
  ),
  json('no path', [{ op: 'add', value: '1' }], [{ op: 'remove' }], [{ op: 'test', value: 1 }]),
  json('not a list', '{}', '"text"', 'null', '7', 'true'),
  json('a list of nonsense', '[1]', '["a"]', '[null]', '[[]]'),
  json('broken JSON', '[{"op":', ''),
  json('nothing to do', []),
  json('several, of which the last fails', [op('add', '/data/n', { value: '3' }), op('remove', '/data/none')]),
  json(
    'resourceVersion',
    [op('replace', '/metadata/resourceVersion', { value: '1' })],
    [op('test', '/metadata/resourceVersion', { value: '1' })],
    [op('remove', '/metadata/resourceVersion')],
  ),
  json(
    'labels that validation refuses',
    [op('add', '/metadata/labels/-', { value: '!' })],
    [op('add', '/metadata/labels/a', { value: '!' })],
  ),
  merge('fields', { data: { n: '3' } }, { data: { k: null } }, { data: null }, { data: {} }),
  merge(
    'null of what is not there',
    { data: { none: null } },
    { binaryData: null },
    { metadata: { annotations: { a: null } } },
  ),
  merge('lists whole', { metadata: { finalizers: ['x.io/c'] } }, { metadata: { finalizers: [] } }),
  merge(
    'another type',
    { data: 'text' },
    { data: ['a'] },
    { data: { k: 1 } },
    { metadata: 'text' },
    { metadata: null },
  ),
  merge('no object', '[]', '"text"', 'null', '7', 'true'),
  merge('broken JSON', '{"data":', '', '{"data":{}} x'),
  merge(
    'the name',
    { metadata: { name: 'y' } },
    { metadata: { name: null } },
    { metadata: { namespace: 'y' } },
    { metadata: { uid: 'y' } },
  ),
  merge('the kind', { kind: 'Pod' }, { apiVersion: 'v2' }, { kind: null }),
  merge('unknown fields', { nothing: 1 }, { metadata: { nothing: { a: 1 } } }, { Data: { k: 'x' } }),
  merge('duplicate keys', '{"data":{"k":"7","k":"8"}}', '{"data":{"q":"1"},"data":{"r":"2"}}'),
  merge(
    'an old version',
    { metadata: { resourceVersion: '1' }, data: { z: '1' } },
    { metadata: { resourceVersion: '' }, data: { z: '1' } },
  ),
  merge(
    'creation time and generation',
    { metadata: { creationTimestamp: null, generation: 9 } },
    { metadata: { creationTimestamp: '2020-01-01T00:00:00Z' } },
    { metadata: { deletionTimestamp: '2020-01-01T00:00:00Z' } },
  ),
  {
    it: 'merge patch: strict',
    steps: [
      made,
      configMaps.merge('m', { nothing: 1 }, { query: 'fieldValidation=Strict' }),
      configMaps.merge('m', '{"data":{"k":"7","k":"8"}}', { query: 'fieldValidation=Strict' }),
      configMaps.merge('m', { nothing: 1 }, { query: 'fieldValidation=Ignore' }),
    ],
  },
  {
    it: 'strategic merge: strict',
    steps: [
      made,
      configMaps.strategic('m', { nothing: 1 }, { query: 'fieldValidation=Strict' }),
      configMaps.strategic('m', '{"data":{"k":"7","k":"8"}}', { query: 'fieldValidation=Strict' }),
      configMaps.strategic('m', '{"data":{"k":"7","k":"8"}}'),
    ],
  },
  {
    it: 'JSON patch: strict',
    steps: [
      made,
      configMaps.json('m', [op('add', '/nothing', { value: 1 })], { query: 'fieldValidation=Strict' }),
      configMaps.json('m', '[{"op":"add","op":"add","path":"/data/k","value":"1"}]', {
        query: 'fieldValidation=Strict',
      }),
      configMaps.json('m', '[{"op":"add","op":"add","path":"/data/k","value":"2"}]'),
      configMaps.json('m', '[{"op":"add","path":"/data/k","value":"3","more":1}]', { query: 'fieldValidation=Strict' }),
    ],
  },
  {
    it: 'merge patch: containers whole',
    steps: [
      pod,
      deployments.merge('m', inTemplate({ containers: [{ name: 'a', image: 'n' }] })),
      deployments.merge('m', inTemplate({ containers: [{ name: 'a' }] })),
      deployments.merge('m', inTemplate({ containers: null })),
    ],
  },
  {
    it: 'merge patch: an object that does not exist',
    steps: [configMaps.merge('m', { data: { k: '1' } }), configMaps.json('m', []), configMaps.strategic('m', {})],
  },
  {
    it: 'merge patch: dry run',
    steps: [made, configMaps.merge('m', { data: { z: '1' } }, { query: 'dryRun=All' }), configMaps.get()],
  },
  {
    it: 'merge patch: secret text',
    steps: [
      secrets.create('c', { data: { k: 'dg==' } }),
      secrets.merge('m', { stringData: { k: 'new', l: 'l' } }),
      secrets.merge('m', { data: { k: 'not base64!' } }),
      secrets.get(),
    ],
  },
  strategic(
    'containers by name',
    onA({ image: 'n' }),
    inTemplate({ containers: [container('c')] }),
    inTemplate({ containers: [{ name: 'b', tty: true }, container('d')] }),
  ),
  strategic(
    'delete a container',
    inTemplate({ containers: [{ name: 'b', $patch: 'delete' }] }),
    inTemplate({ containers: [{ name: 'none', $patch: 'delete' }] }),
  ),
  strategic('delete without key', inTemplate({ containers: [{ $patch: 'delete' }] })),
  strategic('replace the list', inTemplate({ containers: [{ $patch: 'replace' }, container('z')] })),
  strategic('replace a map', { spec: { template: { spec: { nodeSelector: { $patch: 'replace', y: '2' } } } } }),
  strategic(
    'delete a map',
    { spec: { strategy: { $patch: 'delete' } } },
    inTemplate({ nodeSelector: { $patch: 'delete' } }),
  ),
  strategic(
    'merge as directive',
    { spec: { strategy: { $patch: 'merge', type: 'Recreate', rollingUpdate: null } } },
    inTemplate({ containers: [{ $patch: 'merge', name: 'a', image: 'z' }] }),
  ),
  strategic(
    'unknown directive',
    { spec: { strategy: { $patch: 'bogus' } } },
    inTemplate({ containers: [{ name: 'a', $patch: 'bogus' }] }),
  ),
  strategic('replace the whole', { $patch: 'replace', metadata: { name: 'x' } }, { $patch: 'delete' }),
  strategic('retain keys', { spec: { strategy: { $retainKeys: ['type'], type: 'Recreate' } } }),
  strategic(
    'retain keys of a volume',
    inTemplate({ volumes: [{ name: 'v', $retainKeys: ['name', 'hostPath'], hostPath: { path: '/p' } }] }),
  ),
  strategic(
    'retain keys that miss one',
    { spec: { strategy: { $retainKeys: ['rollingUpdate'], type: 'Recreate' } } },
    { spec: { strategy: { $retainKeys: 'type', type: 'Recreate' } } },
  ),
  strategic(
    'a volume changes its source',
    inTemplate({ volumes: [{ name: 'v', hostPath: { path: '/p' } }] }),
    inTemplate({ volumes: [{ name: 'v', emptyDir: null, hostPath: { path: '/p' } }] }),
  ),
  strategic(
    'order',
    inTemplate({ '$setElementOrder/containers': [{ name: 'b' }, { name: 'a' }] }),
    inTemplate({
      '$setElementOrder/containers': [{ name: 'c' }, { name: 'a' }, { name: 'b' }],
      containers: [container('c')],
    }),
  ),
  strategic(
    'order that is none',
    inTemplate({ '$setElementOrder/containers': [{ name: 'b' }], containers: [{ name: 'a', image: 'n' }] }),
    inTemplate({ '$setElementOrder/containers': 'b' }),
    inTemplate({ '$setElementOrder/containers': [{ image: 'b' }] }),
  ),
  strategic(
    'order against the list',
    inTemplate({
      '$setElementOrder/containers': [{ name: 'a' }, { name: 'b' }],
      containers: [
        { name: 'b', image: 'n' },
        { name: 'a', image: 'm' },
      ],
    }),
  ),
  strategic(
    'environment and ports',
    onA({
      env: [
        { name: 'B', value: '9' },
        { name: 'C', value: '3' },
      ],
    }),
    onA({ env: [{ name: 'A', $patch: 'delete' }] }),
    onA({ ports: [{ containerPort: 80, name: 'web' }, { containerPort: 81 }] }),
    onA({ ports: [{ containerPort: 80, $patch: 'delete' }] }),
  ),
  strategic('ports by number and protocol', onA({ ports: [{ containerPort: 80, protocol: 'UDP' }] })),
  strategic(
    'atomic lists',
    onA({ command: ['z'] }),
    onA({ command: null }),
    inTemplate({ tolerations: [{ key: 'l', operator: 'Exists' }] }),
  ),
  strategic('an item without key', inTemplate({ containers: [{ image: 'n' }] })),
  strategic(
    'a list for a map',
    { spec: { strategy: ['a'] } },
    { spec: { template: { spec: { containers: { a: 1 } } } } },
    { spec: 'text' },
  ),
  strategic(
    'items of other types',
    inTemplate({ containers: ['a'] }),
    inTemplate({ containers: [null] }),
    inTemplate({ containers: [['a']] }),
  ),
  strategic('nulls', { spec: { replicas: null } }, { spec: { template: null } }, inTemplate({ containers: null })),
  strategic('unknown fields', { spec: { nothing: 1 } }, onA({ nothing: 1 })),
  strategic(
    'probes by parts',
    onA({ livenessProbe: { httpGet: { port: 80 } } }),
    onA({ livenessProbe: { httpGet: { path: '/z' } } }),
    onA({ livenessProbe: { httpGet: null, exec: { command: ['x'] } } }),
    onA({ livenessProbe: null }),
  ),
  {
    it: 'strategic merge: finalizers are united',
    steps: [
      made,
      configMaps.strategic('s', { metadata: { finalizers: ['x.io/c'] } }),
      configMaps.strategic('s', { metadata: { '$deleteFromPrimitiveList/finalizers': ['x.io/a', 'x.io/none'] } }),
      configMaps.strategic('s', {
        metadata: { '$setElementOrder/finalizers': ['x.io/c', 'x.io/b', 'x.io/d'], finalizers: ['x.io/d'] },
      }),
      configMaps.strategic('s', { metadata: { '$deleteFromPrimitiveList/finalizers': 'x.io/a' } }),
      configMaps.strategic('s', { metadata: { finalizers: null } }),
    ],
  },
  {
    it: 'strategic merge: owners',
    steps: [
      made,
      configMaps.strategic('s', {
        metadata: { ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', name: 'p', uid: 'u1' }] },
      }),
      configMaps.strategic('s', {
        metadata: {
          ownerReferences: [
            { uid: 'u1', name: 'q' },
            { apiVersion: 'v1', kind: 'Pod', name: 'r', uid: 'u2' },
          ],
        },
      }),
      configMaps.strategic('s', { metadata: { ownerReferences: [{ uid: 'u1', $patch: 'delete' }] } }),
    ],
  },
  {
    it: 'strategic merge: service ports',
    steps: [
      services.create('c', {
        spec: {
          ports: [
            { port: 80, name: 'a' },
            { port: 81, name: 'b' },
          ],
        },
      }),
      services.strategic('s', { spec: { ports: [{ port: 80, targetPort: 8080 }] } }),
      services.strategic('s', { spec: { ports: [{ port: 81, $patch: 'delete' }] } }),
      services.strategic('s', {
        spec: { '$setElementOrder/ports': [{ port: 82 }, { port: 80 }], ports: [{ port: 82, name: 'c' }] },
      }),
    ],
  },
  {
    it: 'strategic merge: pull secrets',
    steps: [
      serviceAccounts.create('c', { imagePullSecrets: [{ name: 'a' }], secrets: [{ name: 's' }] }),
      serviceAccounts.strategic('s', { imagePullSecrets: [{ name: 'b' }], secrets: [{ name: 't' }] }),
      serviceAccounts.strategic('s', { imagePullSecrets: [{ name: 'a', $patch: 'delete' }] }),
    ],
  },
  {
    it: 'strategic merge: no object',
    steps: [
      made,
      configMaps.strategic('s', '[]'),
      configMaps.strategic('s', 'null'),
      configMaps.strategic('s', '"a"'),
      configMaps.strategic('s', '{'),
      configMaps.strategic('s', ''),
    ],
  },
  {
    it: 'strategic merge: pod conditions',
    steps: [
      pods.create('c', { spec: { containers: [container('a')] } }),
      pods.strategic('k', { status: { conditions: [{ type: 'Ready', status: 'False' }] } }, { subresource: 'status' }),
      pods.strategic(
        'k',
        { status: { $setElementOrder: [], conditions: [{ type: 'Ready', status: 'True' }] } },
        { subresource: 'status' },
      ),
      pods.strategic(
        'k',
        {
          status: {
            '$setElementOrder/conditions': [{ type: 'X' }, { type: 'Ready' }],
            conditions: [{ type: 'X', status: 'True' }],
          },
        },
        { subresource: 'status' },
      ),
    ],
  },
  {
    it: 'strategic merge: a deployment that validation refuses',
    steps: [
      pod,
      deployments.strategic('s', { spec: { replicas: -1 } }),
      deployments.strategic('s', { spec: { selector: { matchLabels: { other: 'y' } } } }),
      deployments.json('j', [op('remove', '/spec/template/spec/containers')]),
      deployments.merge('m', deployment()),
    ],
  },
];
