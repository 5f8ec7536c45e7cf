import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { layerOf, type TarEntry } from '#adapters/image';

const PACKAGES = ['curl', 'bind9-dnsutils', 'netcat-openbsd', 'libc-bin', 'ca-certificates'];
/** Nobody reads these in a test. */
const TRIMMED = /^usr\/share\/(?:doc|man|info|locale|lintian|bash-completion)\//;
/** What a package manager would want, and programs of which busybox has lighter ones. */
const UNWANTED = new Set(['debconf', 'dpkg', 'perl-base', 'tar', 'debconf-2.0', 'cdebconf']);

const quiet = { encoding: 'utf8' as const, stdio: ['ignore', 'pipe', 'pipe'] as ['ignore', 'pipe', 'pipe'] };

/** Debian's packages of these names and all that they need, unpacked and not configured: curl, dig, nc and getent on glibc. */
export function debianFiles(cache: string): readonly TarEntry[] {
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
