import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const FILE = join(import.meta.dirname, 'unequal.txt');

/** Ids of the cases that are known to differ and are not mended yet. A line a kind: `apps/v1 Deployment: 12.3 13.0`. */
export function readKnown(): ReadonlySet<string> {
  const known = new Set<string>();
  if (!existsSync(FILE)) return known;
  for (const line of readFileSync(FILE, 'utf8').split('\n')) {
    const [kind, numbers] = line.split(': ');
    for (const number of numbers?.split(' ') ?? []) known.add(`${kind}#${number}`);
  }
  return known;
}

export function writeKnown(ids: readonly string[]): void {
  const kinds = Map.groupBy(ids, (id) => id.slice(0, id.indexOf('#')));
  const line = (kind: string, ones: readonly string[]) =>
    `${kind}: ${ones.map((id) => id.slice(kind.length + 1)).join(' ')}\n`;
  writeFileSync(FILE, [...kinds].map(([kind, ones]) => line(kind, ones)).join(''));
}
