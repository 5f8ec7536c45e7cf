import { expect, test } from 'vitest';
import { lossyTextOf, seededRandom, virtualTurns } from '#core/base';
import type { ContainerConfig, SandboxConfig } from '../runtime.ts';
import { addressesOf } from './addresses.ts';
import { simulatedRuntime } from './index.ts';

const START = Date.parse('2026-01-01T00:00:00Z');
const barrier = () => new Promise<void>((resolve) => setImmediate(resolve));

const security: SandboxConfig['security'] = {
  namespaces: { network: 'pod', pid: 'container', ipc: 'pod' },
  privileged: false,
  supplementalGroups: [],
  readOnlyRootFilesystem: false,
  noNewPrivileges: false,
  addCapabilities: [],
  dropCapabilities: [],
  seccomp: { type: 'RuntimeDefault' },
  maskedPaths: [],
  readonlyPaths: [],
};
const sandboxConfig = (annotations: Record<string, string>, uid = 'u1'): SandboxConfig => ({
  pod: { namespace: 'default', name: 'web', uid },
  attempt: 0,
  hostname: 'web',
  logDirectory: '/logs',
  portMappings: [],
  labels: {},
  annotations,
  cgroupParent: '',
  sysctls: {},
  security,
  runtimeHandler: '',
});
const containerConfig: ContainerConfig = {
  name: 'a',
  attempt: 0,
  image: 'web:1',
  userImage: 'web:1',
  command: [],
  args: [],
  workingDir: '',
  env: [],
  mounts: [],
  devices: [],
  labels: {},
  annotations: {},
  logPath: 'a/0.log',
  stdin: false,
  stdinOnce: false,
  tty: false,
  resources: { cpuShares: 0, cpuQuota: 0, cpuPeriod: 0, memoryLimit: 0, oomScoreAdjust: 0, cpusetCpus: '' },
  security,
};

async function started(annotations: Record<string, string>) {
  const turns = virtualTurns(barrier, START);
  const runtime = simulatedRuntime({ turns, random: seededRandom(1), podCidr: '10.244.1.0/24' });
  const config = sandboxConfig(annotations);
  const sandbox = await runtime.runSandbox(config);
  await runtime.pullImage('web:1', undefined, config);
  const id = await runtime.createContainer(sandbox, containerConfig, config);
  void runtime.startContainer(id).catch(() => undefined);
  await turns.idle();
  return { turns, runtime, sandbox, id };
}

const of = (name: string, value: string) => ({ [`simulated.kubernode.io/${name}`]: value });

test.each([
  { it: 'runs for ever', script: {}, after: 1e9, state: 'running', code: 0, reason: '' },
  { it: 'ends by itself', script: of('exit-after', '2.5'), after: 2500, state: 'exited', code: 0, reason: 'Completed' },
  { it: 'not before', script: of('exit-after', '2.5'), after: 2499, state: 'running', code: 0, reason: '' },
  { it: 'crashes', script: of('crash-every', '1'), after: 1000, state: 'exited', code: 1, reason: 'Error' },
  {
    it: 'ends with a code of its own',
    script: { ...of('exit-after', '1'), ...of('exit-code.a', '3'), ...of('exit-code', '4') },
    after: 1000,
    state: 'exited',
    code: 3,
    reason: 'Error',
  },
  {
    it: 'runs out of memory',
    script: { ...of('exit-after', '1'), ...of('out-of-memory', 'true') },
    after: 1000,
    state: 'exited',
    code: 137,
    reason: 'OOMKilled',
  },
  {
    it: 'takes its time to start',
    script: of('start-seconds', '5'),
    after: 4999,
    state: 'created',
    code: 0,
    reason: '',
  },
  { it: 'then it runs', script: of('start-seconds', '5'), after: 5000, state: 'running', code: 0, reason: '' },
  { it: 'fails to start', script: of('start-error', 'no'), after: 0, state: 'exited', code: 128, reason: 'StartError' },
])('$it', async ({ script, after, state, code, reason }) => {
  const { turns, runtime, id } = await started(script);
  await turns.advance(after);
  expect(await runtime.containerStatus(id)).toMatchObject({ state, exitCode: code, reason });
});

test.each([
  { it: 'a stop is obeyed at once', seconds: '0', grace: 30, took: 0, code: 0 },
  { it: 'or after a while', seconds: '7', grace: 30, took: 7000, code: 0 },
  { it: 'or not within the grace', seconds: '60', grace: 30, took: 30_000, code: 137 },
])('$it', async ({ seconds, grace, took, code }) => {
  const { turns, runtime, id } = await started(of('stop-seconds', seconds));
  let over = -1;
  void runtime.stopContainer(id, grace).then(() => (over = turns.clock.now() - START));
  await turns.advance(100_000);
  expect(over).toBe(took);
  expect((await runtime.containerStatus(id)).exitCode).toBe(code);
});

test('an image can be missing', async () => {
  const turns = virtualTurns(barrier, START);
  const runtime = simulatedRuntime({ turns, random: seededRandom(1), isMissing: (image) => image === 'no:1' });
  await expect(runtime.pullImage('no:1', undefined, undefined)).rejects.toMatchObject({ reason: 'notFound' });
  await runtime.pullImage('yes:1', undefined, undefined);
  expect(await runtime.imageStatus('yes:1')).toMatchObject({ tags: ['yes:1'] });
  await expect(runtime.pullImage('yes:1', undefined, sandboxConfig(of('image-missing', 'true')))).rejects.toMatchObject(
    { reason: 'notFound' },
  );
});

test('the log says that it is made up, and grows', async () => {
  const { turns, runtime, id } = await started(of('log-lines-per-second', '2'));
  const { logPath } = await runtime.containerStatus(id);
  const first = runtime.logOf(logPath);
  expect(first).toBe(
    '2026-01-01T00:00:00.000000000Z stdout F simulated: container a has no process; this log is made up\n',
  );
  await turns.advance(1000);
  const later = runtime.logOf(logPath);
  expect(later?.startsWith(first!)).toBe(true);
  expect(later?.split('\n')).toHaveLength(4);
});

test('what happens is told', async () => {
  const turns = virtualTurns(barrier, START);
  const runtime = simulatedRuntime({ turns, random: seededRandom(1), podCidr: '10.244.1.0/24' });
  const told: string[] = [];
  runtime.events(
    ({ kind, container }) => told.push(`${container === undefined ? 'sandbox' : 'container'} ${kind}`),
    new AbortController().signal,
  );
  const config = sandboxConfig({});
  const sandbox = await runtime.runSandbox(config);
  await runtime.pullImage('web:1', undefined, config);
  await runtime.startContainer(await runtime.createContainer(sandbox, containerConfig, config));
  await runtime.stopSandbox(sandbox);
  await runtime.removeSandbox(sandbox);
  expect(told).toEqual([
    'sandbox started',
    'container created',
    'container started',
    'container stopped',
    'sandbox stopped',
    'container deleted',
    'sandbox deleted',
  ]);
});

test('exec says that nothing was run', async () => {
  const { runtime, id } = await started(of('exec-code', '3'));
  const session = await runtime.exec(id, { command: ['ls'], stdin: false, stdout: true, stderr: true, tty: false });
  expect(lossyTextOf((await session.stdout?.read()) ?? new Uint8Array())).toContain('was not run');
  expect(await session.done).toEqual({ exitCode: 3 });
});

test('addresses go round before one is used again', () => {
  const addresses = addressesOf('10.0.0.0/29');
  expect([1, 2, 3, 4, 5].map(() => addresses.take())).toEqual([
    '10.0.0.2',
    '10.0.0.3',
    '10.0.0.4',
    '10.0.0.5',
    '10.0.0.6',
  ]);
  expect(addresses.take()).toBeUndefined();
  addresses.free('10.0.0.3');
  expect(addresses.take()).toBe('10.0.0.3');
});
