import { findChromium } from './chromium.ts';
import { vitest } from './vitest.ts';

/** Core's tests in a headless Chromium; gives the exit status, 0 where there is no Chromium to run them in. */
export async function browser(args: readonly string[] = []): Promise<number> {
  if (findChromium() === undefined) {
    console.log(
      'skipped: the tests in a browser, since there is no chromium, chromium-browser or google-chrome on PATH',
    );
    return 0;
  }
  return vitest('tools/test/browser.config.ts', args);
}

/** `npm run test:browser [-- FILTER]`. */
if (import.meta.main) process.exit(await browser(process.argv.slice(2)));
