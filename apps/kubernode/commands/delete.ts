import { existsSync, rmSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { contextName, leave, userKubeconfig } from '../kubeconfig.ts';
import { dataHome, runHome, type Places } from '../places.ts';
import { freeIndex, indexes, type ClusterRecord } from '../record.ts';
import { readRestore } from '../restore.ts';
import { stopAll } from './down.ts';
import { existingCluster, type ClusterOptions } from './options.ts';

/** `kubernode delete`: nothing of the cluster is left on the machine. Safe to repeat after a failure or a kill. */
export async function deleteCluster(options: ClusterOptions): Promise<void> {
  const { places, record } = existingCluster(options);
  await removeAll(places, record);
  console.log(`Cluster "${record.name}" is deleted.`);
}

export async function removeAll(places: Places, record: ClusterRecord): Promise<void> {
  await stopAll(places, record);
  if (record.runtime === 'containerd') {
    const { removeMachines } = await import('../machine.ts');
    await removeMachines(places, record);
  }
  const restore = readRestore(places);
  leave(restore?.file ?? userKubeconfig(), contextName(record.name), restore?.context ?? '');
  if (existsSync(places.run)) rmSync(places.run, { recursive: true, force: true });
  // The record goes last but for the folder itself: as long as it is there, delete can be repeated.
  rmSync(places.data, { recursive: true, force: true });
  freeIndex(places);
  for (const folder of [runHome(), join(dataHome(), '.run'), indexes(), dataHome()]) removeEmpty(folder);
}

/** What was made for the first cluster goes with the last; a folder that holds anything stays. */
function removeEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // It is not empty, or not there, or not ours.
  }
}
