import { Failure } from '../failure.ts';
import { placesOf, type Places } from '../places.ts';
import { clusterNames, readRecord, type ClusterRecord } from '../record.ts';

/** Options that every command about a cluster has. */
export interface ClusterOptions {
  readonly name: string;
  readonly dataDir?: string;
}

/** A cluster that exists; fails with what to do when it does not. */
export function existingCluster({ name, dataDir }: ClusterOptions): {
  readonly places: Places;
  readonly record: ClusterRecord;
} {
  const places = placesOf(name, dataDir);
  const record = readRecord(places);
  if (record === undefined) {
    const others = clusterNames();
    throw new Failure(
      others.length === 0
        ? `There is no cluster "${name}" (nothing in ${places.data}); "kubernode up" makes one.`
        : `There is no cluster "${name}" (nothing in ${places.data}); there are: ${others.join(', ')}.`,
    );
  }
  return { places, record };
}
