import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const FILE = join(import.meta.dirname, 'baseline.txt');

/** The differences that are known and not mended yet, by their ids. */
export const readBaseline = (): ReadonlySet<string> =>
  new Set(
    existsSync(FILE)
      ? readFileSync(FILE, 'utf8')
          .split('\n')
          .filter((line) => line !== '')
      : [],
  );

export const writeBaseline = (ids: readonly string[]): void =>
  writeFileSync(
    FILE,
    [...new Set(ids)]
      .toSorted()
      .map((id) => `${id}\n`)
      .join(''),
  );
