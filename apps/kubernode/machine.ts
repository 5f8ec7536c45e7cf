import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { getCompileCacheDir } from 'node:module';
import { dirname, join } from 'node:path';
import { conflist } from '#adapters/cni';
import { containerdConfig, findContainerd, type InstalledContainerd } from '#adapters/containerd';
import {
  type BridgeSpec,
  type MachineSpec,
  type MachineState,
  deleteNode,
  ensureBridge,
  enterCgroups,
  inspectNode,
  joined,
  removeBridge,
  startNode,
  stopNode,
  writeRegistries,
} from '#adapters/node-machine';
import type { Pki } from '#adapters/pki';
import { runningIn, startBackground } from './background.ts';
import { Failure } from './failure.ts';
import { mirrorFilesOf } from './mirrors.ts';
import type { NodeConfig } from './node-config.ts';
import type { Places } from './places.ts';
import { START_SCRIPT, agentFile, agentLog, realNodes } from './processes.ts';
import { addressesOf, type ClusterRecord } from './record.ts';

/** One real node of a cluster, by its number from 1 on. */
export interface RealNode {
  readonly number: number;
  readonly name: string;
}

/** The folder of this program: the repository, or the published package with what it depends on. */
const PROGRAM = join(import.meta.dirname, '../..');
const MTU = 1400;
/**
 * An agent allocates little at a time. With one arena of malloc this takes 8 of its 103 MB away, and no time; what starting
 * took, it gives back itself where it can.
 */
const SMALL_HEAP = ['--max-semi-space-size=1'];

/** Without it the agent would translate and compile the whole program on each start, which takes half a second and 25 MB. */
function compileCache(): readonly string[] {
  const folder = getCompileCacheDir();
  if (folder === undefined) return [];
  mkdirSync(folder, { recursive: true });
  return [folder];
}
export const PAUSE_IMAGE = 'registry.k8s.io/pause:3.10';
export const SERVICE_CIDR = '10.96.0.0/16';
const CLUSTER_DNS = '10.96.0.10';

function bridgeOf(record: ClusterRecord): BridgeSpec {
  const { bridge, gateway, prefixLength, podCidr } = addressesOf(record.index);
  return {
    name: bridge,
    address: gateway,
    prefixLength,
    mtu: MTU,
    ranges: [`${gateway.replace(/\d+$/, '0')}/24`, podCidr],
  };
}

const nodeData = (places: Places, node: RealNode) => join(places.nodes, node.name);

/** What stands in the way of `inspect` and `delete` must not be a missing containerd: only `start` needs it. */
function specOf(places: Places, record: ClusterRecord, node: RealNode, installed?: InstalledContainerd): MachineSpec {
  const { bridge, gateway, prefixLength, node: ipOf, nodePodCidr } = addressesOf(record.index);
  return {
    cluster: record.name,
    name: node.name,
    ip: ipOf(node.number),
    prefixLength,
    gateway,
    bridge,
    mtu: MTU,
    podCIDR: nodePodCidr(node.number),
    dataDir: nodeData(places, node),
    visible: [PROGRAM, dirname(process.execPath), ...compileCache()],
    containerd: installed?.command ?? '',
    containerdConfig:
      installed === undefined
        ? ''
        : containerdConfig({ ...installed, pauseImage: PAUSE_IMAGE, snapshotter: 'overlayfs' }),
    registries: mirrorFilesOf(record.registryMirrors ?? []),
    cniConfig: conflist({ podCIDRs: [nodePodCidr(node.number)], mtu: MTU }),
  };
}

export const inspectMachine = (
  places: Places,
  record: ClusterRecord,
  node: RealNode,
): Promise<MachineState | undefined> => inspectNode(specOf(places, record, node));

/** Powers a node off; tells whether it ran. */
export async function stopMachine(places: Places, record: ClusterRecord, node: RealNode): Promise<boolean> {
  const spec = specOf(places, record, node);
  const ran = (await inspectNode(spec)) !== undefined;
  await stopNode(spec);
  return ran;
}

/** Removes the nodes and the bridge with all that they left on the machine. */
export async function removeMachines(places: Places, record: ClusterRecord): Promise<void> {
  for (const node of realNodes(record)) await deleteNode(specOf(places, record, node));
  await removeBridge(bridgeOf(record));
}

export const ensureNetwork = (record: ClusterRecord): Promise<void> => ensureBridge(bridgeOf(record));

/** Starts what of a node is down: the machine, its containerd's images, its agent. True if anything was. */
export async function ensureRealNode(
  places: Places,
  record: ClusterRecord,
  node: RealNode,
  pki: Pki,
): Promise<boolean> {
  const installed = await findContainerd();
  if ('missing' in installed) throw new Failure(`Real containers cannot run here: ${installed.missing}.`);
  const spec = specOf(places, record, node, installed);
  const before = await inspectNode(spec);
  // containerd reads them at each pull: a node that runs takes them up too.
  await writeRegistries(spec);
  const machine = before ?? (await startNode(spec));
  const credentials = await writeCredentials(places, node, pki, spec.ip);
  // An agent that runs takes what was renewed from the files.
  if (before !== undefined && runningIn(agentFile(places, node.name)) !== undefined) return false;
  await startAgent(places, record, node, credentials, spec, machine, installed);
  return true;
}

type Credentials = Pick<
  NodeConfig,
  'ca' | 'clientCertificate' | 'clientKey' | 'servingCertificate' | 'servingKey' | 'clientCa'
>;

/** The node's certificates and keys in its own folder, renewed where they are near their end. */
async function writeCredentials(places: Places, node: RealNode, pki: Pki, ip: string): Promise<Credentials> {
  const folder = nodeData(places, node);
  const { client, serving } = await pki.node(node.name, [ip]);
  mkdirSync(folder, { recursive: true });
  const ca = writeWhole(join(folder, 'ca.crt'), pki.ca.certificate);
  return {
    ca,
    clientCa: ca,
    clientCertificate: writeWhole(join(folder, 'client.crt'), client.certificate),
    clientKey: writeWhole(join(folder, 'client.key'), client.key),
    servingCertificate: writeWhole(join(folder, 'serving.crt'), serving.certificate),
    servingKey: writeWhole(join(folder, 'serving.key'), serving.key),
  };
}

/** Writes a file that only root reads, never seen half, and not at all where it holds the same; gives its path. */
function writeWhole(path: string, text: string): string {
  if (existsSync(path) && readFileSync(path, 'utf8') === text) return path;
  writeFileSync(`${path}.next`, text, { mode: 0o600 });
  renameSync(`${path}.next`, path);
  return path;
}

async function startAgent(
  places: Places,
  record: ClusterRecord,
  node: RealNode,
  credentials: Credentials,
  spec: MachineSpec,
  machine: MachineState,
  installed: InstalledContainerd,
): Promise<void> {
  const { gateway, podCidr } = addressesOf(record.index);
  const folder = nodeData(places, node);
  const config: NodeConfig = {
    cluster: record.name,
    name: node.name,
    ip: spec.ip,
    podCIDR: spec.podCIDR,
    share: record.nodes,
    server: `https://${gateway}:${record.port}`,
    ...credentials,
    clusterDomain: 'cluster.local',
    clusterDns: CLUSTER_DNS,
    serviceCIDR: SERVICE_CIDR,
    podCIDRs: podCidr,
    containerdSocket: '/run/containerd/containerd.sock',
    containerdCommand: installed.command,
    dataDir: folder,
  };
  const [program, ...args] = joined(machine, [
    process.execPath,
    ...process.execArgv,
    ...SMALL_HEAP,
    START_SCRIPT,
    'node',
    '--config',
    writeWhole(join(folder, 'node.json'), JSON.stringify(config, undefined, 2)),
  ]);
  const agent = startBackground({
    file: agentFile(places, node.name),
    log: agentLog(places, node.name),
    program: program!,
    args,
    env: { MALLOC_ARENA_MAX: '1' },
  });
  await enterCgroups(spec, agent.pid);
}
