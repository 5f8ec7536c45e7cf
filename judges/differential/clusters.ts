import type { ClusterName, Scenario } from './scenario.ts';
import { type Side, startOriginal, startOurs } from './sides.ts';

/** How both servers of a cluster are started where it is not the usual way. */
const FLAGS: Readonly<
  Partial<Record<ClusterName, { readonly original: readonly string[]; readonly ours: readonly string[] }>>
> = {
  expiring: { original: ['--etcd-compaction-interval', '2s'], ours: ['--api-window', '2'] },
};

/** Starts one of the two servers for the scenarios of a cluster. */
export const start = (which: Side['name'], cluster: ClusterName): Promise<Side> =>
  which === 'original'
    ? startOriginal({ flags: FLAGS[cluster]?.original ?? [] })
    : startOurs({ flags: FLAGS[cluster]?.ours ?? [] });

/** Scenarios by the cluster that they share. */
export function byCluster(scenarios: readonly Scenario[]): ReadonlyMap<ClusterName, readonly Scenario[]> {
  return Map.groupBy(scenarios, ({ cluster = 'shared' }) => cluster);
}
