import { join } from 'node:path';
import { DiskFailure } from '#core/store';

/** SQLITE_BUSY: somebody else holds the lock. */
const BUSY = 5;

/**
 * Locks the folder for this process and returns what unlocks it. Node itself has no file locks, but the SQLite in it does: an
 * exclusive transaction on an empty database holds one of the operating system's, which goes when the process goes, by
 * SIGKILL too, and holds across namespaces of processes and networks. Nothing is ever written to the database.
 */
export async function lockFolder(folder: string): Promise<() => void> {
  const { DatabaseSync } = await import('node:sqlite');
  const database = new DatabaseSync(join(folder, '.lock'), { timeout: 0 });
  try {
    database.exec('PRAGMA journal_mode = OFF; BEGIN EXCLUSIVE');
  } catch (problem) {
    database.close();
    if ((problem as { errcode?: number }).errcode !== BUSY) throw problem;
    throw new DiskFailure(
      'locked',
      `another process uses ${folder}: stop it (see "kubernode status"), or choose another data folder`,
      problem,
    );
  }
  return () => database.close();
}
