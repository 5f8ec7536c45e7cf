import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const VERSION = '1.37.0';
/** Debian's release that carries the source of this version. */
const RELEASE = 'trixie';
const KEYS = '/usr/share/keyrings/debian-archive-keyring.gpg';

/**
 * The program of busybox's own source and default configuration, linked statically, as the original's image has it; built once.
 * Debian's program is another: its shell drops environment variables with names such as data-1, and prefers its own applets to the
 * programs of those names. Throws where apt, a C compiler or make is missing.
 */
export function busyboxProgram(cache: string): string {
  const program = join(cache, `busybox-${VERSION}`);
  if (existsSync(program)) return program;
  const work = mkdtempSync(join(tmpdir(), 'kubernode-busybox-'));
  try {
    const run = (command: string, ...args: string[]) =>
      execFileSync(command, args, { cwd: work, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
    download(work, run);
    run('tar', '-xjf', `busybox_${VERSION}.orig.tar.bz2`);
    const make = (...args: string[]) => run('make', '-s', '-C', `busybox-${VERSION}`, ...args);
    make('defconfig');
    const config = join(work, `busybox-${VERSION}`, '.config');
    // Linux took away what its traffic control names.
    const settings = readFileSync(config, 'utf8')
      .replace('# CONFIG_STATIC is not set', 'CONFIG_STATIC=y')
      .replace('CONFIG_TC=y', '# CONFIG_TC is not set');
    writeFileSync(config, settings);
    make('-j2');
    mkdirSync(cache, { recursive: true });
    run('cp', `busybox-${VERSION}/busybox`, `${program}.new`);
    renameSync(`${program}.new`, program);
    return program;
  } catch (failure) {
    throw new Error(`busybox cannot be built (needs apt, gcc, make): ${String(failure)}`, { cause: failure });
  } finally {
    rmSync(work, { recursive: true });
  }
}

/** By lists of its own: the machine's release may carry another version, and its settings stay as they are. */
function download(work: string, run: (command: string, ...args: string[]) => string): void {
  for (const folder of ['lists/partial', 'archives/partial']) mkdirSync(join(work, folder), { recursive: true });
  const sources = join(work, 'sources.list');
  writeFileSync(sources, `deb-src [signed-by=${KEYS}] http://deb.debian.org/debian ${RELEASE} main\n`);
  const settings = [
    `Dir::Etc::SourceList=${sources}`,
    'Dir::Etc::SourceParts=/dev/null',
    `Dir::State::Lists=${join(work, 'lists')}`,
    `Dir::Cache=${work}`,
    'APT::Sandbox::User=root',
  ].flatMap((setting) => ['-o', setting]);
  run('apt-get', ...settings, '-qq', 'update');
  run('apt-get', ...settings, '-qq', '--download-only', 'source', `busybox/${RELEASE}`);
}
