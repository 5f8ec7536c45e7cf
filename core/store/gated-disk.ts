import { DiskFailure, type Disk } from './disk.ts';

/** A disk for tests that keeps nothing, and whose syncs end when and as the test says. */
export interface GatedDisk {
  readonly disk: Disk;
  /** Lets the syncs that wait, and those to come, succeed. */
  synced(): void;
  /** Lets them fail. */
  failed(): void;
  /** Syncs wait from now on. */
  shut(): void;
}

export function gatedDisk(): GatedDisk {
  let gate = Promise.withResolvers<void>();
  return {
    disk: {
      list: async () => [],
      read: async () => new Uint8Array(0),
      append: async () => {},
      sync: () => gate.promise,
      truncate: async () => {},
      syncDirectory: async () => {},
      close: async () => {},
    },
    synced: () => gate.resolve(),
    failed: () => gate.reject(new DiskFailure('failed', 'EIO')),
    shut: () => void (gate = Promise.withResolvers<void>()),
  };
}
