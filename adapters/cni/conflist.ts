/** A node's pod network. */
export interface PodNetwork {
  /** One range, or one of each family. */
  readonly podCIDRs: readonly string[];
  readonly mtu: number;
}

/**
 * The CNI configuration of a node: `ptp`, so that every packet between pods is routed and passes the forward hook (policies,
 * Service rules and hairpins work whatever br_netfilter does), and `portmap` for host ports. Addresses are kept in /run: a
 * power-off frees them.
 */
export const conflist = ({ podCIDRs, mtu }: PodNetwork): string =>
  JSON.stringify(
    {
      cniVersion: '1.0.0',
      name: 'kubernode',
      plugins: [
        {
          type: 'ptp',
          ipMasq: false,
          mtu,
          ipam: {
            type: 'host-local',
            ranges: podCIDRs.map((subnet) => [{ subnet }]),
            routes: podCIDRs.map((cidr) => ({ dst: cidr.includes(':') ? '::/0' : '0.0.0.0/0' })),
            dataDir: '/run/cni-ipam',
          },
        },
        { type: 'portmap', capabilities: { portMappings: true } },
      ],
    },
    undefined,
    1,
  );
