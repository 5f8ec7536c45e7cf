import type { Deployment, Pod } from '#core/api/types';
import { deployments, pods } from '#core/api/tokens';
import type { Barrier, Log } from '#core/base';
import { testCluster, type TestCluster } from './cluster.ts';

/** What a run of the scenario is known by. */
export interface ScenarioRun {
  /** Every change of every object, a line each. */
  readonly text: string;
  readonly happenings: number;
  /** Milliseconds of the cluster's own time. */
  readonly time: number;
}

export interface ScenarioOptions {
  readonly barrier: Barrier;
  readonly seed: number;
  /** As testCluster has it. */
  readonly freeze?: boolean;
  readonly log?: Log;
}

/** Longer than the five minutes for which pods tolerate a lost node. */
const LOSS = 7 * 60_000;

/**
 * A Deployment of three becomes available on three nodes, gets another image, and loses a node: its pods move. It needs
 * nothing of its platform but a barrier, so that the logs of two engines can be compared byte for byte. Throws where a
 * step does not come to pass.
 */
export async function rollAndLoseNode(options: ScenarioOptions): Promise<ScenarioRun> {
  const cluster = await testCluster({ ...options, nodes: 3 });
  const { client, until } = cluster;
  const named = { namespace: 'default', name: 'web' };
  await client.create(deployments, web('web:1'));
  await until(() => isRolledOut(cluster, 'web:1'));
  await client.patch(deployments, named, {
    type: 'strategic',
    patch: { spec: { template: { spec: { containers: [{ name: 'web', image: 'web:2' }] } } } },
  });
  await until(() => isRolledOut(cluster, 'web:2'));
  const lost = webPods(cluster)[0]!.spec!.nodeName!;
  cluster.nodes.kill(lost);
  await until(
    () => isRolledOut(cluster, 'web:2') && webPods(cluster).every(({ spec }) => spec!.nodeName !== lost),
    LOSS,
  );
  await cluster.stop();
  const happenings = cluster.events.all;
  return { text: cluster.events.text(), happenings: happenings.length, time: cluster.turns.clock.monotonic() };
}

const web = (image: string): Deployment => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'default' },
  spec: {
    replicas: 3,
    selector: { matchLabels: { app: 'web' } },
    template: {
      metadata: { labels: { app: 'web' } },
      spec: { containers: [{ name: 'web', image }] },
    },
  },
});

/** The Deployment's pods that nobody has asked to go. */
const webPods = (cluster: TestCluster): readonly Pod[] =>
  cluster
    .all(pods, 'default')
    .filter(({ metadata }) => metadata.labels?.['app'] === 'web' && metadata.deletionTimestamp === undefined);

function isRolledOut(cluster: TestCluster, image: string): boolean {
  const { metadata, status } = cluster.find(deployments, { namespace: 'default', name: 'web' }) ?? {};
  const running = webPods(cluster);
  return (
    status?.observedGeneration === metadata?.generation &&
    status?.availableReplicas === 3 &&
    status?.updatedReplicas === 3 &&
    status?.replicas === 3 &&
    running.length === 3 &&
    running.every(({ spec }) => spec!.containers[0]!.image === image)
  );
}
