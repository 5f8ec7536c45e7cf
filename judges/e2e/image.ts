import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { busyboxImage } from '#adapters/image';
import { IMAGE } from './app.ts';
import { busybox } from './needs.ts';

/** An OCI archive of the tests' own image; gives its path. */
export function testImage(): string {
  const path = join(mkdtempSync(join(tmpdir(), 'kubernode-image-')), 'busybox.tar');
  writeFileSync(path, busyboxImage([IMAGE], busybox()!).bytes);
  return path;
}
