import { realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The application that the end-to-end tests deploy: a web tier that asks a backend tier by its DNS name. */
export const IMAGE = 'kubernode.test/busybox:1.35';

export const twoTiers = (namespace: string, replicas = 2): string => `
apiVersion: v1
kind: Namespace
metadata: {name: ${namespace}}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: pages, namespace: ${namespace}}
data:
  index.html: "hello from the config map\\n"
---
apiVersion: v1
kind: Secret
metadata: {name: password, namespace: ${namespace}}
stringData: {password: s3cret}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: backend, namespace: ${namespace}}
spec:
  replicas: ${replicas}
  selector: {matchLabels: {app: backend}}
  template:
    metadata: {labels: {app: backend}}
    spec:
      terminationGracePeriodSeconds: 2
      containers:
      - name: httpd
        image: ${IMAGE}
        command: [sh, -c, 'mkdir -p /tmp/www && echo "backend $HOSTNAME" > /tmp/www/index.html && exec httpd -f -p 8080 -h /tmp/www']
        ports: [{containerPort: 8080, name: http}]
        readinessProbe: {httpGet: {path: /, port: http}, periodSeconds: 1}
---
apiVersion: v1
kind: Service
metadata: {name: backend, namespace: ${namespace}}
spec:
  selector: {app: backend}
  ports: [{port: 80, targetPort: http}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: ${namespace}}
spec:
  replicas: ${replicas}
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      terminationGracePeriodSeconds: 2
      initContainers:
      - name: prepare
        image: ${IMAGE}
        command: [sh, -c, 'cp /pages/index.html /www/index.html && echo "version $VERSION" > /www/version.html']
        env: [{name: VERSION, value: "1"}]
        volumeMounts: [{name: www, mountPath: /www}, {name: pages, mountPath: /pages}]
      containers:
      - name: httpd
        image: ${IMAGE}
        command: [sh, -c, 'echo "serving as $POD_NAME with $PASSWORD"; exec httpd -f -v -p 8080 -h /www']
        env:
        - {name: POD_NAME, valueFrom: {fieldRef: {fieldPath: metadata.name}}}
        - {name: PASSWORD, valueFrom: {secretKeyRef: {name: password, key: password}}}
        ports: [{containerPort: 8080, name: http}]
        resources:
          requests: {cpu: 20m, memory: 16Mi}
          limits: {cpu: 500m, memory: 32Mi}
        startupProbe: {tcpSocket: {port: http}, periodSeconds: 1, failureThreshold: 30}
        livenessProbe: {exec: {command: [test, -f, /www/index.html]}, periodSeconds: 5}
        readinessProbe: {httpGet: {path: /, port: http}, periodSeconds: 1}
        volumeMounts: [{name: www, mountPath: /www}, {name: pages, mountPath: /pages}, {name: info, mountPath: /etc/podinfo}]
      volumes:
      - {name: www, emptyDir: {}}
      - {name: pages, configMap: {name: pages}}
      - name: info
        downwardAPI: {items: [{path: labels, fieldRef: {fieldPath: metadata.labels}}]}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: ${namespace}}
spec:
  type: NodePort
  selector: {app: web}
  ports: [{port: 80, targetPort: http}]
`;

const REPOSITORY = join(import.meta.dirname, '../..');

/** Links are followed here: below /host they would lead out of it. */
const LOADER = realpathSync(process.arch === 'arm64' ? '/lib/ld-linux-aarch64.so.1' : '/lib64/ld-linux-x86-64.so.2');

/** A pod that runs a program in this machine's Node, which it sees below /host; `require` finds the repository's packages. */
export const nodePod = (name: string, namespace: string, program: string, more = '', container = ''): string => `
apiVersion: v1
kind: Pod
metadata: {name: ${name}, namespace: ${namespace}, labels: {one: ${name}}}
spec:
  terminationGracePeriodSeconds: 1
  ${more}
  containers:
  - name: main
    image: ${IMAGE}
    command: ${JSON.stringify([
      `/host${LOADER}`,
      '--library-path',
      `/host${dirname(LOADER)}`,
      `/host${process.execPath}`,
      '-e',
      `const load = require('node:module').createRequire('/host${REPOSITORY}/package.json'); ${program.replaceAll(/\s*\n\s*/g, ' ')}`,
    ])}
    volumeMounts: [{name: host, mountPath: /host, readOnly: true}]
    ${container}
  volumes: [{name: host, hostPath: {path: /}}]
`;
