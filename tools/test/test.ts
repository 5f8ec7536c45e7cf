import { vitest } from './vitest.ts';

/** `npm test [-- FILTER]`: every test that this machine can run; says what it skips and why. */
process.exit(await vitest('vitest.config.ts', process.argv.slice(2)));
