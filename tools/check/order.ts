import { readFileSync, readdirSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

/** Core's folders; each may import only from itself and those before it. */
export const ORDER = [
  'base',
  'machinery',
  'api',
  'store',
  'apiserver',
  'client',
  'operator',
  'controllers',
  'scheduler',
  'kubelet',
  'network',
  'cluster',
  'testing',
] as const;

/** npm packages allowed in core, each in one folder: pure JavaScript, nothing done at import. */
const PACKAGES: Readonly<Record<string, string>> = { re2js: 'core/base', pako: 'core/machinery/streams' };

const IMPORT =
  /(?:^|\n)\s*(?:import|export)\s[^'"`;]*?from\s*['"]([^'"]+)['"]|(?:^|\n)\s*import\s*['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)/g;

function* sources(folder: string): Generator<string> {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) yield* sources(path);
    else if (name.endsWith('.ts') && !/\.(test|contract|bench)\.ts$/.test(name) && name !== 'env.d.ts') yield path;
  }
}

/** Everything in core that breaks the order of its folders, reaches into a module past its index, or brings in a package. */
export function violations(root: string): { readonly files: number; readonly found: string[] } {
  const found: string[] = [];
  let files = 0;
  for (const path of sources(join(root, 'core'))) {
    files++;
    const here = relative(root, path);
    const rank = ORDER.indexOf(here.split('/')[1] as (typeof ORDER)[number]);
    if (rank < 0) found.push(`${here}: core/${here.split('/')[1]} has no place in the order of core's folders`);
    for (const match of readFileSync(path, 'utf8').matchAll(IMPORT)) {
      const target = match[1] ?? match[2] ?? match[3]!;
      if (match[3] !== undefined) found.push(`${here}: dynamic import of ${target}`);
      if (target.startsWith('.')) {
        const to = relative(root, join(dirname(path), target));
        if (to.split('/')[1] !== here.split('/')[1])
          found.push(`${here}: imports ${target} across modules; use #core/...`);
      } else if (target.startsWith('#core/')) {
        const to = ORDER.indexOf(target.split('/')[1] as (typeof ORDER)[number]);
        if (to < 0 || to > rank) found.push(`${here}: imports ${target}, which stands later in the order`);
      } else {
        const allowed = PACKAGES[target];
        if (allowed === undefined || !here.startsWith(`${allowed}/`))
          found.push(`${here}: imports ${target}, which core (or this folder of it) may not`);
      }
    }
  }
  return { files, found };
}
