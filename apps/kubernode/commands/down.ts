import { stopBackground } from '../background.ts';
import type { Places } from '../places.ts';
import { agentFile, realNodes, serverFile } from '../processes.ts';
import type { ClusterRecord } from '../record.ts';
import { progress } from '../screen.ts';
import { existingCluster, type ClusterOptions } from './options.ts';

const AGENT_GRACE = 10_000;
const SERVER_GRACE = 15_000;

/** `kubernode down`: agents first, then the nodes with their containers, the server last. */
export async function down(options: ClusterOptions): Promise<void> {
  const { places, record } = existingCluster(options);
  const stopped = await stopAll(places, record);
  console.log(
    stopped === 0
      ? `Cluster "${record.name}" was down already.`
      : `Cluster "${record.name}" is down. Its data is kept in ${places.data}; "kubernode up" starts it again.`,
  );
}

/** Stops everything of a cluster, in order; tells how many processes ran. */
export async function stopAll(places: Places, record: ClusterRecord): Promise<number> {
  const show = progress();
  let stopped = 0;
  show.step('Stopping the node agents');
  const nodes = realNodes(record);
  for (const was of await Promise.all(nodes.map(({ name }) => stopBackground(agentFile(places, name), AGENT_GRACE)))) {
    if (was) stopped++;
  }
  if (nodes.length > 0) {
    show.step('Stopping the nodes and their containers');
    const { stopMachine } = await import('../machine.ts');
    for (const node of nodes) if (await stopMachine(places, record, node)) stopped++;
  }
  show.step('Stopping the server');
  if (await stopBackground(serverFile(places), SERVER_GRACE)) stopped++;
  show.done();
  return stopped;
}
