import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Places } from './places.ts';

/** Which kubeconfig `up` entered the cluster into, and what was the current context there before. */
export interface Restore {
  readonly file: string;
  readonly context: string;
}

const fileOf = (places: Places) => join(places.data, 'kubeconfig-before.json');

export function readRestore(places: Places): Restore | undefined {
  try {
    return JSON.parse(readFileSync(fileOf(places), 'utf8')) as Restore;
  } catch {
    return undefined;
  }
}

/** Only the first `up` knows what was current before; a later one into the same file keeps what it said. */
export function rememberRestore(places: Places, restore: Restore): void {
  const before = readRestore(places);
  if (before?.file === restore.file && restore.context === '') return;
  writeFileSync(fileOf(places), JSON.stringify(restore));
}
