import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { TarEntry } from './tar.ts';

export type { TarEntry } from './tar.ts';

/** A folder as an image's layer, its owners as on disk. Device nodes and sockets are left out. */
export function layerOf(folder: string, below = ''): TarEntry[] {
  const entries: TarEntry[] = [];
  for (const name of readdirSync(join(folder, below)).sort()) {
    const path = below === '' ? name : `${below}/${name}`;
    const stat = lstatSync(join(folder, path));
    const owner = { mode: stat.mode & 0o7777, uid: stat.uid, gid: stat.gid };
    if (stat.isDirectory()) entries.push({ path: `${path}/`, ...owner }, ...layerOf(folder, path));
    else if (stat.isSymbolicLink()) entries.push({ path, ...owner, linkTo: readlinkSync(join(folder, path)) });
    else if (stat.isFile()) entries.push({ path, ...owner, content: readFileSync(join(folder, path)) });
  }
  return entries;
}
