import { join } from 'node:path';
import { command } from './steps.ts';

/** `npm run format`: writes every file in the project's format. */
const root = join(import.meta.dirname, '../..');
process.chdir(root);
const { ok, output } = await command('oxfmt', join(root, 'node_modules/.bin/oxfmt'), '.');
console.log(output.trimEnd());
process.exit(ok ? 0 : 1);
