import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { defineBrowserProvider } from '@vitest/browser';
import type { BrowserProviderOption } from 'vitest/node';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** The path of a Chromium of this machine; undefined where there is none on PATH. */
export function findChromium(): string | undefined {
  for (const name of NAMES) {
    for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
      try {
        accessSync(join(folder, name), constants.X_OK);
        return join(folder, name);
      } catch {
        // Looked for in the next place.
      }
    }
  }
  return undefined;
}

/** Opens vitest's pages in a headless Chromium with a profile of its own. Playwright or WebDriver would only do the same. */
export function headlessChromium(program: string): BrowserProviderOption {
  const browsers: { readonly child: ChildProcess; readonly profile: string; readonly gone: Promise<void> }[] = [];
  return defineBrowserProvider({
    name: 'headless-chromium',
    options: {},
    providerFactory: () => ({
      name: 'headless-chromium',
      supportsParallelism: false,
      getCommandsContext: () => ({}),
      openPage(_session, url) {
        const profile = mkdtempSync(join(tmpdir(), 'kubernode-chromium-'));
        const child = spawn(program, [...FLAGS, `--user-data-dir=${profile}`, url], { stdio: 'ignore' });
        const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
        browsers.push({ child, profile, gone });
        return new Promise((resolve, reject) => {
          child.once('spawn', resolve);
          child.once('error', reject);
        });
      },
      async close() {
        for (const { child, profile, gone } of browsers.splice(0)) {
          child.kill();
          await gone;
          rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
        }
      },
    }),
  });
}

const FLAGS = [
  '--headless=new',
  '--no-first-run',
  '--no-default-browser-check',
  '--disable-extensions',
  '--disable-background-networking',
  '--disable-background-timer-throttling',
  '--disable-renderer-backgrounding',
  '--disable-dev-shm-usage',
  '--disable-gpu',
  // Chromium's sandbox does not work for root.
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
];
