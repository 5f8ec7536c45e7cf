import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Normal } from '../differential/normalise.ts';

const FOLDER = join(import.meta.dirname, 'recorded');
const fileOf = (group: string) => join(FOLDER, `${group}.jsonl`);

/** The original's answers to a group's histories, by name. */
export function load(group: string): Map<string, readonly Normal[]> {
  if (!existsSync(fileOf(group))) return new Map();
  const lines = readFileSync(fileOf(group), 'utf8').split('\n');
  const parsed = lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Recorded);
  return new Map(parsed.map(({ it, answers }) => [it, answers]));
}

interface Recorded {
  readonly it: string;
  readonly answers: readonly Normal[];
}

/** Writes them, a line a history. */
export function save(group: string, recorded: ReadonlyMap<string, readonly Normal[]>): void {
  mkdirSync(FOLDER, { recursive: true });
  const lines = [...recorded].map(([it, answers]) => `${JSON.stringify({ it, answers } satisfies Recorded)}\n`);
  writeFileSync(fileOf(group), lines.join(''));
}
