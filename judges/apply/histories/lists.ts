import type { JsonObject } from '#core/base';
import type { History } from '../history.ts';
import {
  configMaps,
  container,
  deployment,
  deployments,
  deploymentSpec,
  inPod,
  pods,
  serviceAccounts,
  services,
} from './subjects.ts';

const one = (more: JsonObject) => deployment(container('a', more));
const finalizers = (...names: string[]) => ({ metadata: { finalizers: names } });
const ports = (...list: JsonObject[]) => ({ spec: { selector: { a: 'b' }, ports: list } });

/** Lists by key, as sets and whole; items with defaults in their keys. */
export const lists: readonly History[] = [
  {
    it: 'containers of two appliers',
    steps: [
      deployments.apply('a', deployment(container('a'))),
      deployments.apply('b', { spec: { template: { spec: { containers: [container('b')] } } } }),
      deployments.apply('a', deployment(container('c'))),
      deployments.get(),
    ],
  },
  {
    it: 'a container removed from between',
    steps: [
      deployments.apply('a', deployment(container('a'), container('b'), container('c'))),
      deployments.apply('a', deployment(container('a'), container('c'))),
    ],
  },
  {
    it: 'containers in another order',
    steps: [
      deployments.apply('a', deployment(container('a'), container('b'), container('c'))),
      deployments.apply('a', deployment(container('c'), container('a'), container('b'))),
    ],
  },
  {
    it: 'a container put in between',
    steps: [
      deployments.apply('a', deployment(container('a'), container('c'))),
      deployments.apply('a', deployment(container('a'), container('b'), container('c'))),
    ],
  },
  {
    it: "another's container stays where it was",
    steps: [
      deployments.create('u', deployment(container('x'), container('y'))),
      deployments.apply('a', { spec: { template: { spec: { containers: [container('z'), { name: 'x' }] } } } }),
      deployments.apply('a', {
        spec: { template: { spec: { containers: [{ name: 'y' }, container('w'), { name: 'x' }] } } },
      }),
    ],
  },
  {
    it: 'an item known by its key only',
    steps: [
      deployments.create('u', deployment(container('a'))),
      deployments.apply('a', { spec: { template: { spec: { containers: [{ name: 'a' }] } } } }),
      deployments.apply('a', { spec: { template: { spec: { containers: [] } } } }),
    ],
  },
  {
    it: 'a shared item stays without the fields of him who left',
    steps: [
      deployments.apply('a', one({ command: ['x'], workingDir: '/w' })),
      deployments.apply('b', { spec: { template: { spec: { containers: [{ name: 'a', tty: true }] } } } }),
      deployments.apply('a', { spec: { ...deploymentSpec([container('z')]) } }),
      deployments.get(),
    ],
  },
  {
    it: 'ports by number and protocol',
    steps: [
      deployments.apply('a', one({ ports: [{ containerPort: 80 }] })),
      deployments.apply('b', {
        spec: { template: { spec: { containers: [{ name: 'a', ports: [{ containerPort: 80, protocol: 'UDP' }] }] } } },
      }),
      deployments.apply('a', one({ ports: [{ containerPort: 80, protocol: 'TCP', name: 'web' }] })),
      deployments.apply('c', {
        spec: { template: { spec: { containers: [{ name: 'a', ports: [{ containerPort: 80, name: 'http' }] }] } } },
      }),
    ],
  },
  {
    it: 'a port replaced',
    steps: [
      deployments.apply('a', one({ ports: [{ containerPort: 80 }] })),
      deployments.apply('a', one({ ports: [{ containerPort: 81 }] })),
    ],
  },
  {
    it: 'service ports',
    steps: [
      services.apply('a', ports({ port: 80, name: 'http' })),
      services.apply('b', { spec: { ports: [{ port: 81, name: 'alt' }] } }),
      services.apply('a', ports({ port: 80, name: 'http', targetPort: 'web' })),
      services.apply('b', { spec: { ports: [{ port: 80, name: 'http', targetPort: 8080 }] } }),
    ],
  },
  {
    it: 'service ports of both protocols',
    steps: [
      services.apply('a', ports({ port: 53, name: 'dns' }, { port: 53, protocol: 'UDP', name: 'dns-udp' })),
      services.apply('a', ports({ port: 53, protocol: 'UDP', name: 'dns-udp' })),
    ],
  },
  {
    it: 'a service made by an updater and applied',
    steps: [
      services.create('u', ports({ port: 80 })),
      services.apply('a', { spec: { ports: [{ port: 80 }], type: 'NodePort' } }),
      services.apply('a', { spec: { type: 'ClusterIP' } }),
    ],
  },
  {
    it: 'a service that becomes headless',
    steps: [
      services.apply('a', ports({ port: 80 })),
      services.apply('a', { spec: { ...ports({ port: 80 }).spec, clusterIP: 'None' } }),
    ],
  },
  {
    it: 'service addresses in a set',
    steps: [
      services.apply('a', { spec: { ports: [{ port: 80 }], externalIPs: ['192.0.2.1'] } }),
      services.apply('b', { spec: { externalIPs: ['192.0.2.2'] } }),
      services.apply('b', { spec: { externalIPs: ['192.0.2.1'] } }, { force: true }),
    ],
  },
  {
    it: 'finalizers of two',
    steps: [
      configMaps.apply('a', finalizers('x.io/a')),
      configMaps.apply('b', finalizers('x.io/b')),
      configMaps.apply('c', finalizers('x.io/a', 'x.io/b')),
      configMaps.apply('a', {}),
      configMaps.apply('c', {}),
    ],
  },
  {
    it: 'finalizers in another order',
    steps: [
      configMaps.apply('a', finalizers('x.io/a', 'x.io/b')),
      configMaps.apply('a', finalizers('x.io/b', 'x.io/a')),
      configMaps.apply('b', finalizers('x.io/c', 'x.io/a')),
    ],
  },
  {
    it: 'finalizers taken by an updater',
    steps: [
      configMaps.apply('a', finalizers('x.io/a')),
      configMaps.merge('u', finalizers('x.io/b')),
      configMaps.apply('a', finalizers('x.io/a')),
    ],
  },
  {
    it: 'owners by uid',
    steps: [
      configMaps.apply('a', {
        metadata: {
          ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', name: 'p', uid: '11111111-0000-0000-0000-000000000000' }],
        },
      }),
      configMaps.apply('b', {
        metadata: {
          ownerReferences: [
            { apiVersion: 'v1', kind: 'Pod', name: 'q', uid: '22222222-0000-0000-0000-000000000000', controller: true },
          ],
        },
      }),
      configMaps.apply('b', {
        metadata: {
          ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', name: 'z', uid: '11111111-0000-0000-0000-000000000000' }],
        },
      }),
    ],
  },
  {
    it: 'owners without uid',
    steps: [configMaps.apply('a', { metadata: { ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', name: 'p' }] } })],
  },
  {
    it: 'an atomic list changed by another',
    steps: [
      deployments.apply('a', one({ command: ['x', 'y'] })),
      deployments.apply('b', { spec: { template: { spec: { containers: [{ name: 'a', command: ['x'] }] } } } }),
      deployments.apply('b', { spec: { template: { spec: { containers: [{ name: 'a', command: ['x', 'y'] }] } } } }),
      deployments.apply('a', one({})),
      deployments.apply('b', { spec: { template: { spec: { containers: [{ name: 'a', command: [] }] } } } }),
    ],
  },
  {
    it: 'tolerations are atomic',
    steps: [
      deployments.apply('a', inPod({ tolerations: [{ key: 'k', operator: 'Exists' }] })),
      deployments.apply('b', { spec: { template: { spec: { tolerations: [{ key: 'l', operator: 'Exists' }] } } } }),
    ],
  },
  {
    it: 'environment variables',
    steps: [
      deployments.apply(
        'a',
        one({
          env: [
            { name: 'A', value: '1' },
            { name: 'B', value: '$(A)' },
          ],
        }),
      ),
      deployments.apply('b', {
        spec: {
          template: {
            spec: {
              containers: [
                { name: 'a', env: [{ name: 'C', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }] },
              ],
            },
          },
        },
      }),
      deployments.apply(
        'a',
        one({
          env: [
            { name: 'B', value: '2' },
            { name: 'A', value: '1' },
          ],
        }),
      ),
      deployments.apply(
        'b',
        { spec: { template: { spec: { containers: [{ name: 'a', env: [{ name: 'A', value: '3' }] }] } } } },
        { force: true },
      ),
    ],
  },
  {
    it: 'a variable changes from value to reference',
    steps: [
      deployments.apply('a', one({ env: [{ name: 'A', value: '1' }] })),
      deployments.apply('a', one({ env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'c', key: 'k' } } }] })),
      deployments.apply('a', one({ env: [{ name: 'A' }] })),
    ],
  },
  {
    it: 'a variable that gets a reference from another',
    steps: [
      deployments.apply('a', one({ env: [{ name: 'A', value: '1' }] })),
      deployments.apply('b', {
        spec: {
          template: {
            spec: {
              containers: [
                { name: 'a', env: [{ name: 'A', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }] },
              ],
            },
          },
        },
      }),
    ],
  },
  {
    it: 'volumes change their source',
    steps: [
      deployments.apply('a', inPod({ volumes: [{ name: 'v', emptyDir: {} }] })),
      deployments.apply('a', inPod({ volumes: [{ name: 'v', configMap: { name: 'c' } }] })),
      deployments.apply('b', { spec: { template: { spec: { volumes: [{ name: 'v', emptyDir: {} }] } } } }),
      deployments.apply(
        'b',
        { spec: { template: { spec: { volumes: [{ name: 'v', emptyDir: {} }] } } } },
        { force: true },
      ),
    ],
  },
  {
    it: 'volume mounts by path',
    steps: [
      deployments.apply('a', {
        spec: deploymentSpec(
          [container('a', { volumeMounts: [{ name: 'v', mountPath: '/a' }] })],
          {},
          { volumes: [{ name: 'v', emptyDir: {} }] },
        ),
      }),
      deployments.apply('b', {
        spec: { template: { spec: { containers: [{ name: 'a', volumeMounts: [{ name: 'v', mountPath: '/b' }] }] } } },
      }),
      deployments.apply('c', {
        spec: {
          template: {
            spec: { containers: [{ name: 'a', volumeMounts: [{ name: 'v', mountPath: '/a', readOnly: true }] }] },
          },
        },
      }),
    ],
  },
  {
    it: 'projected sources are atomic',
    steps: [
      deployments.apply(
        'a',
        inPod({ volumes: [{ name: 'v', projected: { sources: [{ configMap: { name: 'c' } }] } }] }),
      ),
      deployments.apply('b', {
        spec: { template: { spec: { volumes: [{ name: 'v', projected: { sources: [{ secret: { name: 's' } }] } }] } } },
      }),
    ],
  },
  {
    it: 'topology constraints by key and way',
    steps: [
      deployments.apply(
        'a',
        inPod({ topologySpreadConstraints: [{ maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule' }] }),
      ),
      deployments.apply('b', {
        spec: {
          template: {
            spec: {
              topologySpreadConstraints: [{ maxSkew: 2, topologyKey: 'zone', whenUnsatisfiable: 'ScheduleAnyway' }],
            },
          },
        },
      }),
      deployments.apply('b', {
        spec: {
          template: {
            spec: {
              topologySpreadConstraints: [{ maxSkew: 2, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule' }],
            },
          },
        },
      }),
    ],
  },
  {
    it: 'resources by name',
    steps: [
      deployments.apply('a', one({ resources: { limits: { cpu: '1' } } })),
      deployments.apply('b', {
        spec: {
          template: {
            spec: { containers: [{ name: 'a', resources: { limits: { memory: '1Gi' }, requests: { cpu: '1000m' } } }] },
          },
        },
      }),
      deployments.apply('b', {
        spec: { template: { spec: { containers: [{ name: 'a', resources: { limits: { cpu: '1000m' } } }] } } },
      }),
      deployments.apply('b', {
        spec: { template: { spec: { containers: [{ name: 'a', resources: { limits: { cpu: 2 } } }] } } },
      }),
    ],
  },
  {
    it: 'image pull secrets',
    steps: [
      deployments.apply('a', inPod({ imagePullSecrets: [{ name: 's' }] })),
      deployments.apply('b', { spec: { template: { spec: { imagePullSecrets: [{ name: 't' }] } } } }),
      deployments.apply('a', inPod({})),
    ],
  },
  {
    it: 'image pull secrets without a name',
    steps: [
      deployments.apply('a', inPod({ imagePullSecrets: [{}] })),
      deployments.create('u', inPod({ imagePullSecrets: [{}] })),
      deployments.apply('b', { spec: { replicas: 2 } }),
    ],
  },
  {
    it: "a service account's secrets and pull secrets",
    steps: [
      serviceAccounts.apply('a', { secrets: [{ name: 's' }], imagePullSecrets: [{ name: 'p' }] }),
      serviceAccounts.apply('b', { secrets: [{ name: 't' }], imagePullSecrets: [{ name: 'q' }] }),
      serviceAccounts.apply('a', {}),
    ],
  },
  {
    it: 'an updater made duplicates, an applier comes',
    steps: [
      deployments.create(
        'u',
        one({
          env: [
            { name: 'A', value: '1' },
            { name: 'A', value: '2' },
          ],
        }),
      ),
      deployments.apply('a', { spec: { replicas: 2 } }),
      deployments.apply('a', {
        spec: { replicas: 2, template: { spec: { containers: [{ name: 'a', env: [{ name: 'B', value: '1' }] }] } } },
      }),
      deployments.apply('a', {
        spec: { replicas: 2, template: { spec: { containers: [{ name: 'a', env: [{ name: 'A', value: '3' }] }] } } },
      }),
      deployments.apply(
        'a',
        {
          spec: { replicas: 2, template: { spec: { containers: [{ name: 'a', env: [{ name: 'A', value: '3' }] }] } } },
        },
        { force: true },
      ),
      deployments.apply('a', { spec: { replicas: 2 } }),
    ],
  },
  {
    it: 'an updater made equal ports, another patches one',
    steps: [
      deployments.create(
        'u',
        one({
          ports: [
            { containerPort: 80, name: 'a' },
            { containerPort: 80, name: 'b' },
          ],
        }),
      ),
      deployments.json('v', [{ op: 'replace', path: '/spec/template/spec/containers/0/ports/1/name', value: 'c' }]),
      deployments.json('v', [{ op: 'remove', path: '/spec/template/spec/containers/0/ports/0' }]),
      deployments.apply('a', {
        spec: { template: { spec: { containers: [{ name: 'a', ports: [{ containerPort: 80, name: 'z' }] }] } } },
      }),
    ],
  },
  {
    it: 'a union: the strategy of a Deployment',
    steps: [
      deployments.apply('a', {
        spec: deploymentSpec([container('a')], { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 2 } } }),
      }),
      deployments.apply('b', { spec: { strategy: { type: 'Recreate' } } }),
      deployments.apply('b', { spec: { strategy: { type: 'Recreate' } } }, { force: true }),
      deployments.apply('a', { spec: deploymentSpec([container('a')], { strategy: { type: 'Recreate' } }) }),
      deployments.get(),
    ],
  },
  {
    it: 'a union: strategy null',
    steps: [
      deployments.create('u', deployment(container('a'))),
      deployments.apply('a', { spec: { strategy: { type: 'Recreate', rollingUpdate: null } } }, { force: true }),
      deployments.strategic('s', { spec: { strategy: { type: 'Recreate', rollingUpdate: null } } }),
      deployments.apply('a', { spec: { strategy: { type: 'Recreate' } } }),
    ],
  },
  {
    it: 'a probe changes its handler',
    steps: [
      deployments.apply('a', one({ livenessProbe: { httpGet: { path: '/', port: 80 } } })),
      deployments.apply('a', one({ livenessProbe: { exec: { command: ['x'] } } })),
      deployments.apply('b', {
        spec: {
          template: {
            spec: { containers: [{ name: 'a', livenessProbe: { exec: { command: ['y'] }, periodSeconds: 3 } }] },
          },
        },
      }),
    ],
  },
  {
    it: 'ports and numbers or texts',
    steps: [
      deployments.apply('a', one({ readinessProbe: { httpGet: { port: 80 } } })),
      deployments.apply('b', {
        spec: { template: { spec: { containers: [{ name: 'a', readinessProbe: { httpGet: { port: 'http' } } }] } } },
      }),
    ],
  },
  {
    it: 'affinity terms',
    steps: [
      deployments.apply(
        'a',
        inPod({
          affinity: {
            nodeAffinity: {
              requiredDuringSchedulingIgnoredDuringExecution: {
                nodeSelectorTerms: [{ matchExpressions: [{ key: 'k', operator: 'In', values: ['v'] }] }],
              },
            },
          },
        }),
      ),
      deployments.apply('b', {
        spec: {
          template: {
            spec: {
              affinity: {
                nodeAffinity: {
                  preferredDuringSchedulingIgnoredDuringExecution: [
                    { weight: 1, preference: { matchExpressions: [{ key: 'k', operator: 'Exists' }] } },
                  ],
                },
              },
            },
          },
        },
      }),
      deployments.apply('b', {
        spec: {
          template: {
            spec: {
              affinity: {
                nodeAffinity: {
                  requiredDuringSchedulingIgnoredDuringExecution: {
                    nodeSelectorTerms: [{ matchExpressions: [{ key: 'l', operator: 'Exists' }] }],
                  },
                },
              },
            },
          },
        },
      }),
    ],
  },
  {
    it: 'host aliases',
    steps: [
      deployments.apply('a', inPod({ hostAliases: [{ ip: '192.0.2.1', hostnames: ['h'] }] })),
      deployments.apply('b', {
        spec: { template: { spec: { hostAliases: [{ ip: '192.0.2.1', hostnames: ['i'] }] } } },
      }),
      deployments.apply('b', {
        spec: { template: { spec: { hostAliases: [{ ip: '192.0.2.2', hostnames: ['i'] }] } } },
      }),
    ],
  },
  {
    it: 'environment from',
    steps: [
      deployments.apply('a', one({ envFrom: [{ configMapRef: { name: 'c' } }] })),
      deployments.apply('b', {
        spec: { template: { spec: { containers: [{ name: 'a', envFrom: [{ secretRef: { name: 's' } }] }] } } },
      }),
    ],
  },
  {
    it: 'capabilities',
    steps: [
      deployments.apply('a', one({ securityContext: { capabilities: { add: ['NET_ADMIN'] } } })),
      deployments.apply('b', {
        spec: {
          template: {
            spec: { containers: [{ name: 'a', securityContext: { capabilities: { drop: ['ALL'] }, runAsUser: 7 } }] },
          },
        },
      }),
      deployments.apply('b', {
        spec: {
          template: { spec: { containers: [{ name: 'a', securityContext: { capabilities: { add: ['SYS_TIME'] } } }] } },
        },
      }),
    ],
  },
  {
    it: 'an applied pod',
    steps: [
      pods.apply('a', { spec: { containers: [container('a')] } }),
      pods.apply('b', { spec: { containers: [{ name: 'a', image: 'other' }] } }),
      pods.apply('b', { spec: { containers: [{ name: 'a', image: 'other' }] } }, { force: true }),
      pods.apply('a', { spec: { containers: [container('a'), container('b')] } }),
    ],
  },
  {
    it: 'a pod that somebody else completes',
    steps: [
      pods.create('u', { spec: { containers: [container('a')] } }),
      pods.apply('a', { metadata: { labels: { x: 'y' } } }),
      pods.apply('a', { spec: { activeDeadlineSeconds: 9, tolerations: [{ key: 'z', operator: 'Exists' }] } }),
    ],
  },
];
