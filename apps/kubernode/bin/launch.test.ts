import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { expect, test } from 'vitest';

/** A checkout with old packages and a newer lock file, and an npm that only leaves a mark. */
function oldCheckout(linked: boolean) {
  const folder = mkdtempSync(join(tmpdir(), 'kubernode-launch-'));
  const packages = join(folder, linked ? 'elsewhere' : 'node_modules');
  for (const path of [packages, join(folder, 'bin'), join(folder, 'apps/kubernode/bin')]) {
    mkdirSync(path, { recursive: true });
  }
  copyFileSync(join(import.meta.dirname, 'launch.js'), join(folder, 'apps/kubernode/bin/launch.mjs'));
  writeFileSync(join(packages, '.package-lock.json'), '{}');
  utimesSync(join(packages, '.package-lock.json'), 1, 1);
  writeFileSync(join(folder, 'package-lock.json'), '{}');
  if (linked) symlinkSync(packages, join(folder, 'node_modules'));
  writeFileSync(join(folder, 'bin/npm'), '#!/bin/sh\necho "$@" > "$(dirname "$0")/asked"\n', { mode: 0o755 });
  return folder;
}

test.each([
  { it: 'installs what is older than the lock file', linked: false, asks: true },
  { it: 'leaves packages alone that are linked from another checkout', linked: true, asks: false },
])('the launcher $it', ({ linked, asks }) => {
  const folder = oldCheckout(linked);
  const program = `import { install } from ${JSON.stringify(join(folder, 'apps/kubernode/bin/launch.mjs'))}; install();`;
  const ran = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
    encoding: 'utf8',
    env: { ...process.env, PATH: `${join(folder, 'bin')}${delimiter}${process.env['PATH'] ?? ''}` },
  });
  expect(ran.status, ran.stderr).toBe(0);
  expect(existsSync(join(folder, 'bin/asked'))).toBe(asks);
});
