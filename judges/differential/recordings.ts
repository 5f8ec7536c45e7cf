import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { Normal } from './normalise.ts';

const FOLDER = join(import.meta.dirname, 'recorded');
/** Longer recordings are compressed: nobody reads their differences in git. */
const LONG = 64_000;

/** Writes the original's answers to a scenario, a line each. */
export function save(scenario: string, answers: readonly Normal[]): void {
  mkdirSync(FOLDER, { recursive: true });
  const text = answers.map((one) => `${JSON.stringify(one)}\n`).join('');
  const path = join(FOLDER, `${scenario}.jsonl`);
  for (const old of [path, `${path}.gz`]) rmSync(old, { force: true });
  if (text.length < LONG) writeFileSync(path, text);
  else writeFileSync(`${path}.gz`, gzipSync(text, { level: 9 }));
}

/** The recorded answers to a scenario; `undefined` where there are none. */
export function load(scenario: string): readonly Normal[] | undefined {
  const path = join(FOLDER, `${scenario}.jsonl`);
  const text = existsSync(path)
    ? readFileSync(path, 'utf8')
    : existsSync(`${path}.gz`)
      ? gunzipSync(readFileSync(`${path}.gz`)).toString()
      : undefined;
  return text
    ?.split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Normal);
}
