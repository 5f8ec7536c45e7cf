import { setTimeout as wait } from 'node:timers/promises';
import { type Disk, DiskFailure } from '#core/store';

/** What is wrong with the disk just now; changed while it is used. */
export interface DiskFaults {
  /** Milliseconds that each sync takes longer. */
  stall: number;
  /** Appends and syncs fail as on a broken device. */
  broken: boolean;
  /** Appends fail as on a full one. */
  full: boolean;
}

export const noDiskFaults = (): DiskFaults => ({ stall: 0, broken: false, full: false });

/** A disk with the faults that `faults` has at the moment of each call. */
export function faultyDisk(disk: Disk, faults: DiskFaults): Disk {
  const refuse = (what: string) => {
    if (faults.broken) throw new DiskFailure('failed', `${what}: EIO: i/o error`);
  };
  return {
    ...disk,
    async append(name, bytes) {
      refuse(name);
      if (faults.full) throw new DiskFailure('no-space', `${name}: ENOSPC: no space left on device`);
      await disk.append(name, bytes);
    },
    async sync(name) {
      if (faults.stall > 0) await wait(faults.stall);
      refuse(name);
      await disk.sync(name);
    },
  };
}
