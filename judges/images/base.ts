import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { layerOf, type TarEntry } from '#adapters/image';

const PACKAGES = ['curl', 'bind9-dnsutils', 'netcat-openbsd', 'libc-bin', 'ca-certificates'];
/** Nobody reads these in a test. */
const TRIMMED = /^usr\/share\/(?:doc|man|info|locale|lintian|bash-completion)\//;
/** What a package manager would want, and programs of which busybox has lighter ones. */
const UNWANTED = new Set(['debconf', 'dpkg', 'perl-base', 'tar', 'debconf-2.0', 'cdebconf']);

const quiet = { encoding: 'utf8' as const, stdio: ['ignore', 'pipe', 'pipe'] as ['ignore', 'pipe', 'pipe'] };

/** The root of an image with curl, dig, nc and getent on glibc, and busybox for the shell and the small programs. */
export const baseLayer = (cache: string, busybox: string): readonly TarEntry[] =>
  withBusybox(debianFiles(cache), busybox);

/** Debian's packages of these names and all that they need, unpacked and not configured. */
function debianFiles(cache: string): readonly TarEntry[] {
  const packages = join(cache, 'packages');
  if (!existsSync(packages)) {
    const making = mkdtempSync(join(tmpdir(), 'kubernode-packages-'));
    const less = ['recommends', 'suggests', 'conflicts', 'breaks', 'replaces', 'enhances'].map((one) => `--no-${one}`);
    const tree = execFileSync('apt-cache', ['depends', '--recurse', ...less, ...PACKAGES], quiet);
    const names = [...new Set(tree.split('\n').filter((line) => /^[a-z0-9]/.test(line)))];
    execFileSync('apt-get', ['download', '-q', ...names.filter((name) => !UNWANTED.has(name))], {
      ...quiet,
      cwd: making,
    });
    mkdirSync(cache, { recursive: true });
    execFileSync('cp', ['-r', making, packages]);
    rmSync(making, { recursive: true });
  }
  const root = mkdtempSync(join(tmpdir(), 'kubernode-root-'));
  try {
    for (const name of readdirSync(packages)) execFileSync('dpkg-deb', ['-x', join(packages, name), root], quiet);
    return layerOf(root)
      .filter(({ path }) => !TRIMMED.test(path))
      .map((entry) => ({ ...entry, uid: 0, gid: 0 }));
  } finally {
    rmSync(root, { recursive: true });
  }
}

/** A link of each applet's name, where no package brought a program of it. */
function withBusybox(files: readonly TarEntry[], shell: string): readonly TarEntry[] {
  const names = new Set(files.map(({ path }) => path.replace(/\/$/, '')));
  const applets = execFileSync(shell, ['--list'], { encoding: 'utf8' }).trim().split('\n');
  const links = [...applets.filter((name) => !['busybox', 'nc'].includes(name)), 'sh']
    .filter((name, at, all) => all.indexOf(name) === at)
    .filter((name) => !['bin', 'usr/bin', 'sbin', 'usr/sbin'].some((folder) => names.has(`${folder}/${name}`)))
    .map((name): TarEntry => ({ path: `bin/${name}`, mode: 0o777, linkTo: '/bin/busybox' }));
  const text = (path: string, content: string): TarEntry => ({ path, mode: 0o644, content: Buffer.from(content) });
  const more: TarEntry[] = [
    { path: 'bin/busybox', mode: 0o755, content: readFileSync(shell) },
    ...links,
    { path: 'bin/nc', mode: 0o777, linkTo: '/bin/nc.openbsd' },
    text('etc/nsswitch.conf', 'passwd: files\ngroup: files\nhosts: files dns\n'),
    text('etc/passwd', 'root:x:0:0:root:/root:/bin/sh\n'),
    text('etc/group', 'root:x:0:\n'),
    ...['proc/', 'sys/', 'dev/', 'root/', 'run/', 'var/', 'bin/'].map((path) => ({ path, mode: 0o755 })),
    { path: 'tmp/', mode: 0o1777 },
  ];
  const own = new Set(more.map(({ path }) => path));
  const isFolder = ({ path }: TarEntry) => path.endsWith('/');
  const all = [...files.filter(({ path }) => !own.has(path)), ...more];
  return [
    ...all.filter(isFolder).sort((a, b) => a.path.length - b.path.length),
    ...all.filter((one) => !isFolder(one)),
  ];
}
