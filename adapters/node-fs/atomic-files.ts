import {
  chmod,
  chown,
  lstat,
  mkdir,
  mkdtemp,
  readFile,
  readdir,
  readlink,
  rename,
  rm,
  symlink,
  unlink,
  writeFile,
} from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { VolumeFile } from '#core/kubelet';

/** The link that a volume's readers go through, and the name under which the next one is prepared. */
const DATA = '..data';
const NEXT = '..data_tmp';

/**
 * Makes `directory` hold exactly these files, all of them at one moment: they lie in a folder of their own, the link `..data`
 * is turned to it by one rename, and each name in the volume is a link through `..data`. Nothing is written where nothing
 * changed. Upstream: pkg/volume/util/atomic_writer.go.
 */
export async function writeAtomically(
  directory: string,
  files: readonly VolumeFile[],
  group: number | undefined,
): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o755 });
  const current = await readlink(join(directory, DATA)).catch(() => undefined);
  const top = [...new Set(files.map(({ path }) => path.split('/')[0]!))];
  if (current !== undefined && (await holds(join(directory, current), files))) return linkAll(directory, top);

  const made = await mkdtemp(join(directory, `..${new Date().toISOString().slice(0, 19).replace(/[-T:]/g, '_')}.`));
  await chmod(made, 0o755);
  for (const file of files) await writeOne(made, file, group);
  await rm(join(directory, NEXT), { force: true });
  await symlink(made.slice(directory.length + 1), join(directory, NEXT));
  await rename(join(directory, NEXT), join(directory, DATA));
  await linkAll(directory, top);
  for (const name of await readdir(directory)) {
    const isOld = name.startsWith('..') && name !== DATA && join(directory, name) !== made;
    if (isOld) await rm(join(directory, name), { recursive: true, force: true });
    else if (!name.startsWith('..') && !top.includes(name)) await unlink(join(directory, name));
  }
}

async function writeOne(
  root: string,
  { path, content, mode, user }: VolumeFile,
  group: number | undefined,
): Promise<void> {
  const full = join(root, path);
  if (!full.startsWith(`${root}/`)) throw new Error(`a volume cannot hold the path "${path}"`);
  await mkdir(dirname(full), { recursive: true, mode: 0o755 });
  await writeFile(full, content);
  // The umask must not take anything away; a group that is given may read.
  await chmod(full, group === undefined ? mode : mode | 0o440);
  if (group !== undefined || user !== undefined) await chown(full, user ?? 0, group ?? 0);
}

async function linkAll(directory: string, names: readonly string[]): Promise<void> {
  for (const name of names) {
    const link = join(directory, name);
    const exists = await lstat(link).then(
      () => true,
      () => false,
    );
    if (!exists) await symlink(join(DATA, name), link);
  }
}

async function holds(root: string, files: readonly VolumeFile[]): Promise<boolean> {
  const present = await readdir(root, { recursive: true, withFileTypes: true }).catch(() => []);
  const count = present.filter((one) => one.isFile()).length;
  if (count !== files.length) return false;
  for (const { path, content } of files) {
    const found = await readFile(join(root, path)).catch(() => undefined);
    if (found === undefined || !found.equals(content)) return false;
  }
  return true;
}
