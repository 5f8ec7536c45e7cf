import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

/** The containerd of this machine. */
export interface InstalledContainerd {
  /** Absolute paths. */
  readonly command: string;
  readonly runc: string;
  readonly ctr: string;
  readonly major: number;
  readonly minor: number;
  /** Where the CNI plugins lie. */
  readonly cniPlugins: string;
}

const CNI_FOLDERS = ['/opt/cni/bin', '/usr/lib/cni', '/usr/libexec/cni'];
const NEEDED_PLUGINS = ['ptp', 'host-local', 'portmap', 'loopback'];
const SYSTEM_FOLDERS = ['/usr/local/bin', '/usr/bin', '/bin', '/usr/local/sbin', '/usr/sbin', '/sbin'];

const isExecutable = (path: string): Promise<boolean> =>
  access(path, constants.X_OK).then(
    () => true,
    () => false,
  );

async function find(command: string, folders: readonly string[]): Promise<string | undefined> {
  for (const folder of folders) {
    const path = join(folder, command);
    if (await isExecutable(path)) return path;
  }
  return undefined;
}

const versionText = (command: string): Promise<string> =>
  new Promise((resolve, reject) => {
    execFile(command, ['--version'], (error, stdout) => (error === null ? resolve(stdout) : reject(error)));
  });

/** `containerd github.com/containerd/containerd v2.1.9 ...` → 2, 1; undefined where it says no version. */
export function parseVersion(text: string): { major: number; minor: number } | undefined {
  const match = /\bv?(\d+)\.(\d+)\.\d+/.exec(text);
  return match === null ? undefined : { major: Number(match[1]), minor: Number(match[2]) };
}

/** What a real node needs and this machine lacks, or where it is: the text says what to install. */
export async function findContainerd(
  path: string = process.env['PATH'] ?? '',
): Promise<InstalledContainerd | { readonly missing: string }> {
  const folders = [...path.split(delimiter).filter((folder) => folder !== ''), ...SYSTEM_FOLDERS];
  const [command, runc, ctr] = await Promise.all([
    find('containerd', folders),
    find('runc', folders),
    find('ctr', folders),
  ]);
  if (command === undefined || ctr === undefined) return { missing: 'containerd is not installed' };
  if (runc === undefined) return { missing: 'runc is not installed' };
  let cniPlugins: string | undefined;
  for (const folder of CNI_FOLDERS) {
    const present = await Promise.all(NEEDED_PLUGINS.map((plugin) => isExecutable(join(folder, plugin))));
    if (present.every(Boolean)) {
      cniPlugins = folder;
      break;
    }
  }
  if (cniPlugins === undefined) {
    return { missing: `the CNI plugins ${NEEDED_PLUGINS.join(', ')} are in none of ${CNI_FOLDERS.join(', ')}` };
  }
  const version = parseVersion(await versionText(command).catch(() => ''));
  if (version === undefined) return { missing: `${command} does not tell its version` };
  if (version.major < 1 || (version.major === 1 && version.minor < 6)) {
    return { missing: `containerd ${version.major}.${version.minor} is too old: 1.6 or later is needed` };
  }
  return { command, runc, ctr, ...version, cniPlugins };
}
