import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';
import type { Kind } from './kinds.ts';
import type { Life, Step } from './life.ts';
import type { Answer } from './play.ts';

/** A life with what the original answered to each of its steps. */
export interface Recorded {
  readonly id: string;
  readonly steps: readonly (Step & { readonly answer: Answer })[];
}

const FOLDER = join(import.meta.dirname, 'recorded');
const fileOf = (kind: Kind): string => join(FOLDER, `${kind.id.replaceAll(/[/ ]/g, '-')}.jsonl.br`);

/** One file a kind: JSON lines, a life each, compressed. */
export function save(kind: Kind, lives: readonly Life[], answers: readonly (readonly Answer[])[]): number {
  mkdirSync(FOLDER, { recursive: true });
  const lines = lives.map(({ id, steps }, n) =>
    JSON.stringify({ id, steps: steps.map((step, m) => ({ ...step, answer: answers[n]![m]! })) }),
  );
  const text = Buffer.from(lines.join('\n'));
  const packed = brotliCompressSync(text, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: 9,
      [constants.BROTLI_PARAM_LGWIN]: 24,
      [constants.BROTLI_PARAM_SIZE_HINT]: text.length,
    },
  });
  writeFileSync(fileOf(kind), packed);
  return packed.length;
}

/** What was recorded of a kind; nothing where it was not. */
export function load(kind: Kind): readonly Recorded[] {
  if (!existsSync(fileOf(kind))) return [];
  const lines = brotliDecompressSync(readFileSync(fileOf(kind)))
    .toString('utf8')
    .split('\n');
  return lines.map((line) => JSON.parse(line) as Recorded);
}
