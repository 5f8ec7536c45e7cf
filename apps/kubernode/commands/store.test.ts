import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileDisk } from '#adapters/disk';
import { nodeTurns } from '#adapters/node-time';
import { createMetrics, silentLog } from '#core/base';
import { logBackend, openStore } from '#core/store';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { checkStore, repairStore, storeHistory } from './store.ts';

let dataDir: string;
let said: string[];
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'kubernode-store-'));
  said = [];
  vi.spyOn(console, 'log').mockImplementation((line: string) => void said.push(line));
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(dataDir, { recursive: true });
});
const options = () => ({ name: 'x', dataDir });
const open = async () => {
  const turns = nodeTurns();
  const disk = await fileDisk(join(dataDir, 'store'));
  try {
    return await openStore(logBackend(disk), { clock: turns.clock, turns, log: silentLog, metrics: createMetrics() });
  } catch (problem) {
    await disk.close();
    throw problem;
  }
};
/** Three objects in a frame each, the second deleted again. */
const filled = async () => {
  const store = await open();
  const write = (name: string, object: object | undefined) =>
    store.commit({
      guards: [],
      writes: [{ key: `/configmaps/n/${name}`, object: object as never }],
      cause: { user: 'admin', verb: object === undefined ? 'delete' : 'create' },
    });
  for (const name of ['a', 'b', 'c']) await write(name, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } });
  await write('b', undefined);
  return store;
};
const damage = () => {
  const file = join(dataDir, 'store', '00000001.log');
  const bytes = readFileSync(file);
  bytes[bytes.indexOf('"name":"a"')]! ^= 1;
  writeFileSync(file, bytes);
};

test('files in order are told as such, and left alone by repair', async () => {
  await (await filled()).close();
  await checkStore(options());
  await repairStore(options());
  expect(said).toEqual([
    expect.stringMatching(/in order: 4 writes up to revision \d+ in 4 frames, 1 files/),
    expect.stringContaining('nothing to repair'),
  ]);
  expect(readdirSync(dataDir)).toEqual(['store']);
});

test('damage is named, with the command that mends it; repair keeps the rest and a copy', async () => {
  await (await filled()).close();
  damage();
  await expect(open()).rejects.toThrow(/00000001\.log at byte 0.*"kubernode store repair"/);
  await expect(checkStore(options())).rejects.toThrow(/00000001\.log at byte 0.*"kubernode store repair"/);
  await repairStore(options());
  expect(said).toEqual([
    expect.stringMatching(/00000001\.log: \d+ bytes from byte 0 on/),
    expect.stringContaining('Kept 3 writes'),
  ]);
  expect(readdirSync(dataDir).sort()).toEqual(['store', expect.stringContaining('store-before-repair-')]);
  await checkStore(options());
  const store = await open();
  expect([...store.view('/configmaps/').range()].map(({ key }) => key)).toEqual(['/configmaps/n/c']);
  await store.close();
});

test('history tells who wrote what, beside the server too', async () => {
  const store = await filled();
  await storeHistory('/configmaps/n/b', options());
  expect(said).toEqual([
    expect.stringMatching(/^20\S+Z \d+ create \/configmaps\/n\/b by admin$/),
    expect.stringMatching(/ delete \/configmaps\/n\/b by admin$/),
  ]);
  said = [];
  await storeHistory('/configmaps/n/b', { ...options(), json: true });
  expect(said.map((line) => JSON.parse(line) as object)).toMatchObject([
    { user: 'admin', object: { metadata: { name: 'b' } } },
    { verb: 'delete', object: null },
  ]);
  await expect(checkStore(options())).rejects.toThrow('another process uses');
  await store.close();
});

test('where there is no store, nothing is made', async () => {
  await expect(checkStore(options())).rejects.toThrow('There is no store of cluster "x"');
  expect(readdirSync(dataDir)).toEqual([]);
});
