import type { Stats } from 'node:fs';
import { mkdir, stat, writeFile } from 'node:fs/promises';

interface Kind {
  readonly is: (found: Stats) => boolean;
  readonly noun: string;
}

const KINDS: Readonly<Record<string, Kind>> = {
  Directory: { is: (found) => found.isDirectory(), noun: 'directory' },
  File: { is: (found) => found.isFile(), noun: 'file' },
  Socket: { is: (found) => found.isSocket(), noun: 'socket file' },
  CharDevice: { is: (found) => found.isCharacterDevice(), noun: 'character device' },
  BlockDevice: { is: (found) => found.isBlockDevice(), noun: 'block device' },
};

/** Looks whether a path of the host is what the volume says, and makes what `...OrCreate` allows to. Upstream: pkg/volume/hostpath/host_path.go. */
export async function checkHostPath(path: string, type: string): Promise<string> {
  if (type === '') return path;
  const found = await stat(path).catch(() => undefined);
  if (found === undefined && type === 'DirectoryOrCreate') {
    await mkdir(path, { recursive: true, mode: 0o755 });
    return path;
  }
  if (found === undefined && type === 'FileOrCreate') {
    await writeFile(path, '', { mode: 0o644 });
    return path;
  }
  const kind = KINDS[type.replace(/OrCreate$/, '')];
  if (kind === undefined) throw new Error(`hostPath type "${type}" is not known`);
  if (found === undefined || !kind.is(found))
    throw new Error(`hostPath type check failed: ${path} is not a ${kind.noun}`);
  return path;
}
