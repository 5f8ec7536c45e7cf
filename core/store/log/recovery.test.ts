import { seededRandom, silentLog, virtualTurns, type Log } from '#core/base';
import { expect, test } from 'vitest';
import { simulatedDisk, type SimulatedDisk } from '../simulated-disk.ts';
import { openStore } from '../store.ts';
import { barrier, configMap, partsOf } from '../store.contract.ts';
import type { Store } from '../types.ts';
import { readHistory, type HistoryRecord } from './read-history.ts';
import { logBackend, type LogOptions } from './log.ts';
import { repairLog } from './repair.ts';

const START = 1_800_000_000_000;
const MAPS = '/configmaps/';
const keyOf = (name: string) => `${MAPS}n/${name}`;

const open = async (disk: SimulatedDisk, options: LogOptions = {}, log: Log = silentLog, start = START) => {
  const turns = virtualTurns(barrier, start);
  const store = await openStore(logBackend(disk.mount(), options), partsOf(turns, { log }));
  return { store, turns };
};
const put = (store: Store, name: string, value = 'x'.repeat(50), expiresAfter?: number) =>
  store.commit({
    guards: [],
    writes: [
      { key: keyOf(name), object: configMap(name, value), ...(expiresAfter === undefined ? {} : { expiresAfter }) },
    ],
    cause: { user: 'admin', verb: 'update' },
  });
const names = (store: Store) => [...store.view(MAPS).range()].map(({ key }) => key.slice(keyOf('').length));
const refusal = (disk: SimulatedDisk) =>
  open(disk).then(
    () => 'opened',
    (problem: Error) => problem.message,
  );
const filesOf = async (disk: SimulatedDisk) => (await disk.mount().list()).map(({ name }) => name).sort();

/** A disk whose log has the writes a, b, c, ... in a frame each. */
const written = async (letters: string, options: LogOptions = {}) => {
  const disk = simulatedDisk(seededRandom(1));
  const { store } = await open(disk, options);
  for (const letter of letters) await put(store, letter);
  disk.kill();
  return disk;
};
const flip = (disk: SimulatedDisk, file: string, offset: number) => {
  const bytes = disk.contents(file);
  bytes[offset] = bytes[offset]! ^ 0x10;
};
const frameSize = (disk: SimulatedDisk) => disk.contents('00000001.log').length;

test('a torn frame at the end is cut off, with a warning that names it', async () => {
  const disk = await written('abc');
  const size = frameSize(disk);
  flip(disk, '00000001.log', size - 20);
  const warnings: unknown[] = [];
  const { store } = await open(disk, {}, { ...silentLog, warn: (_message, fields) => void warnings.push(fields) });
  expect(names(store)).toEqual(['a', 'b']);
  expect(warnings).toEqual([{ file: '00000001.log', offset: (size / 3) * 2, bytes: size / 3 }]);
});

test('damage before the end refuses to start and names file and offset; repair keeps the rest', async () => {
  const disk = await written('abcd');
  const size = frameSize(disk) / 4;
  flip(disk, '00000001.log', size + 60);
  const revision = 5;
  expect(await refusal(disk)).toContain(`00000001.log at byte ${size}`);
  const report = await repairLog(disk.mount());
  expect(report).toMatchObject({
    damages: [{ file: '00000001.log', offset: size, bytes: size }],
    missingFrames: 1,
    frames: 3,
  });
  const { store } = await open(disk);
  expect(names(store)).toEqual(['a', 'c', 'd']);
  expect(store.revision).toBeGreaterThan(revision);
  await put(store, 'e');
  expect(names(store)).toEqual(['a', 'c', 'd', 'e']);
});

test('an interrupted repair has changed nothing', async () => {
  const disk = await written('abcd');
  flip(disk, '00000001.log', frameSize(disk) / 4 + 60);
  disk.capacity = frameSize(disk) + 600;
  await expect(repairLog(disk.mount())).rejects.toMatchObject({ kind: 'no-space' });
  disk.capacity = Infinity;
  expect(await refusal(disk)).toContain('00000001.log at byte');
  await repairLog(disk.mount());
  expect(names((await open(disk)).store)).toEqual(['a', 'c', 'd']);
});

test('a missing segment refuses to start', async () => {
  const disk = await written('abcdef', { segmentBytes: 300 });
  await disk.mount().truncate('00000002.log', undefined);
  expect(await refusal(disk)).toContain('00000002.log is missing');
});

test('a segment that lost its last frame refuses to start', async () => {
  const disk = await written('abcdef', { segmentBytes: 300 });
  const { length } = disk.contents('00000001.log');
  await disk.mount().truncate('00000001.log', length / 2);
  expect(await refusal(disk)).toContain('00000002.log at byte 0: frame 2 should be here, but this is 3');
});

test('a log of a newer format is refused, also by repair', async () => {
  const disk = await written('a');
  disk.contents('00000001.log')[3] = 2;
  expect(await refusal(disk)).toMatch(/00000001.log was written by a newer version.*format 2.*up to 1/);
  await expect(repairLog(disk.mount())).rejects.toThrow('format 2');
  expect(await filesOf(disk)).toEqual(['00000001.log']);
});

test('a full disk refuses writes, loses nothing, and takes them again once there is room', async () => {
  const disk = simulatedDisk(seededRandom(1));
  const { store } = await open(disk);
  await put(store, 'a');
  disk.capacity = frameSize(disk) + 100;
  expect(await put(store, 'b')).toMatchObject({
    ok: false,
    reason: 'unavailable',
    message: expect.stringContaining('full'),
  });
  expect(names(store)).toEqual(['a']);
  disk.capacity = Infinity;
  expect(await put(store, 'c')).toMatchObject({ ok: true });
  disk.powerLoss();
  expect(names((await open(disk)).store)).toEqual(['a', 'c']);
});

test.each(['append', 'sync', 'syncDirectory'] as const)(
  'after a failed %s reads go on and writes are refused until reopened',
  async (call) => {
    const disk = simulatedDisk(seededRandom(1));
    const { store } = await open(disk, { segmentBytes: 100 });
    await put(store, 'a');
    disk.failNext(call);
    const refused = await Promise.all([put(store, 'b'), put(store, 'c')]);
    expect(refused).toMatchObject([{ reason: 'unavailable' }, { reason: 'unavailable' }]);
    expect(await put(store, 'd')).toMatchObject({
      ok: false,
      message: expect.stringContaining('read-only until it is reopened'),
    });
    expect([names(store), store.latest(keyOf('b'))]).toEqual([['a'], undefined]);
    disk.kill();
    const { store: again } = await open(disk);
    expect(await put(again, 'e')).toMatchObject({ ok: true });
    expect(names(again)).toEqual(['a', 'e']);
  },
);

test('the log stays small under overwriting, and what is current in dropped segments survives', async () => {
  const disk = simulatedDisk(seededRandom(1));
  const options = { segmentBytes: 2000 };
  const { store } = await open(disk, options);
  await put(store, 'kept', 'since the beginning');
  const kept = store.get(keyOf('kept'))!.revision;
  for (let step = 0; step < 400; step++) await put(store, `${step % 7}`, `${step}`);
  expect((await filesOf(disk)).length).toBeLessThan(9);
  expect(await filesOf(disk)).not.toContain('00000001.log');
  disk.powerLoss();
  const { store: again } = await open(disk, options);
  expect(names(again)).toEqual(['0', '1', '2', '3', '4', '5', '6', 'kept']);
  expect(again.get(keyOf('kept'))).toMatchObject({ revision: kept, object: configMap('kept', 'since the beginning') });
  expect(again.revision).toBe(store.revision);
});

test('what is current survives the giving up of its segment, also a frame of megabytes and one that cannot be read', async () => {
  const disk = simulatedDisk(seededRandom(1));
  const options = { segmentBytes: 2000 };
  const warnings: unknown[] = [];
  const { store } = await open(disk, options, { ...silentLog, warn: (_message, fields) => void warnings.push(fields) });
  for (const name of ['a', 'b']) await put(store, name, name.repeat(3_000_000));
  await put(store, 'c');
  flip(disk, '00000002.log', 1000);
  for (let step = 0; step < 400; step++) await put(store, 'd', `${step}${'x'.repeat(70_000)}`);
  expect(await filesOf(disk)).not.toContain('00000003.log');
  expect(warnings).toMatchObject([{ file: '00000002.log' }]);
  disk.powerLoss();
  const { store: again } = await open(disk, options);
  expect(names(again)).toEqual(['a', 'b', 'c', 'd']);
  for (const name of ['a', 'b']) {
    expect(again.get(keyOf(name))?.object).toEqual(configMap(name, name.repeat(3_000_000)));
  }
});

test('a watch resumes across a restart', async () => {
  const disk = simulatedDisk(seededRandom(1));
  const { store } = await open(disk);
  await put(store, 'a', '1');
  const { revision } = store;
  await put(store, 'a', '2');
  disk.kill();
  const { store: again } = await open(disk);
  const seen: unknown[] = [];
  again.watch(MAPS, revision, { changes: (changes) => void seen.push(...changes), closed() {} });
  expect(seen).toMatchObject([
    { entry: { object: configMap('a', '2') }, previous: { revision, object: configMap('a', '1') } },
  ]);
  disk.kill();
  const { store: late } = await open(disk, {}, silentLog, START + 3_600_000);
  expect(late.watch(MAPS, revision, { changes() {}, closed() {} })).toMatchObject({ failure: 'compacted' });
});

test('times to live count on over a restart', async () => {
  const disk = simulatedDisk(seededRandom(1));
  const { store } = await open(disk);
  await put(store, 'a', '1', 60_000);
  await put(store, 'b', '1', 600_000);
  disk.kill();
  const { store: again, turns } = await open(disk, {}, silentLog, START + 100_000);
  await turns.advance(2000);
  expect(names(again)).toEqual(['b']);
  disk.kill();
  // The wall clock was set back by an hour: what is left of its life is not more than it was given.
  const { store: back, turns: after } = await open(disk, {}, silentLog, START - 3_600_000);
  await after.advance(602_000);
  expect(names(back)).toEqual([]);
});

test.each([
  { it: 'nothing by default', retention: {}, archived: 0 },
  { it: 'within its bytes', retention: { retention: { bytes: 6000 } }, archived: 2 },
  { it: 'all while they are young', retention: { retention: { bytes: 1e9, age: 60_000 } }, archived: 5 },
])('the archive keeps $it', async ({ retention, archived }) => {
  const disk = simulatedDisk(seededRandom(1));
  const options = { segmentBytes: 2000, ...retention };
  const { store } = await open(disk, options);
  for (let step = 0; step < 120; step++) await put(store, `${step % 3}`, `${step}`);
  const files = await filesOf(disk);
  const records: HistoryRecord[] = [];
  for await (const record of readHistory(disk.mount())) records.push(record);
  expect(records.at(-1)).toMatchObject({ revision: store.revision, cause: { user: 'admin', verb: 'update' } });
  const revisions = records.map(({ revision }) => revision);
  expect(revisions).toEqual(revisions.toSorted((a, b) => a - b));
  if (archived === 0) expect(records.length).toBeLessThan(120);
  if (archived === 5) expect(records).toHaveLength(120);
  if (archived > 0) expect(files.length).toBeGreaterThan(archived + 3);
  // Archived segments are no part of a start.
  disk.kill();
  const { store: again } = await open(disk, options);
  expect(names(again)).toEqual(['0', '1', '2']);
});

test('archived segments go when they are older than the retention', async () => {
  const disk = simulatedDisk(seededRandom(1));
  const { store, turns } = await open(disk, { segmentBytes: 2000, retention: { bytes: 1e9, age: 60_000 } });
  for (let step = 0; step < 120; step++) await put(store, `${step % 3}`, `${step}`);
  expect(await filesOf(disk)).toContain('00000001.log');
  await turns.advance(61_000);
  await put(store, 'a');
  // They are removed after the write was acknowledged.
  await turns.idle();
  expect(await filesOf(disk)).not.toContain('00000001.log');
  expect(names(store)).toEqual(['0', '1', '2', 'a']);
});

test('a transaction that cannot be encoded leaves nothing behind, the others of its batch go on', async () => {
  const disk = simulatedDisk(seededRandom(1));
  const { store } = await open(disk);
  const circular: { self?: unknown } = {};
  circular.self = circular;
  const first = put(store, 'a');
  const writes = [
    { key: '/pods/n/p', object: configMap('p') },
    { key: keyOf('b'), object: configMap('b', '', { circular }) },
  ];
  expect(() => store.commit({ guards: [], writes })).toThrow();
  expect(await first).toMatchObject({ ok: true });
  disk.kill();
  const { store: again } = await open(disk);
  expect([names(again), again.view('/pods/').size]).toEqual([['a'], 0]);
});

test('a flip of any one bit before the last frame is refused; in the last frame it cuts that frame off', async () => {
  const disk = await written('abc');
  const size = frameSize(disk);
  for (let offset = 0; offset < size; offset++) {
    flip(disk, '00000001.log', offset);
    const last = (size / 3) * 2;
    // The byte after the magic is the format: a larger one may be a newer version's, so it is refused wherever it stands.
    if (offset < last || offset === last + 3) expect(await refusal(disk)).toMatch(/00000001.log/);
    else {
      // On a copy: opening cuts.
      const copy = simulatedDisk(seededRandom(1));
      await copy.mount().append('00000001.log', disk.contents('00000001.log').slice());
      expect(names((await open(copy)).store)).toEqual(['a', 'b']);
    }
    flip(disk, '00000001.log', offset);
  }
  expect(names((await open(disk)).store)).toEqual(['a', 'b', 'c']);
});
