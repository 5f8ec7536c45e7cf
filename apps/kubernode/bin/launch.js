// Plain JavaScript for Node >= 18: everything else of the project runs on the Node that npm installs beside it.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, lstatSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '../../..');
const MAJOR = 26;

/** Installs the npm packages when they are missing or older than the lock file. */
export function install() {
  const packages = join(root, 'node_modules');
  // `npm ci` empties the folder first: behind a link it is another checkout's, whose programs may be running from it.
  if (lstatSync(packages, { throwIfNoEntry: false })?.isSymbolicLink()) return;
  const marker = join(packages, '.package-lock.json');
  const lock = join(root, 'package-lock.json');
  if (existsSync(marker) && statSync(marker).mtimeMs >= statSync(lock).mtimeMs) return;
  console.error('Installing npm packages (about 350 MB, most of it Node 26) ...');
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  // npm < 11 does not clean a half-installed folder by itself; `ci` starts afresh.
  const done = spawnSync(npm, ['ci', '--ignore-scripts', '--no-fund', '--no-audit', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (done.status !== 0) {
    console.error('kubernode: npm could not install the packages; see its messages above, then run the command again.');
    process.exit(1);
  }
}

/** The Node that runs the project: this one if it is new enough, else the one among the packages. */
export function findNode() {
  if (Number(process.versions.node.split('.')[0]) >= MAJOR) return process.execPath;
  const packages = join(root, 'node_modules');
  for (const name of existsSync(packages) ? readdirSync(packages) : []) {
    if (!name.startsWith('node-')) continue;
    const binary = join(packages, name, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
    if (existsSync(binary)) return binary;
  }
  console.error(
    `kubernode: needs Node ${MAJOR}, and there is none for ${process.platform}-${process.arch} among the npm packages. Install Node ${MAJOR} and run the command again.`,
  );
  process.exit(1);
}

/** Runs a script of the project on the right Node and ends as it ends. */
export function run(script, args) {
  install();
  const node = findNode();
  const path = `${dirname(node)}${process.platform === 'win32' ? ';' : ':'}${process.env.PATH ?? ''}`;
  const child = spawn(node, ['--disable-warning=ExperimentalWarning', join(root, script), ...args], {
    stdio: 'inherit',
    env: { ...process.env, PATH: path },
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    console.error(`kubernode: cannot start ${node}: ${error.message}`);
    process.exit(1);
  });
  child.on('exit', (code, signal) => process.exit(signal === null ? (code ?? 1) : 128 + 15));
}
