import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { Failure } from './failure.ts';

/** A program that real containers need, and Debian's package of it. */
interface Requirement {
  readonly program: string;
  readonly package: string;
}

const REQUIREMENTS: readonly Requirement[] = [
  { program: 'containerd', package: 'containerd' },
  { program: 'ctr', package: 'containerd' },
  { program: 'runc', package: 'runc' },
  { program: 'nft', package: 'nftables' },
  { program: 'iptables', package: 'iptables' },
  { program: 'conntrack', package: 'conntrack' },
  { program: 'ip', package: 'iproute2' },
  { program: 'nsenter', package: 'util-linux' },
  { program: 'unshare', package: 'util-linux' },
  { program: 'setpriv', package: 'util-linux' },
];
const PLUGINS = ['ptp', 'portmap', 'host-local', 'loopback'];
const PLUGIN_FOLDERS = ['/opt/cni/bin', '/usr/lib/cni', '/usr/libexec/cni'];

/** The full path of a program, looked for where the shell would and in the administrator's folders. */
export function which(program: string): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/local/sbin', '/usr/sbin', '/sbin'];
  for (const folder of folders) {
    if (folder === '') continue;
    const path = join(folder, program);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // Not here.
    }
  }
  return undefined;
}

/** The folder that holds the CNI plugins. */
export const cniPlugins = (): string | undefined =>
  PLUGIN_FOLDERS.find((folder) => PLUGINS.every((plugin) => existsSync(join(folder, plugin))));

/** Debian packages of what is missing for real containers; empty when all is there. */
export function missingPackages(): readonly string[] {
  const missing = REQUIREMENTS.filter(({ program }) => which(program) === undefined).map((one) => one.package);
  if (cniPlugins() === undefined) missing.push('containernetworking-plugins');
  return [...new Set(missing)].sort();
}

/** Why `up` cannot run real containers here, in one clause; undefined when it can. */
export function whyNoContainers(): string | undefined {
  if (process.platform !== 'linux') return `real containers need Linux, and this is ${process.platform}`;
  if (process.getuid?.() !== 0) return 'real containers need root (run it with sudo)';
  const missing = missingPackages();
  return missing.length === 0 ? undefined : `missing: ${missing.join(', ')} (apt-get install ${missing.join(' ')})`;
}

const APT = ['--yes', '--no-install-recommends', '--no-remove'];
const QUIET = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' };

/** Installs Debian packages after one line that says what and how large; removes nothing and starts no service. */
export function installPackages(packages: readonly string[], say: (line: string) => void): void {
  const apt = which('apt-get');
  if (apt === undefined) {
    throw new Failure(
      `Install ${packages.join(', ')} with your system's package manager (there is no apt-get here), then run the command again.`,
    );
  }
  const simulate = () =>
    spawnSync(apt, ['install', '--assume-no', ...APT.slice(1), ...packages], { env: QUIET, encoding: 'utf8' });
  let plan = simulate();
  if (/Unable to locate|has no installation candidate|no longer|Failed to fetch/.test(plan.stderr + plan.stdout)) {
    say('Reading the package lists (apt-get update) ...');
    spawnSync(apt, ['update', '-qq'], { env: QUIET, stdio: 'ignore' });
    plan = simulate();
  }
  const size = /After this operation, (.+?) of additional disk space/.exec(plan.stdout)?.[1] ?? 'an unknown amount';
  const all =
    /The following NEW packages will be installed:\n((?: .*\n)+)/.exec(plan.stdout)?.[1]?.trim().split(/\s+/) ??
    packages;
  say(`Installing ${all.join(', ')} with apt-get (${size} of disk) ...`);

  // Debian's packages ask this script whether they may start their services.
  const policy = '/usr/sbin/policy-rc.d';
  const ours = !existsSync(policy);
  if (ours) writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    const run = () => spawnSync(apt, ['install', '-qq', ...APT, ...packages], { env: QUIET, encoding: 'utf8' });
    let done = run();
    if (done.status !== 0 && /Failed to fetch|Unable to fetch/.test(done.stderr)) {
      spawnSync(apt, ['update', '-qq'], { env: QUIET, stdio: 'ignore' });
      done = run();
    }
    if (done.status !== 0) {
      const why =
        done.stderr
          .trim()
          .split('\n')
          .findLast((line) => line.startsWith('E:')) ?? `apt-get ended with ${done.status ?? done.signal}`;
      throw new Failure(`apt-get could not install ${packages.join(', ')}: ${why}`);
    }
  } finally {
    if (ours) rmSync(policy, { force: true });
  }
}
