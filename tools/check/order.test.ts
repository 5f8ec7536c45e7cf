import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { violations } from './order.ts';

function tree(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), 'order-'));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

test.each([
  { it: 'an earlier folder', file: 'core/store/a.ts', text: "import { x } from '#core/base';", wrong: false },
  { it: 'a later folder', file: 'core/base/a.ts', text: "import { x } from '#core/store';", wrong: true },
  { it: 'another module by path', file: 'core/store/a.ts', text: "import { x } from '../base/b.ts';", wrong: true },
  { it: 'a Node module', file: 'core/store/a.ts', text: "import { x } from 'node:fs';", wrong: true },
  { it: 'a package in its folder', file: 'core/base/a.ts', text: "import { RE2JS } from 're2js';", wrong: false },
  { it: 'a package elsewhere', file: 'core/store/a.ts', text: "import { RE2JS } from 're2js';", wrong: true },
  { it: 'a dynamic import', file: 'core/store/a.ts', text: "const x = await import('#core/base');", wrong: true },
  { it: 'an unknown folder', file: 'core/other/a.ts', text: '', wrong: true },
])('$it', ({ file, text, wrong }) => {
  const { files, found } = violations(tree({ [file]: text }));
  expect(files).toBe(1);
  expect(found.length > 0).toBe(wrong);
});
