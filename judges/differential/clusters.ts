import type { ClusterName, Scenario } from './scenario.ts';
import { type Side, type SideOptions, startOriginal, startOurs } from './sides.ts';

const CBOR = ['--feature-gates', 'CBORServingAndStorage=true'];

/** How both servers of a cluster are started where it is not the usual way. */
const OPTIONS: Readonly<Partial<Record<ClusterName, { readonly original: SideOptions; readonly ours: SideOptions }>>> =
  {
    expiring: { original: { flags: ['--etcd-compaction-interval', '2s'] }, ours: { flags: ['--api-window', '2'] } },
    cbor: { original: { flags: CBOR }, ours: { flags: CBOR } },
    controlled: { original: { isControlled: true }, ours: { isControlled: true } },
  };

/** Starts one of the two servers for the scenarios of a cluster. */
export const start = (which: Side['name'], cluster: ClusterName): Promise<Side> =>
  which === 'original' ? startOriginal(OPTIONS[cluster]?.original) : startOurs(OPTIONS[cluster]?.ours);

/** Scenarios by the cluster that they share. */
export function byCluster(scenarios: readonly Scenario[]): ReadonlyMap<ClusterName, readonly Scenario[]> {
  return Map.groupBy(scenarios, ({ cluster = 'shared' }) => cluster);
}
