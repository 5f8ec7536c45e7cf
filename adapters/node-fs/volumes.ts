import { chmod, chown, lstat, mkdir, open, readdir, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Volumes } from '#core/kubelet';
import { writeAtomically } from './atomic-files.ts';
import { checkHostPath } from './host-path.ts';
import { type Mounts, systemMounts } from './mounts.ts';

/** Mounts images, where the runtime leaves that to the kubelet. */
export interface ImageMounts {
  mount(image: string, path: string): Promise<void>;
  unmount(path: string): Promise<void>;
}

/** A kubelet's volumes below `root` (`/var/lib/kubelet`), laid out as upstream's: `pods/UID/volumes/PLUGIN/NAME`. */
export function nodeVolumes(
  root: string,
  { mounts = systemMounts(), images }: { readonly mounts?: Mounts; readonly images?: ImageMounts } = {},
): Volumes {
  const pods = join(root, 'pods');
  const folderOf = (pod: string) => join(pods, plain(pod));
  const writing = new Map<string, Promise<void>>();
  /** One write of a volume at a time: a start and a renewal may want the same one at once. */
  const inTurn = (path: string, write: () => Promise<void>): Promise<void> => {
    const mine = (writing.get(path) ?? Promise.resolve()).catch(() => undefined).then(write);
    writing.set(path, mine);
    const forget = () => {
      if (writing.get(path) === mine) writing.delete(path);
    };
    mine.then(forget, forget);
    return mine;
  };

  return {
    real: true,

    async emptyDir(pod, name, { memory, sizeBytes, group }) {
      const path = join(folderOf(pod), 'volumes', 'kubernetes.io~empty-dir', plain(name));
      const isFresh = (await mkdir(path, { recursive: true })) !== undefined;
      const isMounted = memory && (await mounts.below(path)).includes(path);
      if (memory && !isMounted) await mounts.tmpfs(path, sizeBytes);
      if (memory ? isMounted : !isFresh) return path;
      // What containers have changed since is theirs: ownership is set on a fresh volume only.
      await chmod(path, group === undefined ? 0o777 : 0o2777);
      if (group !== undefined) await chown(path, 0, group);
      return path;
    },

    async files(pod, plugin, name, files, group) {
      const path = join(folderOf(pod), 'volumes', plain(plugin), plain(name));
      await inTurn(path, () => writeAtomically(path, files, group));
      return path;
    },

    ...(images === undefined
      ? {}
      : {
          async image(pod, name, image) {
            const path = join(folderOf(pod), 'volumes', IMAGES, plain(name));
            await inTurn(path, async () => {
              await mkdir(path, { recursive: true });
              if (!(await mounts.below(path)).includes(path)) await images.mount(image, path);
            });
            return path;
          },
        }),

    hostPath: checkHostPath,
    subPath: openSubPath,

    async file(pod, path, text, mode) {
      const full = join(folderOf(pod), path);
      await mkdir(dirname(full), { recursive: true });
      await writeFile(full, text);
      await chmod(full, mode);
      return full;
    },

    async read(pod, path, limit) {
      const file = await open(join(folderOf(pod), path)).catch(() => undefined);
      if (file === undefined) return '';
      try {
        const { size } = await file.stat();
        const buffer = Buffer.alloc(Math.min(size, limit));
        const { bytesRead } = await file.read(buffer, 0, buffer.length, Math.max(0, size - limit));
        return buffer.toString('utf8', 0, bytesRead);
      } finally {
        await file.close();
      }
    },

    async remove(pod) {
      const folder = folderOf(pod);
      const isImage = (point: string) => images !== undefined && dirname(point) === join(folder, 'volumes', IMAGES);
      for (const point of await mounts.below(folder)) {
        await (isImage(point) ? images!.unmount(point) : mounts.unmount(point));
      }
      // Removing through a mount would remove what belongs to somebody else.
      const left = await mounts.below(folder);
      if (left.length > 0) throw new Error(`"${left[0]}" is still mounted`);
      // A file may be written while this goes on, at most once.
      await rm(folder, { recursive: true, force: true, maxRetries: 2 });
    },

    pods: async () => readdir(pods).catch(() => []),
  };
}

const IMAGES = 'kubernetes.io~image';

/** A name that is one part of a path and no more. */
function plain(name: string): string {
  if (name === '' || name === '.' || name === '..' || name.includes('/')) throw new Error(`"${name}" is no plain name`);
  return name;
}

/** Makes what is missing, step by step, and never follows a link out of the volume. */
async function openSubPath(volume: string, path: string): Promise<string> {
  const root = await realpath(volume);
  let at = root;
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..') throw new Error(`subPath "${path}" must not contain ".."`);
    const next = join(at, part);
    const found = await lstat(next).catch(() => undefined);
    if (found === undefined) {
      const { mode, gid } = await stat(at);
      await mkdir(next);
      await chmod(next, mode & 0o7777);
      await chown(next, 0, gid).catch(() => undefined);
      at = next;
    } else at = found.isSymbolicLink() ? await realpath(next) : next;
    if (at !== root && !resolve(at).startsWith(`${root}/`))
      throw new Error(`subPath "${path}" leads out of its volume`);
  }
  return at;
}
