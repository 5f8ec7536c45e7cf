import { existsSync, rmSync } from 'node:fs';
import { contextName, leave, userKubeconfig } from '../kubeconfig.ts';
import type { Places } from '../places.ts';
import { freeIndex, type ClusterRecord } from '../record.ts';
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
}
