import { constants, write } from 'node:fs';
import { mkdir, open, readdir, stat, unlink, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { DiskFailure, type Disk, type DiskFile } from '#core/store';
import { lockFolder } from './lock.ts';

/** Elsewhere such a write leaves the drive's own cache alone, which a sync does not. */
const SYNCED = process.platform === 'linux' ? constants.O_DSYNC : 0;

/**
 * Zeros that are written behind an append that makes its file grow: the appends that fit there change the data of a file
 * and not its size, which costs half the processor time and less than half the wait (ext4 has no journal to write).
 */
const AHEAD = new Uint8Array(256 * 1024);
/** Larger appends gain less than the zeros cost. */
const SMALL = 32 * 1024;

/**
 * Plain files in one folder, which is made where there is none (0700: it holds secrets) and held by a lock until `close`
 * or until the process ends, however it ends. Rejects with a `DiskFailure` of kind `locked` when another process has it.
 */
export async function fileDisk(folder: string): Promise<Disk> {
  const made = await failing(folder, () => mkdir(folder, { recursive: true, mode: 0o700 }));
  if (made !== undefined) await syncFolders(made, folder);
  const unlock = await failing(folder, () => lockFolder(folder));
  let current: OpenFile | undefined;
  const { list, read } = readingDisk(folder);

  const letGo = async () => {
    if (current === undefined) return;
    const { handle, length, size } = current;
    current = undefined;
    // Zeros that stay do no harm: the next start cuts them off.
    if (size > length) await handle.truncate(length).catch(() => undefined);
    await handle.close();
  };

  /** Writes through it return once they are on the disk: a write and a sync in one trip to another thread, not two. */
  const opened = async (name: string, flags = 0): Promise<OpenFile> => {
    if (current?.name === name) return current;
    await letGo();
    const handle = await open(join(folder, name), constants.O_WRONLY | SYNCED | flags, 0o600);
    const { size } = await handle.stat();
    return (current = { name, handle, length: size, size, synced: false });
  };

  return {
    list: async () =>
      (await list()).map((file) => (file.name === current?.name ? { name: file.name, size: current.length } : file)),
    read: (name, from = 0, to = Infinity) =>
      read(name, from, name === current?.name ? Math.max(from, Math.min(to, current.length)) : to),
    append: (name, bytes) =>
      failing(join(folder, name), async () => {
        const file = await opened(name, constants.O_CREAT);
        const grows = file.length + bytes.length > file.size && bytes.length <= SMALL;
        let written = 0;
        while (written < bytes.length) {
          const at = file.length + written;
          const bytesWritten = grows
            ? (await file.handle.writev([bytes.subarray(written), AHEAD], at)).bytesWritten
            : await writeAt(file.handle.fd, bytes, written, at);
          written += bytesWritten;
          file.size = Math.max(file.size, at + bytesWritten);
        }
        file.length += bytes.length;
      }),
    sync: (name) =>
      failing(join(folder, name), async () => {
        const file = await opened(name);
        // What others wrote before, and cuts, are synced once.
        if (file.synced) return;
        await file.handle.datasync();
        file.synced = SYNCED !== 0;
      }),
    truncate: (name, length) =>
      failing(join(folder, name), async () => {
        if (length !== undefined) {
          const file = await opened(name);
          file.synced = false;
          await file.handle.truncate(length);
          file.length = file.size = length;
          return undefined;
        }
        if (current?.name === name) await letGo();
        return unlink(join(folder, name));
      }),
    syncDirectory: () => failing(folder, () => syncFolder(folder)),
    close: () =>
      failing(folder, async () => {
        await letGo();
        unlock();
      }),
  };
}

/** Writes from `from` on at `at`; resolves with how many bytes. A FileHandle's own promises are a fifth of what this costs. */
const writeAt = (fd: number, bytes: Uint8Array, from: number, at: number): Promise<number> =>
  new Promise((resolve, reject) =>
    write(fd, bytes, from, bytes.length - from, at, (problem, written) =>
      problem === null ? resolve(written) : reject(problem),
    ),
  );

/** The file that is being appended to. */
interface OpenFile {
  readonly name: string;
  readonly handle: FileHandle;
  /** Of all that was appended. */
  length: number;
  /** With the zeros behind it. */
  size: number;
  /** Nothing of it but what is appended now can be lost. */
  synced: boolean;
}

/** The files of a folder to read only: no lock, so another process may be writing them. */
export const readingDisk = (folder: string): Pick<Disk, 'list' | 'read'> => ({
  list: () =>
    failing(folder, async () => {
      const files: DiskFile[] = [];
      for (const entry of await readdir(folder, { withFileTypes: true })) {
        if (!entry.isFile() || entry.name.startsWith('.')) continue;
        files.push({ name: entry.name, size: (await stat(join(folder, entry.name))).size });
      }
      return files;
    }),
  read: (name, from = 0, to = Infinity) =>
    failing(join(folder, name), async () => {
      const handle = await open(join(folder, name), constants.O_RDONLY);
      try {
        const { size } = await handle.stat();
        // An ArrayBuffer of its own, not a part of Node's pool: the log reads it in words.
        const bytes = new Uint8Array(Math.max(0, Math.min(size, to) - from));
        let read = 0;
        while (read < bytes.length) {
          const { bytesRead } = await handle.read(bytes, read, bytes.length - read, from + read);
          if (bytesRead === 0) break;
          read += bytesRead;
        }
        return bytes.subarray(0, read);
      } finally {
        await handle.close();
      }
    }),
});

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, constants.O_RDONLY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Makes the names of new folders durable, from the parent of the first that was made down to the folder itself. */
async function syncFolders(first: string, folder: string): Promise<void> {
  for (let at = folder; at.length >= first.length; at = join(at, '..')) {
    await failing(at, () => syncFolder(join(at, '..')));
  }
}

async function failing<T>(what: string, f: () => Promise<T>): Promise<T> {
  try {
    return await f();
  } catch (problem) {
    if (problem instanceof DiskFailure) throw problem;
    const { code, message } = problem as NodeJS.ErrnoException;
    const kind = code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG' ? 'no-space' : 'failed';
    throw new DiskFailure(kind, `${what}: ${message}`, problem);
  }
}
