import type { Turns } from '#core/base';
import type { Disk } from '../disk.ts';

/** The disk, entered by the only door to asynchrony there is. */
export const throughTurns = (disk: Disk, turns: Turns): Disk => ({
  list: () => turns.external(() => disk.list()),
  read: (name, from, to) => turns.external(() => disk.read(name, from, to)),
  append: (name, bytes) => turns.external(() => disk.append(name, bytes)),
  sync: (name) => turns.external(() => disk.sync(name)),
  truncate: (name, length) => turns.external(() => disk.truncate(name, length)),
  syncDirectory: () => turns.external(() => disk.syncDirectory()),
  close: () => turns.external(() => disk.close()),
});
