import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { conflist } from '#adapters/cni';
import { containerdConfig, findContainerd, importImages, type InstalledContainerd } from '#adapters/containerd';
import { busyboxImage, PAUSE_IMAGE, pauseImage } from '#adapters/image';
import {
  deleteNode,
  ensureBridge,
  removeBridge,
  startNode,
  type MachineSpec,
  type MachineState,
} from '#adapters/node-machine';

export const BUSYBOX = 'docker.io/library/busybox:1.35';
const DATA = '/var/lib/kubernode/judge';

const found: InstalledContainerd | { readonly missing: string } =
  process.getuid?.() === 0 ? await findContainerd() : { missing: 'not root' };

/** Why no real node can run here; undefined where one can. */
export const cannotRun: string | undefined = 'missing' in found ? found.missing : undefined;

export interface RealNodes {
  readonly specs: readonly MachineSpec[];
  readonly states: readonly MachineState[];
  remove(): Promise<void>;
}

/** One of `count` indexes from `first` on whose bridge nobody has: clusters and other runs share the machine. */
export function unusedIndex(first: number, count: number): number {
  for (let tries = 0; tries < count; tries++) {
    const index = first + ((process.pid + tries) % count);
    if (!existsSync(`/sys/class/net/knbr${index}`)) return index;
  }
  throw new Error(`all bridges knbr${first} to knbr${first + count - 1} are taken`);
}

/** Real nodes on a bridge of their own. `index` (1 to 250) keeps runs side by side apart. */
export async function realNodes(
  count: number,
  index: number,
  registries?: ReadonlyMap<string, string>,
): Promise<RealNodes> {
  if ('missing' in found) throw new Error(found.missing);
  const [bridge, gateway] = [`knbr${index}`, `172.30.${index}.1`];
  const bridgeSpec = {
    name: bridge,
    address: gateway,
    prefixLength: 24,
    mtu: 1400,
    ranges: [`172.30.${index}.0/24`, `10.${244 - index}.0.0/16`],
  };
  await ensureBridge(bridgeSpec);
  const specs = Array.from({ length: count }, (_, number): MachineSpec => {
    const podCIDR = `10.${244 - index}.${number}.0/24`;
    return {
      cluster: `judge${index}`,
      name: `node-${number}`,
      ip: `172.30.${index}.${number + 2}`,
      prefixLength: 24,
      gateway,
      bridge,
      mtu: 1400,
      podCIDR,
      dataDir: join(DATA, String(index), `node-${number}`),
      containerd: found.command,
      containerdConfig: containerdConfig({ ...found, pauseImage: PAUSE_IMAGE, snapshotter: 'overlayfs' }),
      ...(registries === undefined ? {} : { registries }),
      cniConfig: conflist({ podCIDRs: [podCIDR], mtu: 1400 }),
    };
  });
  const states = await Promise.all(specs.map(startNode));
  const folder = join(DATA, String(index));
  mkdirSync(folder, { recursive: true });
  const archives = { 'pause.tar': pauseImage().bytes, 'busybox.tar': busyboxImage([BUSYBOX]).bytes };
  for (const [name, bytes] of Object.entries(archives)) writeFileSync(join(folder, name), bytes);
  for (const { socket } of states) {
    for (const name of Object.keys(archives)) await importImages(found.ctr, socket, join(folder, name));
  }
  return {
    specs,
    states,
    async remove() {
      for (const spec of specs) await deleteNode(spec);
      await removeBridge(bridgeSpec);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
