import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { findChromium, headlessChromium } from './chromium.ts';

const root = join(import.meta.dirname, '../..');
const program = findChromium();
if (program === undefined) throw new Error('there is no Chromium on PATH');

/** Tests that read recorded files, or otherwise ask Node for something, have no place in a browser. */
const needsNode = (file: string) => /from 'node:|#adapters/.test(readFileSync(join(root, file), 'utf8'));
const tests = globSync('core/**/*.test.ts', { cwd: root });
const exclude = tests.filter(needsNode);
console.log(
  `${tests.length - exclude.length} of core's ${tests.length} test files in ${program}; left out, since they import Node's modules: ${exclude.join(', ')}`,
);

/** Core's tests in a browser: what they judge has to run there too. */
export default defineConfig({
  root,
  // Found while tests run, it would make vite load everything anew under them.
  optimizeDeps: { include: ['pako'] },
  test: {
    include: ['core/**/*.test.ts', 'judges/browser/*.browser.ts'],
    exclude,
    globalSetup: [join(root, 'judges/browser/node-run.ts')],
    setupFiles: [join(root, 'judges/browser/setup.ts')],
    testTimeout: 30_000,
    isolate: false,
    fileParallelism: false,
    browser: {
      enabled: true,
      provider: headlessChromium(program),
      instances: [{ browser: 'chromium' }],
      headless: true,
      screenshotFailures: false,
      ui: false,
      // Asked for by vitest of any provider; these tests look at no page.
      commands: { __vitest_viewport: () => {} },
    },
  },
});
