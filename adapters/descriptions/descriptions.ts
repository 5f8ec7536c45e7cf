import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { classNames, classText, type ClassText } from './extract.ts';

type Classes = Readonly<Record<string, ClassText>>;

/** As `#core/apiserver/openapi` takes it. */
export type Descriptions = (definition: string, field?: string) => string | undefined;

export interface DescriptionsOptions {
  /** Where the extract is kept; it is made again where it is missing or of another version. */
  readonly cacheFile: string;
  /** A file with the extract, for where the package is not installed. */
  readonly bundled?: string;
}

/**
 * What the API's fields mean, from the doc comments of `@kubernetes/client-node`. Reads and extracts on first call; without the
 * package and without a bundled extract nothing has a description.
 */
export function clientNodeDescriptions({ cacheFile, bundled }: DescriptionsOptions): () => Promise<Descriptions> {
  let loaded: Promise<Descriptions> | undefined;
  return () => (loaded ??= load(cacheFile, bundled).then(lookUp));
}

const lookUp =
  (classes: Classes): Descriptions =>
  (definition, field = '') => {
    for (const name of classNames(definition)) {
      const text = Object.hasOwn(classes, name) ? classes[name]! : undefined;
      if (text !== undefined) return Object.hasOwn(text, field) ? text[field] : undefined;
    }
    return undefined;
  };

async function load(cacheFile: string, bundled: string | undefined): Promise<Classes> {
  const folder = modelsFolder();
  if (folder === undefined) return (bundled === undefined ? undefined : await readJson(bundled)) ?? {};
  const { version } = JSON.parse(await readFile(join(folder, '../../../package.json'), 'utf8')) as { version: string };
  const cached = (await readJson(cacheFile)) as { version: string; classes: Classes } | undefined;
  if (cached?.version === version) return cached.classes;
  const classes = await extract(folder);
  await keep(cacheFile, JSON.stringify({ version, classes }));
  return classes;
}

function modelsFolder(): string | undefined {
  try {
    return join(dirname(fileURLToPath(import.meta.resolve('@kubernetes/client-node'))), 'gen/models');
  } catch {
    return undefined;
  }
}

async function readJson<T>(file: string): Promise<T | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as T;
  } catch {
    return undefined;
  }
}

async function extract(folder: string): Promise<Classes> {
  const classes: Record<string, ClassText> = {};
  const files = (await readdir(folder)).filter((name) => name.endsWith('.d.ts'));
  for (const file of files) {
    const found = classText(await readFile(join(folder, file), 'utf8'));
    if (found !== undefined) classes[found.name] = found.text;
  }
  return classes;
}

/** Another process may do the same: the last one wins, and nobody reads half a file. A folder that cannot be written is no failure. */
async function keep(file: string, text: string): Promise<void> {
  try {
    await mkdir(dirname(file), { recursive: true });
    const beside = `${file}.${process.pid}`;
    await writeFile(beside, text);
    await rename(beside, file);
  } catch {
    // It is only a cache.
  }
}
