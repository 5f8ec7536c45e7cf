import { mkdirSync, writeFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { openPki, type Pki } from '#adapters/pki';
import { accessOf } from '../access.ts';
import { endOf, runningIn } from '../background.ts';
import { Failure, messageOf } from '../failure.ts';
import { freePort } from '../free-port.ts';
import { contextName, enter, kubeconfigText, userKubeconfig } from '../kubeconfig.ts';
import { isRoot, type Places } from '../places.ts';
import { agentFile, agentLog, ensureServer, lastWords, realNodes } from '../processes.ts';
import { addressesOf, readRecord, refuseForeignFolder, takeIndex, writeRecord, type ClusterRecord } from '../record.ts';
import { installPackages, missingPackages, whyNoContainers } from '../requirements.ts';
import { rememberRestore } from '../restore.ts';
import { progress, type Progress } from '../screen.ts';
import { follow } from './logs.ts';
import { locate, type ClusterOptions } from './options.ts';
import { mirrorOf } from '../mirrors.ts';
import { notesOn } from './status.ts';

interface UpOptions extends ClusterOptions {
  readonly foreground?: boolean;
  readonly port?: number;
  readonly runtime?: 'auto' | 'containerd' | 'simulated';
  readonly nodes?: number;
  readonly storage?: 'log' | 'memory';
  readonly controllers?: string;
  readonly scheduler?: 'on' | 'none';
  readonly registryMirror?: readonly string[];
}

const NODES_WITHIN = 60_000;

/** `kubernode up`: starts exactly what is missing, waits until it serves, and says how to reach it. */
export async function up(options: UpOptions): Promise<void> {
  const places = locate(options);
  const show = progress();
  try {
    const record = await recordFor(places, options);
    const pki = await preparePki(places, record);
    if (record.runtime === 'containerd') {
      show.step('Making the network');
      const { ensureNetwork } = await import('../machine.ts');
      await ensureNetwork(record);
    }
    show.step('Starting the server');
    await ensureServer(places, record);
    await startNodes(places, record, pki, show);
    enterUserKubeconfig(places, record, pki);
    show.done();
    printScreen(record);
  } finally {
    show.done();
  }
  if (options.foreground === true) await stayAttached(places, options);
}

/** The cluster's record: made on the first `up`; later ones may change what does not change where its objects lie. */
async function recordFor(places: Places, options: UpOptions): Promise<ClusterRecord> {
  const before = readRecord(places);
  const mirrors = options.registryMirror === undefined ? {} : { registryMirrors: mirrorsOf(options.registryMirror) };
  if (before !== undefined) {
    refuseChanges(before, options);
    if (before.runtime === 'containerd') requireContainers('containerd');
    const next: ClusterRecord = {
      ...before,
      nodes: options.nodes ?? before.nodes,
      port: options.port ?? before.port,
      controllers: options.controllers ?? before.controllers,
      scheduler: options.scheduler ?? before.scheduler,
      ...mirrors,
    };
    if (JSON.stringify(next) !== JSON.stringify(before)) writeRecord(places, next);
    return next;
  }
  refuseForeignFolder(places);
  const runtime = chooseRuntime(options.runtime ?? 'auto');
  try {
    const index = takeIndex(places);
    const record: ClusterRecord = {
      format: 1,
      name: options.name,
      index,
      port: options.port ?? (await freePort(6443 + index)),
      runtime,
      nodes: options.nodes ?? 1,
      storage: options.storage ?? 'log',
      controllers: options.controllers ?? '*',
      scheduler: options.scheduler ?? 'on',
      ...mirrors,
    };
    writeRecord(places, record);
    return record;
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Failure(`Cannot write to ${places.data}: ${messageOf(error)}. Give another --data-dir.`);
  }
}

/** `none` alone takes all mirrors away. */
function mirrorsOf(mirrors: readonly string[]): readonly string[] {
  if (mirrors.length === 1 && mirrors[0] === 'none') return [];
  for (const mirror of mirrors) mirrorOf(mirror);
  return mirrors;
}

function refuseChanges(before: ClusterRecord, options: UpOptions): void {
  const refuse = (what: string, was: string) => {
    throw new Failure(
      `Cluster "${before.name}" was made with ${what} ${was}, and that cannot change: delete it first, or make another with --name.`,
    );
  };
  const { runtime, storage, nodes } = options;
  if (runtime !== undefined && runtime !== 'auto' && runtime !== before.runtime) refuse('--runtime', before.runtime);
  if (storage !== undefined && storage !== before.storage) refuse('--storage', before.storage);
  if (nodes !== undefined && nodes < before.nodes && before.runtime === 'containerd') {
    throw new Failure(
      `Cluster "${before.name}" has ${before.nodes} real nodes; taking nodes away needs "kubernode delete" first.`,
    );
  }
}

/** `auto` never fails: without root or containerd the nodes are simulated, and the screen says so. */
function chooseRuntime(asked: 'auto' | 'containerd' | 'simulated'): 'containerd' | 'simulated' {
  if (asked === 'simulated') return 'simulated';
  if (asked === 'auto' && (process.platform !== 'linux' || !isRoot())) return 'simulated';
  return requireContainers(asked) ? 'containerd' : 'simulated';
}

function requireContainers(asked: 'auto' | 'containerd'): boolean {
  if (process.platform === 'linux' && isRoot()) {
    const missing = missingPackages();
    if (missing.length > 0) {
      try {
        installPackages(missing, (line) => console.error(line));
      } catch (error) {
        if (asked === 'containerd') throw error;
        console.error(messageOf(error));
      }
    }
  }
  const why = whyNoContainers();
  if (why === undefined) return true;
  if (asked === 'containerd') throw new Failure(`--runtime containerd is not possible here: ${why}.`);
  return false;
}

async function preparePki(places: Places, record: ClusterRecord): Promise<Pki> {
  try {
    const { gateway } = addressesOf(record.index);
    const pki = await openPki({
      folder: places.pki,
      now: Date.now(),
      addresses: record.runtime === 'containerd' ? [gateway] : [],
    });
    mkdirSync(places.logs, { recursive: true });
    writeFileSync(places.kubeconfig, kubeconfigText(adminAccess(record, pki)), { mode: 0o600 });
    return pki;
  } catch (error) {
    throw new Failure(`Cannot make the cluster's keys in ${places.pki}: ${messageOf(error)}.`);
  }
}

const adminAccess = (record: ClusterRecord, pki: Pki) => ({
  context: contextName(record.name),
  server: `https://127.0.0.1:${record.port}`,
  ca: pki.ca.certificate,
  certificate: pki.admin.certificate,
  key: pki.admin.key,
});

function enterUserKubeconfig(places: Places, record: ClusterRecord, pki: Pki): void {
  const file = userKubeconfig();
  const before = enter(file, adminAccess(record, pki));
  rememberRestore(places, { file, context: before });
}

/** Starts what of the nodes is down and waits until all are Ready. */
async function startNodes(places: Places, record: ClusterRecord, pki: Pki, show: Progress): Promise<void> {
  const real = realNodes(record);
  const logs = new Map(real.map(({ name }) => [name, endOf(agentLog(places, name))]));
  if (real.length > 0) {
    show.step(real.length === 1 ? 'Starting the node' : `Starting ${real.length} nodes`);
    const { ensureRealNode } = await import('../machine.ts');
    await Promise.all(real.map((node) => ensureRealNode(places, record, node, pki)));
  }
  if (record.nodes === 0 || record.controllers === 'none') return;
  show.step('Waiting for the nodes to be ready');
  const access = accessOf(places);
  const deadline = Date.now() + NODES_WITHIN;
  while (Date.now() < deadline) {
    for (const { name } of real) {
      if (runningIn(agentFile(places, name)) === undefined) {
        throw new Failure(lastWords(`The agent of ${name}`, agentLog(places, name), logs.get(name)!));
      }
    }
    const { status, text } = await access.get('/api/v1/nodes');
    if (status === 200 && readyNodes(text) >= record.nodes) return;
    await wait(25);
  }
  throw new Failure(
    `The nodes are not ready after ${NODES_WITHIN / 1000} s; see "kubernode status" and "kubernode logs".`,
  );
}

function readyNodes(text: string): number {
  interface Node {
    readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
  }
  const { items } = JSON.parse(text) as { readonly items: readonly Node[] };
  return items.filter((node) =>
    node.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True'),
  ).length;
}

function printScreen(record: ClusterRecord): void {
  const { runtime, nodes } = record;
  console.log(`Cluster "${record.name}" is up.`);
  console.log(`  API server  https://127.0.0.1:${record.port}`);
  console.log(`  Nodes       ${nodes} ${runtime === 'containerd' ? 'real (containerd)' : 'simulated'}`);
  console.log(`  kubectl     context ${contextName(record.name)}, now current in ${userKubeconfig()}`);
  for (const note of notesOn(record)) console.log(`  Note        ${note}`);
  console.log('');
  console.log('Next: kubectl get nodes    (or: kubernode kubectl get nodes)');
  console.log('      kubernode status | logs | down | delete');
}

/** Shows the logs until Ctrl-C, then stops the cluster. */
async function stayAttached(places: Places, options: UpOptions): Promise<void> {
  const { down } = await import('./down.ts');
  void follow(`${places.logs}/server.log`, (line) => console.log(line));
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
  await down(options);
  process.exit(0);
}
