import { mkdtempSync, mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findProgram } from '../../apps/kubernode/programs.ts';
import { testCluster, type TestCluster } from './cluster.ts';
import { upstreamProgram } from '../common/upstream.ts';
import { skipped } from './needs.ts';
import { eventually, must, start, type Running } from './shell.ts';

/** Programs of others, as they are, against simulated nodes. */
let cluster: TestCluster;

const DEPLOYMENT = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: c, image: any}]}
`;

const available = () =>
  eventually(
    'three pods are available',
    () => cluster.kubectl('get', 'deployment', 'web', '-o', 'jsonpath={.status.availableReplicas}') === '3',
  );

describe('helm', () => {
  beforeAll(async () => {
    cluster = testCluster('e2e-helm', await findProgram('kubectl', true));
    cluster.kubernode('delete');
    expect(cluster.kubernode('up', '--runtime', 'simulated', '--storage', 'memory')).toMatchObject({ status: 0 });
  });
  afterAll(() => void cluster.kubernode('delete'));

  test('installs, upgrades and uninstalls a chart', async () => {
    const helm = await findProgram('helm', true);
    const chart = mkdtempSync(join(tmpdir(), 'kubernode-chart-'));
    mkdirSync(join(chart, 'templates'));
    writeFileSync(join(chart, 'Chart.yaml'), 'apiVersion: v2\nname: shop\nversion: 0.1.0\nkubeVersion: ">=1.30.0"\n');
    writeFileSync(join(chart, 'values.yaml'), 'replicas: 3\n');
    writeFileSync(
      join(chart, 'templates/web.yaml'),
      DEPLOYMENT.replace('replicas: 3', 'replicas: {{ .Values.replicas }}').trimStart(),
    );
    const env = { ...process.env, KUBECONFIG: cluster.kubeconfig };
    expect(must(helm, ['install', 'shop', chart, '--wait', '--timeout', '60s'], { env })).toContain('STATUS: deployed');
    await available();
    expect(
      must(helm, ['upgrade', 'shop', chart, '--set', 'replicas=1', '--wait', '--timeout', '60s'], { env }),
    ).toContain('REVISION: 2');
    expect(cluster.kubectl('get', 'deployment', 'web', '-o', 'jsonpath={.spec.replicas}')).toBe('1');
    must(helm, ['uninstall', 'shop', '--wait', '--timeout', '60s'], { env });
    expect(cluster.kubectl('get', 'deployments', '-o', 'name')).toBe('');
  });
});

const controllerManager = upstreamProgram('kube-controller-manager');
const scheduler = upstreamProgram('kube-scheduler');
const skip = skipped(
  "upstream's controllers and scheduler",
  controllerManager === undefined || scheduler === undefined
    ? 'not built (judges/upstream/build makes them; needs Go)'
    : undefined,
);

describe.skipIf(skip)("upstream's kube-controller-manager and kube-scheduler, with ours switched off", () => {
  const running: Running[] = [];

  beforeAll(async () => {
    cluster = testCluster('e2e-foreign', await findProgram('kubectl', true));
    cluster.kubernode('delete');
    const up = cluster.kubernode(
      'up',
      '--runtime',
      'simulated',
      '--storage',
      'memory',
      '--nodes',
      '2',
      '--controllers',
      'none',
      '--scheduler',
      'none',
    );
    expect(up).toMatchObject({ status: 0 });
    running.push(
      start(controllerManager!, [
        '--kubeconfig',
        cluster.kubeconfig,
        '--leader-elect=false',
        '--bind-address',
        '127.0.0.1',
        '--secure-port',
        '0',
        '--service-account-private-key-file',
        join(cluster.data, 'pki/sa.key'),
        '--root-ca-file',
        join(cluster.data, 'pki/ca.crt'),
      ]),
      start(scheduler!, [
        '--kubeconfig',
        cluster.kubeconfig,
        '--leader-elect=false',
        '--bind-address',
        '127.0.0.1',
        '--secure-port',
        '0',
      ]),
    );
  });

  afterAll(async () => {
    for (const one of running) await one.stop();
    cluster.kubernode('delete');
  });

  test('a Deployment works', async () => {
    await eventually(
      'the default service account exists',
      () => cluster.tryKubectl('get', 'serviceaccount', 'default').status === 0,
    );
    cluster.apply(DEPLOYMENT);
    await available();
    cluster.kubectl('set', 'image', 'deployment/web', 'c=other');
    cluster.kubectl('rollout', 'status', 'deployment/web', '--timeout=60s');
    cluster.kubectl('delete', 'deployment', 'web');
    await eventually('its pods are gone', () => cluster.kubectl('get', 'pods', '-o', 'name') === '');
  });
});
