import { browser } from './browser.ts';
import { vitest } from './vitest.ts';

/** `npm test [-- FILTER]`: every test that this machine can run; says what it skips and why. */
const args = process.argv.slice(2);
const here = await vitest('vitest.config.ts', args);
// A filter asks for a few tests by name, in Node.
const there = args.length > 0 ? 0 : await browser();
process.exit(here || there);
