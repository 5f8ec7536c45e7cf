import { vitest } from './vitest.ts';

/** `npm run e2e [-- FILTER]`: real containers, the real kubectl, programs of others; says what it skips and why. */
process.exit(await vitest('judges/e2e/vitest.config.ts', process.argv.slice(2)));
