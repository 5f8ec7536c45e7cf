import { cpSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileDisk, readingDisk } from '#adapters/disk';
import { textOf } from '#core/base';
import { checkLog, type Disk, readHistory, repairLog } from '#core/store';
import { Failure, messageOf } from '../failure.ts';
import type { Places } from '../places.ts';
import { locate, type ClusterOptions } from './options.ts';

interface HistoryOptions extends ClusterOptions {
  readonly json?: boolean;
}

/** The cluster's places; a store may be there without the record that `up` writes, from `kubernode server`. */
function placesWithStore(options: ClusterOptions): Places {
  const places = locate(options);
  if (!existsSync(places.store)) {
    throw new Failure(`There is no store of cluster "${options.name}": nothing in ${places.store}.`);
  }
  return places;
}

/** Runs `work` with the files to itself: fails while a server has them. */
async function alone<T>(folder: string, work: (disk: Disk) => Promise<T>): Promise<T> {
  let disk: Disk;
  try {
    disk = await fileDisk(folder);
  } catch (error) {
    throw new Failure(`Cannot open ${folder}: ${messageOf(error)}`);
  }
  try {
    return await work(disk);
  } finally {
    await disk.close();
  }
}

/** `kubernode store check`: what the server would say to these files. Fails where it would refuse them. */
export async function checkStore(options: ClusterOptions): Promise<void> {
  const { store } = placesWithStore(options);
  const report = await alone(store, checkLog);
  if (report.refusal !== undefined) throw new Failure(`${store}: ${report.refusal}.`);
  const { segments, bytes, frames, records, revision, torn, archivedSegments } = report;
  console.log(
    `${store} is in order: ${records} writes up to revision ${revision} in ${frames} frames, ${segments} files, ${bytes} bytes.`,
  );
  if (archivedSegments > 0) console.log(`${archivedSegments} older files are kept as history.`);
  if (torn !== undefined) {
    console.log(
      `${torn.file} ends in ${torn.bytes} bytes of a write that was cut off at byte ${torn.offset}; nobody was told that it was kept, and the next start drops it.`,
    );
  }
}

/** `kubernode store repair`: copies the files, then makes them openable. Does nothing to files that are in order. */
export async function repairStore(options: ClusterOptions): Promise<void> {
  const places = placesWithStore(options);
  const done = await alone(places.store, async (disk) => {
    if ((await checkLog(disk)).refusal === undefined) return undefined;
    const copy = join(places.data, `store-before-repair-${new Date(Date.now()).toISOString().replaceAll(':', '-')}`);
    cpSync(places.store, copy, { recursive: true });
    return { copy, report: await repairLog(disk), after: await checkLog(disk) };
  });
  if (done === undefined) {
    console.log(`${places.store} is in order: there is nothing to repair.`);
    return;
  }
  const { copy, report, after } = done;
  for (const { file, offset, bytes } of report.damages) {
    console.log(`${file}: ${bytes} bytes from byte ${offset} on could not be read and are lost.`);
  }
  if (report.missingFrames > 0) console.log(`${report.missingFrames} frames were not there at all.`);
  if (after.refusal !== undefined)
    throw new Failure(`It could not be repaired: ${after.refusal}. A copy lies in ${copy}.`);
  console.log(
    `Kept ${report.records} writes. Objects are as their last readable write left them; what was deleted in the damage may be back. The files as they were lie in ${copy}.`,
  );
}

/** `kubernode store history`: may run beside the server. */
export async function storeHistory(prefix: string | undefined, options: HistoryOptions): Promise<void> {
  const { store } = placesWithStore(options);
  for await (const { revision, key, time, cause, bytes } of readHistory(readingDisk(store))) {
    if (prefix !== undefined && !key.startsWith(prefix)) continue;
    const at = new Date(time).toISOString();
    if (options.json === true) {
      const head = JSON.stringify({ revision, time: at, key, ...cause });
      const object = bytes === undefined ? 'null' : textOf(bytes);
      console.log(`${head.slice(0, -1)},"object":${object}}`);
      continue;
    }
    const verb = cause?.verb ?? (bytes === undefined ? 'delete' : 'write');
    const why = cause?.reason === undefined ? '' : ` (${cause.reason})`;
    console.log(`${at} ${revision} ${verb} ${key} by ${cause?.user ?? 'the server'}${why}`);
  }
}
