import { Failure } from '../failure.ts';
import { placesOf, type Places } from '../places.ts';
import { clusterFolders, readRecord, type ClusterRecord } from '../record.ts';

/** Options that every command about a cluster has. */
export interface ClusterOptions {
  readonly name: string;
  readonly dataDir?: string;
}

/**
 * Where the cluster of a name lies: where `--data-dir` put it when it was made, so the flag is needed only then. A folder
 * that contradicts the name is refused: two clusters of one name would take each other's processes for their own.
 */
export function locate({ name, dataDir }: ClusterOptions): Places {
  const places = placesOf(name, dataDir);
  const folders = clusterFolders();
  const known = folders.get(name);
  if (dataDir === undefined) return known === undefined ? places : placesOf(name, known);
  if (known !== undefined && known !== places.data) {
    throw new Failure(
      `Cluster "${name}" lies in ${known}, not in ${places.data}: leave --data-dir out, or give another --name.`,
    );
  }
  for (const [other, folder] of folders) {
    if (other !== name && folder === places.data) {
      throw new Failure(
        `${folder} holds cluster "${other}", not "${name}": say --name ${other}, or give another folder.`,
      );
    }
  }
  return places;
}

/** A cluster that exists; fails with what to do when it does not. */
export function existingCluster(options: ClusterOptions): {
  readonly places: Places;
  readonly record: ClusterRecord;
} {
  const { name } = options;
  const places = locate(options);
  const record = readRecord(places);
  if (record === undefined) {
    const others = [...clusterFolders().keys()];
    throw new Failure(
      others.length === 0
        ? `There is no cluster "${name}" (nothing in ${places.data}); "kubernode up" makes one.`
        : `There is no cluster "${name}" (nothing in ${places.data}); there are: ${others.join(', ')}.`,
    );
  }
  return { places, record };
}
