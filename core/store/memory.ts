import type { Backend } from './backend.ts';
import { journalBackend } from './journal-backend.ts';

/** Keeps nothing beyond the process: for tests, and for clusters that nobody will miss. */
export function memoryBackend(): Backend {
  return journalBackend({
    // Not 0 at the start: as a resourceVersion "0" means "any" to clients.
    open: () => Promise.resolve({ entries: new Map(), revision: 1, oldest: 1, changes: [] }),
    stage: () => true,
    flush: () => Promise.resolve(),
    drop() {},
    close: () => Promise.resolve(),
  });
}
