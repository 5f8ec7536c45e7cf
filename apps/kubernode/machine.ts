import { mkdirSync, writeFileSync } from 'node:fs';
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
} from '#adapters/node-machine';
import type { Pki } from '#adapters/pki';
import { runningIn, startBackground } from './background.ts';
import { Failure } from './failure.ts';
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
  const machine = before ?? (await startNode(spec));
  if (before !== undefined && runningIn(agentFile(places, node.name)) !== undefined) return false;
  await startAgent(places, record, node, pki, spec, machine, installed);
  return true;
}

async function startAgent(
  places: Places,
  record: ClusterRecord,
  node: RealNode,
  pki: Pki,
  spec: MachineSpec,
  machine: MachineState,
  installed: InstalledContainerd,
): Promise<void> {
  const { gateway, podCidr } = addressesOf(record.index);
  const folder = nodeData(places, node);
  const credentials = await pki.node(node.name, [spec.ip]);
  const file = (name: string, text: string) => {
    const path = join(folder, name);
    writeFileSync(path, text, { mode: 0o600 });
    return path;
  };
  mkdirSync(folder, { recursive: true });
  const config: NodeConfig = {
    cluster: record.name,
    name: node.name,
    ip: spec.ip,
    podCIDR: spec.podCIDR,
    share: record.nodes,
    server: `https://${gateway}:${record.port}`,
    ca: file('ca.crt', pki.ca.certificate),
    clientCertificate: file('client.crt', credentials.client.certificate),
    clientKey: file('client.key', credentials.client.key),
    servingCertificate: file('serving.crt', credentials.serving.certificate),
    servingKey: file('serving.key', credentials.serving.key),
    clientCa: join(folder, 'ca.crt'),
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
    file('node.json', JSON.stringify(config, undefined, 2)),
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
