import type { Entry } from '#core/store';
import { modified } from './conflicts.ts';
import { current, prepared, type Writing } from './write.ts';

/** Times that a write is tried when something else came first. */
export const ATTEMPTS = 8;

/**
 * Reads what a write starts from, ready to be read, and writes, until nobody comes between: `write` gives `undefined` where
 * somebody did. Throws a StatusError (409) once that happened too often. Who said what it expects is refused by `write` the
 * next time.
 */
export async function attempt<Done>(
  writing: Writing,
  write: (entry: Entry | undefined) => Promise<Done | undefined>,
): Promise<Done> {
  for (let attempts = ATTEMPTS; attempts > 0; attempts--) {
    const entry = current(writing);
    const waits = entry && prepared(writing.target.definition, [entry]);
    if (waits !== undefined) await waits;
    const done = await write(entry);
    if (done !== undefined) return done;
  }
  throw modified(writing.target);
}
