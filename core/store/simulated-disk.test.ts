import { seededRandom, textOf, utf8 } from '#core/base';
import { expect, test } from 'vitest';
import { diskContract } from './disk.contract.ts';
import { simulatedDisk } from './simulated-disk.ts';

diskContract('simulated', async () => simulatedDisk(seededRandom(1)).mount());
diskContract('simulated, with zeros ahead', async () => simulatedDisk(seededRandom(1), {}, 500).mount());

/** The different contents (or absence) that 200 power cuts leave of the file. */
const outcomes = async (
  write: (disk: ReturnType<typeof simulatedDisk>) => Promise<void>,
): Promise<Set<string | undefined>> => {
  const seen = new Set<string | undefined>();
  for (let seed = 1; seed <= 200; seed++) {
    const disk = simulatedDisk(seededRandom(seed));
    await write(disk);
    disk.powerLoss();
    const mounted = disk.mount();
    const files = await mounted.list();
    seen.add(files.length === 0 ? undefined : textOf(await mounted.read('a')));
  }
  return seen;
};

test('what was synced stays, name and content', async () => {
  const seen = await outcomes(async (disk) => {
    const mounted = disk.mount();
    await mounted.append('a', utf8('kept'));
    await mounted.sync('a');
    await mounted.syncDirectory();
  });
  expect(seen).toEqual(new Set(['kept']));
});

test('a file whose name was not synced may be gone', async () => {
  const seen = await outcomes(async (disk) => {
    const mounted = disk.mount();
    await mounted.append('a', utf8('kept'));
    await mounted.sync('a');
  });
  expect(seen).toEqual(new Set(['kept', undefined]));
});

test('unsynced blocks are lost one by one, in any combination', async () => {
  const block = (letter: string) => letter.repeat(64);
  const seen = await outcomes(async (disk) => {
    const mounted = disk.mount();
    await mounted.append('a', utf8(block('a')));
    await mounted.sync('a');
    await mounted.syncDirectory();
    await mounted.append('a', utf8(block('b') + block('c')));
  });
  const zero = block('\0');
  for (const rest of ['', block('b') + block('c'), zero + block('c'), block('b') + zero, zero + zero]) {
    expect(seen).toContain(block('a') + rest);
  }
  for (const content of seen) expect(content?.startsWith(block('a'))).toBe(true);
});

test('a process that was killed is never heard of again', async () => {
  const disk = simulatedDisk(seededRandom(1));
  const dead = disk.mount();
  disk.kill();
  let settled = false;
  void dead.append('a', utf8('x')).finally(() => (settled = true));
  const alive = disk.mount();
  for (let step = 0; step < 20; step++) await undefined;
  expect([settled, await alive.list()]).toEqual([false, []]);
});
