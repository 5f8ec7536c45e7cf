import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Mounts and unmounts; replaced where a test runs without the right to. */
export interface Mounts {
  /** `sizeBytes` undefined: half of the machine's memory, as the kernel's default. */
  tmpfs(path: string, sizeBytes: number | undefined): Promise<void>;
  unmount(path: string): Promise<void>;
  /** All mount points at or below `path`, the deepest first. */
  below(path: string): Promise<readonly string[]>;
}

const said = (failure: unknown): never => {
  const { stderr, message } = failure as { readonly stderr?: string; readonly message: string };
  throw new Error((stderr ?? '').trim() || message, { cause: failure });
};

export function systemMounts(): Mounts {
  return {
    async tmpfs(path, sizeBytes) {
      const options = ['mode=0777', ...(sizeBytes === undefined ? [] : [`size=${sizeBytes}`])];
      await run('mount', ['-t', 'tmpfs', '-o', options.join(), 'tmpfs', path]).catch(said);
    },
    unmount: async (path) => void (await run('umount', [path]).catch(said)),
    async below(path) {
      const table = await readFile('/proc/self/mountinfo', 'utf8');
      const points = table.split('\n').flatMap((line) => {
        const point = line.split(' ')[4];
        return point === undefined ? [] : [unescape(point)];
      });
      return points
        .filter((point) => point === path || point.startsWith(`${path}/`))
        .sort((a, b) => b.length - a.length);
    },
  };
}

/** The kernel writes blanks and the like in octal. */
const unescape = (point: string): string =>
  point.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
