import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Failure, codeOf, messageOf } from './failure.ts';
import { dataHome, type Places } from './places.ts';

/** How a cluster was made; what `up` was asked for the first time holds from then on. */
export interface ClusterRecord {
  readonly format: 1;
  readonly name: string;
  /** Tells this machine's clusters apart: it gives bridge, addresses and the default port. */
  readonly index: number;
  readonly port: number;
  readonly runtime: 'containerd' | 'simulated';
  readonly nodes: number;
  readonly storage: 'log' | 'memory';
  readonly controllers: string;
  readonly scheduler: 'on' | 'none';
  /** `URL` for all registries, `REGISTRY=URL` for one: where real nodes pull from instead. */
  readonly registryMirrors?: readonly string[];
}

/** What follows from a cluster's index. */
export interface Addresses {
  readonly bridge: string;
  /** The bridge's own address: the server's, as nodes see it. */
  readonly gateway: string;
  readonly prefixLength: 24;
  readonly node: (number: number) => string;
  readonly podCidr: string;
  readonly nodePodCidr: (number: number) => string;
}

export const addressesOf = (index: number): Addresses => ({
  bridge: `knbr${index}`,
  gateway: `172.30.${index}.1`,
  prefixLength: 24,
  node: (number) => `172.30.${index}.${10 + number}`,
  podCidr: `10.${244 - index}.0.0/16`,
  nodePodCidr: (number) => `10.${244 - index}.${number}.0/24`,
});

/** The cluster's record, or undefined if there is no such cluster. */
export function readRecord(places: Places): ClusterRecord | undefined {
  let text: string;
  try {
    text = readFileSync(places.record, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw new Failure(`Cannot read ${places.record}: ${messageOf(error)}.`);
  }
  try {
    const record = JSON.parse(text) as ClusterRecord;
    if (record.format !== 1) {
      throw new Failure(
        `${places.record} was written by a newer Kubernode (format ${String(record.format)}); use that version, or delete the cluster.`,
      );
    }
    return record;
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Failure(
      `${places.record} is damaged: ${messageOf(error)}. Restore it, or remove ${places.data} to start anew.`,
    );
  }
}

export function writeRecord(places: Places, record: ClusterRecord): void {
  mkdirSync(places.data, { recursive: true, mode: 0o755 });
  const next = `${places.record}.next`;
  writeFileSync(next, `${JSON.stringify(record, undefined, 2)}\n`);
  renameSync(next, places.record);
}

/** Index files: each holds the data folder of the cluster that took the index. */
export const indexes = () => join(dataHome(), '.indexes');
const HIGHEST = 99;

/** Takes the lowest index that no cluster of this machine holds. */
export function takeIndex(places: Places): number {
  mkdirSync(indexes(), { recursive: true });
  for (let index = 0; index <= HIGHEST; index++) {
    const file = join(indexes(), String(index));
    for (let attempt = 0; attempt < 2; attempt++) {
      try {
        writeFileSync(file, places.data, { flag: 'wx' });
        return index;
      } catch (error) {
        if (codeOf(error) !== 'EEXIST') throw error;
        const owner = readFileSync(file, 'utf8');
        if (owner === places.data) return index;
        if (existsSync(owner)) break;
        rmSync(file, { force: true });
      }
    }
  }
  throw new Failure(`There are ${HIGHEST + 1} clusters on this machine already; delete one first.`);
}

export function freeIndex(places: Places): void {
  if (!existsSync(indexes())) return;
  for (const name of readdirSync(indexes())) {
    const file = join(indexes(), name);
    if (readFileSync(file, 'utf8') === places.data) rmSync(file, { force: true });
  }
}

/** This user's clusters, by name, and the folder that each lies in: those in the usual place and those that `--data-dir` put elsewhere. */
export function clusterFolders(): ReadonlyMap<string, string> {
  const usual = filesIn(dataHome()).map((name) => join(dataHome(), name));
  const taken = filesIn(indexes()).map((file) => readFileSync(join(indexes(), file), 'utf8'));
  const found = new Map<string, string>();
  for (const folder of new Set([...taken, ...usual])) {
    const name = nameIn(folder);
    if (name !== undefined) found.set(name, folder);
  }
  return new Map([...found].sort(([one], [other]) => (one < other ? -1 : 1)));
}

const filesIn = (folder: string): readonly string[] => (existsSync(folder) ? readdirSync(folder) : []);

/** The name of the cluster that lies in a folder. A record that cannot be read is its own command's to report. */
function nameIn(folder: string): string | undefined {
  try {
    return (JSON.parse(readFileSync(join(folder, 'cluster.json'), 'utf8')) as ClusterRecord).name;
  } catch {
    return undefined;
  }
}

/** The folder that a cluster's record lies in must be its own: anything else there is somebody else's. */
export function refuseForeignFolder(places: Places): void {
  if (!existsSync(places.data) || existsSync(places.record)) return;
  const found = readdirSync(places.data).filter((name) => name !== 'logs');
  if (found.length > 0) {
    throw new Failure(
      `${places.data} is not empty and holds no cluster (found ${found.slice(0, 3).join(', ')}); give another --data-dir.`,
    );
  }
}
