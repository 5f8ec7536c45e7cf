import type { History } from '../history.ts';
import { configMaps, container, deployment, deployments, deploymentSpec, inPod } from './subjects.ts';

const yaml = (text: string) => configMaps.apply('a', text);
const spec = (more: object) => ({ spec: deploymentSpec([container('a', more as never)]) });

/** Configurations that are refused or warned of. */
export const faults: readonly History[] = [
  { it: 'no manager', steps: [configMaps.apply('', { data: { k: '1' } })] },
  {
    it: 'a manager of 128 characters',
    steps: [configMaps.apply('m'.repeat(128), {}), configMaps.create('m'.repeat(128), {}, { name: 'y' })],
  },
  {
    it: 'a manager of 129 characters',
    steps: [
      configMaps.apply('m'.repeat(129), {}),
      configMaps.create('m'.repeat(129), {}),
      configMaps.merge('m'.repeat(129), {}),
      configMaps.update('m'.repeat(129), {}),
    ],
  },
  {
    it: 'a manager that cannot be printed',
    steps: [configMaps.apply('a%00b', {}), configMaps.apply('a%0Ab', {}), configMaps.apply('%C3%BC%20x', {})],
  },
  {
    it: 'force of another patch',
    steps: [
      configMaps.create('c', {}),
      configMaps.merge('m', {}, { force: true }),
      configMaps.json('m', [], { force: false }),
    ],
  },
  {
    it: 'force that is no boolean',
    steps: [configMaps.apply('a', {}, { query: 'force=maybe' }), configMaps.apply('a', {}, { query: 'force=' })],
  },
  {
    it: 'another apiVersion',
    steps: [
      configMaps.apply('a', { apiVersion: 'v2' }),
      configMaps.apply('a', { apiVersion: 'apps/v1' }),
      deployments.apply('a', { apiVersion: 'apps/v1beta1', ...deployment(container('a')) }),
    ],
  },
  { it: 'no apiVersion', steps: [yaml('kind: ConfigMap\nmetadata: {name: x}\n')] },
  { it: 'no kind', steps: [yaml('apiVersion: v1\nmetadata: {name: x}\n')] },
  { it: 'neither', steps: [yaml('metadata: {name: x}\n'), yaml('{}'), yaml('')] },
  {
    it: 'another kind',
    steps: [configMaps.apply('a', { kind: 'Secret' }), configMaps.apply('a', { kind: 'Nothing' })],
  },
  { it: 'another name', steps: [configMaps.apply('a', { metadata: { name: 'y' } })] },
  { it: 'no name', steps: [yaml('apiVersion: v1\nkind: ConfigMap\ndata: {k: "1"}\n'), configMaps.get()] },
  { it: 'no name but metadata', steps: [yaml('apiVersion: v1\nkind: ConfigMap\nmetadata: {labels: {a: b}}\n')] },
  { it: 'another namespace', steps: [configMaps.apply('a', { metadata: { namespace: 'default' } })] },
  { it: 'its own namespace', steps: [configMaps.apply('a', { metadata: { namespace: '{{ns}}' } })] },
  { it: 'a generated name', steps: [configMaps.apply('a', { metadata: { generateName: 'x-' } })] },
  { it: 'a name that is no name', steps: [configMaps.apply('a', {}, { name: 'X_Y' })] },
  {
    it: 'a uid where there is no object',
    steps: [configMaps.apply('a', { metadata: { uid: '8b9a3d2c-0000-0000-0000-000000000000' } })],
  },
  {
    it: 'a uid of another object',
    steps: [
      configMaps.apply('a', {}),
      configMaps.apply('a', { metadata: { uid: '8b9a3d2c-0000-0000-0000-000000000000' } }),
    ],
  },
  {
    it: 'its own uid and version',
    steps: [
      { ...configMaps.apply('a', {}), save: { uid: 'metadata.uid', rv: 'metadata.resourceVersion' } },
      configMaps.apply('a', { metadata: { uid: '{{uid}}', resourceVersion: '{{rv}}' }, data: { k: '1' } }),
    ],
  },
  {
    it: 'an old version',
    steps: [
      { ...configMaps.apply('a', {}), save: { rv: 'metadata.resourceVersion' } },
      configMaps.merge('m', { data: { k: '1' } }),
      configMaps.apply('a', { metadata: { resourceVersion: '{{rv}}' }, data: { l: '1' } }),
    ],
  },
  { it: 'a version where there is no object', steps: [configMaps.apply('a', { metadata: { resourceVersion: '1' } })] },
  {
    it: 'managed fields sent',
    steps: [
      configMaps.apply('a', { metadata: { managedFields: [{ manager: 'x' }] } }),
      configMaps.apply('a', { metadata: { managedFields: [] } }),
      configMaps.apply('a', { metadata: { managedFields: null } }),
    ],
  },
  { it: 'an unknown field', steps: [configMaps.apply('a', { dater: { k: '1' } }), configMaps.get()] },
  {
    it: 'an unknown field, ignored',
    steps: [configMaps.apply('a', { dater: { k: '1' } }, { query: 'fieldValidation=Ignore' }), configMaps.get()],
  },
  {
    it: 'an unknown field, strict',
    steps: [configMaps.apply('a', { dater: { k: '1' } }, { query: 'fieldValidation=Strict' }), configMaps.get()],
  },
  {
    it: 'unknown fields, deep',
    steps: [
      deployments.apply('a', spec({ imag: 'x' })),
      deployments.apply('a', spec({ ports: [{ containerPort: 1, prot: 'TCP' }] })),
      deployments.apply('a', spec({ imag: 'x' }), { query: 'fieldValidation=Strict' }),
    ],
  },
  { it: 'an unknown field in metadata', steps: [configMaps.apply('a', { metadata: { labelz: { a: 'b' } } })] },
  {
    it: 'an unknown field on an object that exists',
    steps: [configMaps.create('c', {}), configMaps.apply('a', { dater: { k: '1' } })],
  },
  { it: 'a field in the wrong case', steps: [configMaps.apply('a', { Data: { k: '1' } })] },
  {
    it: 'a duplicate field',
    steps: [yaml('apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata: {k: "1", k: "2"}\n')],
  },
  {
    it: 'a duplicate field, strict and ignored',
    steps: [
      configMaps.apply('a', 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata:\n  k: "1"\n  k: "2"\n', {
        query: 'fieldValidation=Strict',
      }),
      configMaps.apply('a', 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata:\n  k: "1"\n  k: "2"\n', {
        query: 'fieldValidation=Ignore',
      }),
    ],
  },
  {
    it: 'a duplicate field in JSON',
    steps: [yaml('{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"x"},"data":{"k":"1","k":"2"}}')],
  },
  { it: 'text for a map', steps: [configMaps.apply('a', { data: 'text' })] },
  {
    it: 'a number for text',
    steps: [configMaps.apply('a', { data: { k: 1 } }), configMaps.apply('a', { data: { k: true } })],
  },
  {
    it: 'text for a number',
    steps: [
      deployments.apply('a', { spec: deploymentSpec([container('a')], { replicas: 'two' }) }),
      deployments.apply('a', { spec: deploymentSpec([container('a')], { replicas: 1.5 }) }),
    ],
  },
  {
    it: 'a map for a list',
    steps: [
      deployments.apply('a', {
        spec: { selector: { matchLabels: { app: 'x' } }, template: { spec: { containers: { name: 'a' } } } },
      }),
    ],
  },
  { it: 'a list for a map', steps: [configMaps.apply('a', { data: ['k'] })] },
  { it: 'text for metadata', steps: [yaml('apiVersion: v1\nkind: ConfigMap\nmetadata: text\n')] },
  { it: 'broken YAML', steps: [yaml('a: [1\nb: }')] },
  { it: 'YAML of a list, a text, a number', steps: [yaml('- a\n'), yaml('text'), yaml('7'), yaml('null')] },
  {
    it: 'two documents',
    steps: [
      yaml(
        'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: y}\n',
      ),
      configMaps.get(),
    ],
  },
  {
    it: 'YAML as people write it',
    steps: [
      yaml(
        '# why\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: x\n  labels: &l {a: "yes"}\n  annotations: *l\ndata:\n  k: |\n    one\n    two\n',
      ),
      configMaps.get(),
    ],
  },
  {
    it: 'YAML with words that are booleans',
    steps: [yaml('apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\nimmutable: yes\n')],
  },
  { it: 'containers without a name', steps: [deployments.apply('a', { spec: deploymentSpec([{ image: 'i' }]) })] },
  { it: 'two containers of one name', steps: [deployments.apply('a', deployment(container('a'), container('a')))] },
  {
    it: 'two equal ports',
    steps: [
      deployments.apply('a', spec({ ports: [{ containerPort: 80 }, { containerPort: 80 }] })),
      deployments.apply('a', spec({ ports: [{ containerPort: 80 }, { containerPort: 80, protocol: 'TCP' }] })),
    ],
  },
  { it: 'a port without number', steps: [deployments.apply('a', spec({ ports: [{ name: 'http' }] }))] },
  { it: 'equal finalizers', steps: [configMaps.apply('a', { metadata: { finalizers: ['x.io/a', 'x.io/a'] } })] },
  {
    it: 'equal environment variables',
    steps: [
      deployments.apply(
        'a',
        spec({
          env: [
            { name: 'E', value: '1' },
            { name: 'E', value: '2' },
          ],
        }),
      ),
    ],
  },
  {
    it: 'equal tolerations',
    steps: [
      deployments.apply(
        'a',
        inPod({
          tolerations: [
            { key: 'k', operator: 'Exists' },
            { key: 'k', operator: 'Exists' },
          ],
        }),
      ),
    ],
  },
  { it: 'a null container', steps: [deployments.apply('a', { spec: deploymentSpec([null as never]) })] },
  {
    it: 'several faults at once',
    steps: [
      deployments.apply('a', deployment(container('a'), container('a', { imag: 'x' }), { image: 'y' }, { tty: 1 })),
    ],
  },
  {
    it: 'an object that validation refuses',
    steps: [
      deployments.apply('a', { spec: {} }),
      deployments.apply('a', deployment()),
      configMaps.apply('a', { metadata: { labels: { '-': '!' } } }),
    ],
  },
  {
    it: 'a change that validation refuses',
    steps: [
      deployments.apply('a', deployment(container('a'))),
      deployments.apply('a', { spec: { ...deploymentSpec([container('a')]), replicas: -1 } }),
      deployments.get(),
    ],
  },
  {
    it: 'an immutable object',
    steps: [
      configMaps.apply('a', { immutable: true, data: { k: '1' } }),
      configMaps.apply('a', { immutable: true, data: { k: '2' } }),
      configMaps.apply('b', { data: { k: '2' } }, { force: true }),
    ],
  },
  {
    it: 'a subresource that does not exist',
    steps: [
      configMaps.apply('a', {}, { subresource: 'status' }),
      deployments.apply('a', {}, { subresource: 'nothing' }),
    ],
  },
  {
    it: 'a subresource of an object that does not exist',
    steps: [deployments.apply('a', { status: { replicas: 1 } }, { subresource: 'status' })],
  },
  {
    it: 'a resource that does not exist',
    steps: [
      {
        method: 'PATCH',
        path: '/apis/apps/v1/namespaces/{{ns}}/none/x?fieldManager=a',
        headers: { 'content-type': 'application/apply-patch+yaml' },
        body: 'a: b',
      },
    ],
  },
  {
    it: 'a namespace that does not exist',
    steps: [
      {
        method: 'PATCH',
        path: '/api/v1/namespaces/no-such/configmaps/x?fieldManager=a',
        headers: { 'content-type': 'application/apply-patch+yaml' },
        body: 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n',
      },
    ],
  },
  {
    it: 'patch types',
    steps: [
      configMaps.create('c', {}),
      {
        method: 'PATCH',
        path: '/api/v1/namespaces/{{ns}}/configmaps/x',
        headers: { 'content-type': 'application/json' },
        body: '{}',
      },
      { method: 'PATCH', path: '/api/v1/namespaces/{{ns}}/configmaps/x', body: '{}' },
      {
        method: 'PATCH',
        path: '/api/v1/namespaces/{{ns}}/configmaps/x',
        headers: { 'content-type': 'application/merge-patch+json; charset=utf-8' },
        body: '{"data":{"k":"v"}}',
      },
      {
        method: 'PATCH',
        path: '/api/v1/namespaces/{{ns}}/configmaps',
        headers: { 'content-type': 'application/merge-patch+json' },
        body: '{}',
      },
    ],
  },
  {
    it: 'dry run that is none',
    steps: [
      configMaps.apply('a', {}, { query: 'dryRun=Some' }),
      configMaps.apply('a', {}, { query: 'fieldValidation=Loose' }),
    ],
  },
];
