import { spawn } from 'node:child_process';
import { mkdir, open, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { cgroupLayout, cgroupsOf, makeCgroups, removeCgroups } from './cgroups.ts';
import { initScript, launchScript, linkCommands } from './init-script.ts';
import { makeMountPoints, removeMountPoints } from './mount-points.ts';
import { killAndWait, startTimeOf } from './process.ts';
import { ip, tryRun } from './run.ts';
import { hostInterfaceOf, pathsOf, type MachineSpec, type MachineState } from './spec.ts';

const START_TIMEOUT = 15_000;

/** The node if its init runs, whoever started it. */
export async function inspectNode(spec: MachineSpec): Promise<MachineState | undefined> {
  const text = (await readFile(pathsOf(spec.dataDir).pid, 'utf8').catch(() => '')).trim();
  if (!/^[1-9]\d*$/.test(text)) return undefined;
  const pid = Number(text);
  const startTime = await startTimeOf(pid);
  if (startTime === undefined || !(await isInitOf(pid, spec))) return undefined;
  return {
    pid,
    startTime,
    socket: `/proc/${pid}/root/run/containerd/containerd.sock`,
    root: `/proc/${pid}/root`,
    hostInterface: hostInterfaceOf(spec),
  };
}

/** A pid may have been given to somebody else since: init is told by the script that it runs. */
async function isInitOf(pid: number, spec: MachineSpec): Promise<boolean> {
  const commandLine = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  return commandLine.split('\0').includes(pathsOf(spec.dataDir).init);
}

/**
 * Starts a node, or takes over the one that runs: namespaces, link, cgroups, containerd. Resolves once containerd accepts
 * connections. What a killed run left is removed first. Needs root; the bridge must exist.
 */
export async function startNode(spec: MachineSpec): Promise<MachineState> {
  const running = await inspectNode(spec);
  if (running !== undefined && (await hasLink(spec))) {
    await untilAnswers(running.socket, () => startTimeOf(running.pid).then((time) => time === running.startTime), spec);
    return running;
  }
  await stopNode(spec);
  const layout = await cgroupLayout();
  await makeMountPoints();
  await writeFiles(spec, initScript(spec, layout));
  await makeCgroups(layout, spec.cluster, spec.name, spec.limits);
  try {
    return await launch(spec, cgroupsOf(layout, spec.cluster, spec.name));
  } catch (error) {
    await stopNode(spec).catch(() => undefined);
    throw error;
  }
}

const hasLink = (spec: MachineSpec): Promise<boolean> =>
  readFile(`/sys/class/net/${hostInterfaceOf(spec)}/ifindex`).then(
    () => true,
    () => false,
  );

async function writeFiles(spec: MachineSpec, init: string): Promise<void> {
  const paths = pathsOf(spec.dataDir);
  const folders = [
    paths.containerd,
    paths.kubelet,
    join(paths.cni, 'net.d'),
    join(paths.etc, 'certs.d'),
    paths.logs,
    paths.containerLogs,
  ];
  for (const folder of folders) await mkdir(folder, { recursive: true });
  await writeFile(paths.init, init);
  await writeFile(join(paths.cni, 'net.d', '10-kubernode.conflist'), spec.cniConfig);
  await writeFile(join(paths.etc, 'config.toml'), spec.containerdConfig);
  await writeRegistries(spec);
}

/** Puts the registry folders in place, and takes away those that are not wanted any more. */
export async function writeRegistries(spec: MachineSpec): Promise<void> {
  const folder = join(pathsOf(spec.dataDir).etc, 'certs.d');
  await mkdir(folder, { recursive: true });
  const files = spec.registries ?? new Map<string, string>();
  const wanted = new Set([...files.keys()].map((path) => path.split('/')[0]));
  for (const name of await readdir(folder)) {
    if (!wanted.has(name)) await rm(join(folder, name), { recursive: true });
  }
  for (const [path, text] of files) {
    const file = join(folder, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }
}

async function launch(spec: MachineSpec, cgroups: readonly string[]): Promise<MachineState> {
  const paths = pathsOf(spec.dataDir);
  const log = await open(paths.initLog, 'w');
  const child = spawn('sh', ['-c', launchScript(spec, cgroups)], {
    detached: true,
    stdio: ['ignore', log.fd, log.fd],
    cwd: '/',
  });
  let ended = false;
  child.once('exit', () => (ended = true));
  child.once('error', () => (ended = true));
  child.unref();
  await log.close();

  const deadline = performance.now() + START_TIMEOUT;
  let state: MachineState | undefined;
  while ((state = await inspectNode(spec)) === undefined) {
    if (ended || performance.now() > deadline) throw await startFailure(spec);
    await wait(3);
  }
  await ip(linkCommands(spec, state.pid));
  await untilAnswers(state.socket, async () => !ended, spec);
  return state;
}

async function untilAnswers(socket: string, isAlive: () => Promise<boolean>, spec: MachineSpec): Promise<void> {
  const deadline = performance.now() + START_TIMEOUT;
  while (!(await accepts(socket))) {
    if (performance.now() > deadline || !(await isAlive())) throw await startFailure(spec);
    await wait(5);
  }
}

const accepts = (socket: string): Promise<boolean> =>
  new Promise((resolve) => {
    const connection = createConnection(socket);
    connection.once('connect', () => {
      connection.destroy();
      resolve(true);
    });
    connection.once('error', () => resolve(false));
  });

async function startFailure(spec: MachineSpec): Promise<Error> {
  const log = (await readFile(pathsOf(spec.dataDir).initLog, 'utf8').catch(() => '')).trim();
  const state = await inspectNode(spec);
  const containerd =
    state === undefined ? '' : await readFile(`${state.root}/run/containerd.log`, 'utf8').catch(() => '');
  const reason = log || containerd.trim().split('\n').slice(-5).join('\n') || 'no reason was given';
  return new Error(`node ${spec.name} does not start: ${reason}`);
}

/**
 * Powers a node off: its init is killed and with it every process, mount and network namespace of the node. Then the
 * machine's side is cleaned up. Idempotent; the data folder stays.
 */
export async function stopNode(spec: MachineSpec): Promise<void> {
  const running = await inspectNode(spec);
  if (running !== undefined) await killAndWait(running.pid, running.startTime);
  await removeCgroups(await cgroupLayout(), spec.cluster, spec.name);
  // Goes by itself with the node's network namespace, but only some time after.
  await tryRun('ip', ['link', 'delete', hostInterfaceOf(spec)]);
  await tryRun('ip', ['route', 'delete', spec.podCIDR, 'via', spec.ip]);
  await rm(pathsOf(spec.dataDir).pid, { force: true });
}

/** Powers a node off and removes all that it stored. */
export async function deleteNode(spec: MachineSpec): Promise<void> {
  await stopNode(spec);
  await rm(spec.dataDir, { recursive: true, force: true });
  await removeMountPoints();
}
