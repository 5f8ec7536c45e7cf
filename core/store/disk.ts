/**
 * What the log needs of a disk: a flat folder of files that only grow at their end. Plain files in Node, the origin's
 * private file system in a browser. Every call rejects with a `DiskFailure`. Calls come one at a time.
 *
 * A disk may write zeros ahead of what is appended. Nobody sees them while it is open; in the files of one that was not
 * closed (and beside one that is open) they stand behind all that was appended.
 */
export interface Disk {
  list(): Promise<readonly DiskFile[]>;
  /** The bytes from `from` up to `to` (default: all); fewer where the file ends before. The array is the caller's own. */
  read(name: string, from?: number, to?: number): Promise<Uint8Array>;
  /** Adds at the file's end; makes the file where there is none. Does not keep the bytes after it settles. */
  append(name: string, bytes: Uint8Array): Promise<void>;
  /** When it resolves, the file's content survives a power loss (its name only after `syncDirectory`). */
  sync(name: string): Promise<void>;
  /** Cuts the file to `length` bytes; `undefined` removes it. */
  truncate(name: string, length: number | undefined): Promise<void>;
  /** When it resolves, the files made and removed so far survive a power loss as such. */
  syncDirectory(): Promise<void>;
  /** Lets go of the folder, so that another process may have it. */
  close(): Promise<void>;
}

export interface DiskFile {
  readonly name: string;
  /** In bytes. */
  readonly size: number;
}

/** A disk's refusal. */
export class DiskFailure extends Error {
  /** `no-space`: full, or over quota. `locked`: another process has the folder. `failed`: anything else. */
  readonly kind: 'no-space' | 'locked' | 'failed';

  constructor(kind: 'no-space' | 'locked' | 'failed', message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'DiskFailure';
    this.kind = kind;
  }
}
