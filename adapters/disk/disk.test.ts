import { spawn, spawnSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, stat, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMetrics, silentLog, virtualTurns } from '#core/base';
import { logBackend, openStore } from '#core/store';
import { afterAll, expect, test } from 'vitest';
import { fileDisk, readingDisk } from '#adapters/disk';
import { diskContract } from '../../core/store/disk.contract.ts';
import { storeContract } from '../../core/store/store.contract.ts';

const root = await mkdtemp(join(tmpdir(), 'kubernode-disk-'));
afterAll(() => rm(root, { recursive: true, force: true }));
let count = 0;
const fresh = () => join(root, `${count++}`, 'store');

diskContract('files', () => fileDisk(fresh()));

storeContract('a log of files', () => {
  // Opened when the backend first asks: `fileDisk` is asynchronous, a backend's making is not.
  const disk = fileDisk(fresh());
  return logBackend({
    list: async () => (await disk).list(),
    read: async (...args) => (await disk).read(...args),
    append: async (...args) => (await disk).append(...args),
    sync: async (name) => (await disk).sync(name),
    truncate: async (...args) => (await disk).truncate(...args),
    syncDirectory: async () => (await disk).syncDirectory(),
    close: async () => (await disk).close(),
  });
});

test('a folder is held by one process, and free again when that closes it', async () => {
  const folder = fresh();
  const disk = await fileDisk(folder);
  await expect(fileDisk(folder)).rejects.toMatchObject({ kind: 'locked', message: expect.stringContaining(folder) });
  await disk.close();
  await (await fileDisk(folder)).close();
});

test('a killed process holds nothing', async () => {
  const folder = fresh();
  const program = `
    const { fileDisk } = await import('#adapters/disk');
    await fileDisk(${JSON.stringify(folder)});
    console.log('held');
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    cwd: join(import.meta.dirname, '../..'),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise((resolve) => child.stdout.once('data', resolve));
  await expect(fileDisk(folder)).rejects.toMatchObject({ kind: 'locked' });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await ended;
  await (await fileDisk(folder)).close();
});

test("the folder is its owner's alone", async () => {
  const folder = fresh();
  await (await fileDisk(folder)).close();
  expect((await stat(folder)).mode & 0o777).toBe(0o700);
});

test('a store comes back from its files', async () => {
  const folder = fresh();
  const barrier = () => new Promise<void>((resolve) => void setImmediate(resolve));
  const turns = virtualTurns(barrier, 1_800_000_000_000);
  const parts = { clock: turns.clock, turns, log: silentLog, metrics: createMetrics() };
  const first = await openStore(logBackend(await fileDisk(folder)), parts);
  const key = '/configmaps/n/a';
  const object = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'a' },
    data: { text: 'ä€😀', whole: 9007199254740993n, part: 0.1 },
  };
  await first.commit({ guards: [], writes: [{ key, object }] });
  const { revision } = first;
  await first.close();
  const second = await openStore(logBackend(await fileDisk(folder)), parts);
  expect(second.revision).toBe(revision);
  expect(second.get(key)).toMatchObject({ revision, object });
  expect(Buffer.from(second.get(key)!.bytes).toString()).toContain('"whole":9007199254740993,"part":0.1');
  await second.close();
});

test('zeros ahead of what is appended are for others only, few, and gone once it is closed', async () => {
  const folder = fresh();
  const disk = await fileDisk(folder);
  const others = readingDisk(folder);
  await disk.append('a', new Uint8Array(1000).fill(1));
  expect([await disk.list(), (await disk.read('a')).length]).toEqual([[{ name: 'a', size: 1000 }], 1000]);
  const seen = await others.read('a');
  expect(seen.length).toBeLessThan(512 * 1024);
  expect(seen.subarray(1000).some((byte) => byte !== 0)).toBe(false);
  for (let more = 0; more < 400; more++) await disk.append('a', new Uint8Array(1000).fill(1));
  const bytes = await disk.read('a');
  expect([bytes.length, bytes.every((byte) => byte === 1)]).toEqual([401_000, true]);
  await disk.append('b', new Uint8Array(1));
  expect((await others.list()).find(({ name }) => name === 'a')?.size).toBe(401_000);
  await disk.close();
  expect((await others.list()).find(({ name }) => name === 'b')?.size).toBe(1);
});

test('a store opens what a killed process left, without a complaint', async () => {
  const folder = fresh();
  const turns = virtualTurns(() => new Promise<void>((resolve) => void setImmediate(resolve)), 1_800_000_000_000);
  const complaints: unknown[] = [];
  const log = { ...silentLog, warn: (message: string) => void complaints.push(message) };
  const parts = { clock: turns.clock, turns, log, metrics: createMetrics() };
  const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } };
  const write = (name: string) => ({ guards: [], writes: [{ key: `/configmaps/n/${name}`, object }] });
  const killed = await openStore(logBackend(await fileDisk(folder)), parts);
  await killed.commit(write('a'));
  await cp(folder, `${folder}-copy`, { recursive: true });
  await killed.close();
  const next = await openStore(logBackend(await fileDisk(`${folder}-copy`)), parts);
  await next.commit(write('b'));
  await next.close();
  const last = await openStore(logBackend(await fileDisk(`${folder}-copy`)), parts);
  expect([[...last.view('/configmaps/').range()].map(({ key }) => key), complaints]).toEqual([
    ['/configmaps/n/a', '/configmaps/n/b'],
    [],
  ]);
  await last.close();
});

test('a full file system refuses writes, loses nothing, and takes them again once there is room', async (context) => {
  const folder = fresh();
  await mkdir(folder, { recursive: true });
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', folder], { stdio: 'ignore' });
  if (mounted.status !== 0) return context.skip('needs the right to mount a small file system');
  try {
    const barrier = () => new Promise<void>((resolve) => void setImmediate(resolve));
    const turns = virtualTurns(barrier, 1_800_000_000_000);
    const parts = { clock: turns.clock, turns, log: silentLog, metrics: createMetrics() };
    const filler = join(folder, 'filler');
    await writeFile(filler, new Uint8Array(128 * 1024));
    const store = await openStore(logBackend(await fileDisk(folder)), parts);
    const key = (index: number) => `/configmaps/n/${index}`;
    const put = (index: number) =>
      store.commit({
        guards: [],
        writes: [
          {
            key: key(index),
            object: { apiVersion: 'v1', kind: 'ConfigMap', metadata: {}, data: 'x'.repeat(5000) } as never,
          },
        ],
      });
    let kept = 0;
    for (; kept < 100; kept++) {
      const outcome = await put(kept);
      if (outcome.ok) continue;
      expect(outcome).toMatchObject({ reason: 'unavailable', message: expect.stringMatching(/full.*ENOSPC/) });
      break;
    }
    expect(kept).toBeGreaterThan(5);
    expect(store.view('/configmaps/').size).toBe(kept);
    await unlink(filler);
    expect(await put(1000)).toMatchObject({ ok: true });
    await store.close();
    const again = await openStore(logBackend(await fileDisk(folder)), parts);
    expect(again.view('/configmaps/').size).toBe(kept + 1);
    await again.close();
  } finally {
    spawnSync('umount', [folder]);
  }
});
