import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { busyboxLayer, imageArchive, ociArchitecture } from '#adapters/image';
import { upstreamProgram } from '../common/upstream.ts';
import { baseLayer } from './base.ts';
import { busyboxProgram } from './busybox.ts';
import { RECIPES, type Ingredients } from './recipes.ts';

/** How the images differ from those whose names they bear: said beside every result. */
export const DISCLOSURE = [
  "agnhost is built from the Go module on Debian's packages and busybox, not on Alpine; 2.55 has the content of 2.63.0",
  "busybox is built from the source of 1.37.0 in Debian's archive",
  'nginx is agnhost test-webserver: no test tells the difference',
  'nautilus and kitten carry the original files on that agnhost; os-release of kitten, which is never executed, says Alpine Linux all the same',
  'nonewprivs runs the same lines out of agnhost',
  'etcd and sample-apiserver are built from their Go modules, the latter of v0.36.1 instead of v0.29.2',
  "pause is Kubernode's own program",
];

const ENV = ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'];
const PROGRAMS = ['agnhost', 'etcd', 'sample-apiserver'];

/** Makes the images that the tests run, in a cache; gives their archives. Throws a reason where they cannot be made. */
export function testImages(): readonly string[] {
  const missing = PROGRAMS.filter((name) => upstreamProgram(name) === undefined);
  if (missing.length > 0) {
    throw new Error(`no ${missing.join(', ')} (judges/upstream/build ${missing.join(' ')} makes it; needs Go)`);
  }
  const cache = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'kubernode/conformance-images');
  const archives = join(cache, recipeDigest());
  mkdirSync(archives, { recursive: true });
  const of = ingredients(cache);
  return RECIPES.map(({ name, reference, config, layers }) => {
    const path = join(archives, `${name}.tar`);
    if (!existsSync(path)) {
      const architecture = ociArchitecture(process.arch);
      const spec = { references: [reference], config: { Env: ENV, ...config }, layers: layers(of), architecture };
      writeFileSync(path, imageArchive(spec).bytes);
    }
    return path;
  });
}

/** Changes with what the images are made by and of. */
function recipeDigest(): string {
  const hash = createHash('sha256');
  for (const name of readdirSync(import.meta.dirname).sort())
    hash.update(readFileSync(join(import.meta.dirname, name)));
  for (const name of PROGRAMS) {
    const { size, mtimeMs } = statSync(upstreamProgram(name)!);
    hash.update(`${name} ${size} ${mtimeMs}\n`);
  }
  return hash.digest('hex').slice(0, 16);
}

function ingredients(cache: string): Ingredients {
  const once = <T>(make: () => T): (() => T) => {
    let made: { readonly value: T } | undefined;
    return () => (made ??= { value: make() }).value;
  };
  const shell = once(() => busyboxProgram(cache));
  const sources = once(() =>
    execFileSync(join(import.meta.dirname, '../upstream/build'), ['src'], { encoding: 'utf8' }).trim(),
  );
  return {
    base: once(() => baseLayer(cache, shell())),
    busybox: once(() => busyboxLayer(shell())),
    program: (name) => readFileSync(upstreamProgram(name)!),
    source: (path) => readFileSync(join(sources(), path)),
  };
}
