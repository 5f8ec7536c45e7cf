import { spawn } from 'node:child_process';
import { join } from 'node:path';

/** `npm test [-- FILTER]`: every test that this machine can run; says which it cannot, and ends with the counts. */
const root = join(import.meta.dirname, '../..');
const child = spawn(
  process.execPath,
  [
    join(root, 'node_modules/vitest/vitest.mjs'),
    'run',
    '--config',
    join(root, 'vitest.config.ts'),
    ...process.argv.slice(2),
  ],
  { cwd: root, stdio: 'inherit' },
);
child.on('exit', (code) => process.exit(code ?? 1));
