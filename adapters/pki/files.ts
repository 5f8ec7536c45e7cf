import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';

/** Secrets under names, in a folder that only their owner enters. */
export interface SecretFolder {
  readonly path: string;
  /** `undefined` where there is no such file. */
  read(name: string): Promise<string | undefined>;
  /** Whole or not at all, and durable once `flush` has resolved. A name that ends in `.key` is readable by its owner only. */
  write(name: string, text: string): Promise<void>;
  /** Makes the names durable too. */
  flush(): Promise<void>;
}

export async function secretFolder(path: string): Promise<SecretFolder> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  return {
    path,
    async read(name) {
      try {
        return await readFile(join(path, name), 'utf8');
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
        throw error;
      }
    },
    async write(name, text) {
      const temporary = join(path, `.${name}.${randomBytes(6).toString('hex')}`);
      const file = await open(temporary, 'wx', name.endsWith('.crt') || name.endsWith('.pub') ? 0o644 : 0o600);
      try {
        await file.writeFile(text);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(temporary, join(path, name));
    },
    async flush() {
      const folder = await open(path, 'r');
      try {
        await folder.sync();
      } finally {
        await folder.close();
      }
    },
  };
}
