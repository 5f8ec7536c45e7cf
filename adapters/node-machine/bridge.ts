import { readFile, writeFile } from 'node:fs/promises';
import { ip, run, tryRun } from './run.ts';

/** The network that a cluster's nodes on this machine share. */
export interface BridgeSpec {
  /** `knbr0` */
  readonly name: string;
  /** The machine's own address on it. */
  readonly address: string;
  readonly prefixLength: number;
  readonly mtu: number;
  /** The nodes' and the pods' ranges: what leaves the machine from them takes the machine's address. */
  readonly ranges: readonly string[];
}

const tableOf = (bridge: BridgeSpec): string => `kubernode-${bridge.name}`;

/** Makes the bridge and the way out of the machine; changes nothing where both exist. */
export async function ensureBridge(bridge: BridgeSpec): Promise<void> {
  const exists = await readFile(`/sys/class/net/${bridge.name}/ifindex`).then(
    () => true,
    () => false,
  );
  if (!exists) await ip([`link add ${bridge.name} mtu ${bridge.mtu} type bridge`]);
  await ip([
    `address replace ${bridge.address}/${bridge.prefixLength} dev ${bridge.name}`,
    `link set ${bridge.name} up`,
  ]);
  await writeFile('/proc/sys/net/ipv4/ip_forward', '1');
  await run('nft', ['-f', '-'], wayOut(bridge));
}

/** Replaces the table as a whole, in one transaction. */
function wayOut(bridge: BridgeSpec): string {
  const table = `table ip ${tableOf(bridge)}`;
  const ranges = bridge.ranges.join(', ');
  return `add ${table}
delete ${table}
${table} {
  chain postrouting {
    type nat hook postrouting priority srcnat; policy accept;
    ip saddr { ${ranges} } ip daddr != { ${ranges} } oifname != "${bridge.name}" masquerade
  }
}
`;
}

/** Removes both. Idempotent. */
export async function removeBridge(bridge: BridgeSpec): Promise<void> {
  await tryRun('ip', ['link', 'delete', bridge.name]);
  await tryRun('nft', ['delete', 'table', 'ip', tableOf(bridge)]);
}
