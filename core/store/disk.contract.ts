import { textOf, utf8 } from '#core/base';
import { describe, expect, test } from 'vitest';
import type { Disk } from './disk.ts';

/** What every disk must do. `make` gives a fresh, empty one. */
export function diskContract(title: string, make: () => Promise<Disk>): void {
  const withDisk = async (f: (disk: Disk) => Promise<void>) => {
    const disk = await make();
    try {
      await f(disk);
    } finally {
      await disk.close();
    }
  };
  const read = async (disk: Disk, name: string, from?: number, to?: number) => textOf(await disk.read(name, from, to));
  const sorted = async (disk: Disk) => (await disk.list()).toSorted((a, b) => (a.name < b.name ? -1 : 1));

  describe(`disk: ${title}`, () => {
    test('files begin with the first append and grow at the end', () =>
      withDisk(async (disk) => {
        expect(await disk.list()).toEqual([]);
        await disk.append('b', utf8('one'));
        await disk.append('a', utf8('1'));
        await disk.append('b', utf8('two'));
        expect(await read(disk, 'b')).toBe('onetwo');
        expect(await sorted(disk)).toEqual([
          { name: 'a', size: 1 },
          { name: 'b', size: 6 },
        ]);
      }));

    test('parts can be read; past the end there is nothing', () =>
      withDisk(async (disk) => {
        await disk.append('a', utf8('0123456789'));
        expect(await read(disk, 'a', 2, 5)).toBe('234');
        expect(await read(disk, 'a', 8, 100)).toBe('89');
        expect(await read(disk, 'a', 20)).toBe('');
      }));

    test("what is read is the reader's own", () =>
      withDisk(async (disk) => {
        await disk.append('a', utf8('abc'));
        (await disk.read('a')).fill(0);
        expect(await read(disk, 'a')).toBe('abc');
      }));

    test('an append does not keep the bytes', () =>
      withDisk(async (disk) => {
        const bytes = utf8('abc');
        await disk.append('a', bytes);
        bytes.fill(0);
        expect(await read(disk, 'a')).toBe('abc');
      }));

    test('truncate cuts, and appends go on from there; without a length it removes', () =>
      withDisk(async (disk) => {
        await disk.append('a', utf8('0123456789'));
        await disk.truncate('a', 4);
        await disk.append('a', utf8('x'));
        expect(await read(disk, 'a')).toBe('0123x');
        await disk.truncate('a', undefined);
        expect(await disk.list()).toEqual([]);
        await disk.append('a', utf8('new'));
        expect(await read(disk, 'a')).toBe('new');
      }));

    test('syncs resolve', () =>
      withDisk(async (disk) => {
        await disk.append('a', utf8('x'));
        await disk.sync('a');
        await disk.syncDirectory();
      }));

    test('a file that is not there is a failure', () =>
      withDisk(async (disk) => {
        for (const call of [() => disk.read('a'), () => disk.sync('a'), () => disk.truncate('a', 0)]) {
          await expect(call()).rejects.toMatchObject({ name: 'DiskFailure', kind: 'failed' });
        }
      }));
  });
}
