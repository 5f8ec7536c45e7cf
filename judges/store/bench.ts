/**
 * Figures of the store: `node judges/store/bench.ts`. Commits are of 2.3 KB objects to real files in the temporary folder; "no
 * disk" is the store's own work. Budget: at 64 in flight less than 10 µs of CPU above making and stringifying the object.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMetrics, silentLog } from '#core/base';
import type { KubeObject } from '#core/machinery/object';
import {
  jsonEncoding,
  logBackend,
  memoryBackend,
  openStore,
  type Backend,
  type Change,
  type Disk,
  type Store,
} from '#core/store';
import { fileDisk } from '#adapters/disk';
import { nodeTurns } from '#adapters/node-time';

const turns = nodeTurns();
const json = jsonEncoding();
const parts = { clock: turns.clock, turns, log: silentLog, metrics: createMetrics() };
const POD = '/pods/';
const keyOf = (index: number) => `${POD}ns-${index % 50}/pod-${index}`;

/** About 2.5 KB of JSON in some 60 fields. */
const podOf = (index: number, note: string): KubeObject =>
  ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: `pod-${index}`, namespace: `ns-${index % 50}`, labels: { app: 'web', note } },
    spec: {
      containers: Array.from({ length: 6 }, (_, at) => ({
        name: `container-${at}`,
        image: 'registry.example/library/web-server:1.2.3',
        args: ['--listen', '0.0.0.0:8080', '--verbose', `--index=${index}`, '--config=/etc/web/config.yaml'],
        env: [
          { name: 'POD_NAME', value: `pod-${index}` },
          { name: 'LOG_LEVEL', value: 'information' },
        ],
        resources: { limits: { cpu: '500m', memory: '128Mi' }, requests: { cpu: '100m', memory: '64Mi' } },
      })),
    },
    status: { phase: 'Running', podIP: '10.244.0.17' },
  }) as never;

async function commits(backend: Backend, inFlight: number, count: number) {
  const store = await openStore(backend, parts);
  const cpu = process.cpuUsage();
  const began = performance.now();
  const times: number[] = [];
  let next = 0;
  const writer = async () => {
    while (next < count) {
      const index = next++;
      const started = performance.now();
      const outcome = await store.commit({
        guards: [],
        writes: [{ key: keyOf(index % 20_000), object: podOf(index, 'x') }],
      });
      if (!outcome.ok) throw new Error(JSON.stringify(outcome));
      times.push(performance.now() - started);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, writer));
  const seconds = (performance.now() - began) / 1000;
  const used = process.cpuUsage(cpu);
  await store.close();
  times.sort((a, b) => a - b);
  return {
    rate: Math.round(count / seconds),
    p50: times[count >> 1]!.toFixed(2),
    p99: times[Math.floor(count * 0.99)]!.toFixed(2),
    cpu: ((used.user + used.system) / count).toFixed(1),
  };
}

const folder = await mkdtemp(join(tmpdir(), 'kubernode-bench-'));
/** A disk that takes everything at once: what is left is the store's own work. */
const noDisk = (): Disk => ({
  list: async () => [],
  read: async () => new Uint8Array(0),
  append: async () => {},
  sync: async () => {},
  truncate: async () => {},
  syncDirectory: async () => {},
  close: async () => {},
});
await commits(logBackend(noDisk()), 64, 20_000);
const began = process.cpuUsage();
let length = 0;
for (let index = 0; index < 30_000; index++) length += json.text!(podOf(index, 'x')).length;
const used = process.cpuUsage(began);
console.log(
  `to make and stringify an object of ${Math.round(length / 30_000)} bytes, which is in all that follows: ${((used.user + used.system) / 30_000).toFixed(1)} µs CPU`,
);
for (const inFlight of [1, 16, 64, 512]) {
  const count = inFlight === 1 ? 3000 : 30_000;
  const files = await commits(logBackend(await fileDisk(join(folder, `${inFlight}`))), inFlight, count);
  const nothing = await commits(logBackend(noDisk()), inFlight, count);
  console.log(
    `${inFlight} in flight: files ${files.rate}/s, p50 ${files.p50} ms, p99 ${files.p99} ms, ${files.cpu} µs CPU; no disk ${nothing.rate}/s, ${nothing.cpu} µs CPU a commit`,
  );
}

const per = (count: number, f: (index: number) => void): string => {
  for (let index = 0; index < count; index++) f(index);
  const began = performance.now();
  for (let index = 0; index < count; index++) f(index);
  return (((performance.now() - began) * 1000) / count).toFixed(3);
};

async function reads(store: Store) {
  const total = 20_000;
  for (let index = 0; index < total; index += 500) {
    await Promise.all(
      Array.from({ length: 500 }, (_, at) => {
        const object = podOf(index + at, 'x');
        return store.commit({ guards: [], writes: [{ key: keyOf(index + at), object }] });
      }),
    );
  }
  const keys = Array.from({ length: total }, (_, index) => keyOf(index));
  let sink = 0;
  console.log(`get ${per(200_000, (index) => void (sink += store.get(keys[index % total]!)!.revision))} µs`);
  console.log(`view ${per(100_000, () => void (sink += store.view(POD).size))} µs`);
  const view = store.view(POD);
  const range = per(20, () => {
    for (const entry of view.range()) sink += entry.revision;
  });
  console.log(`range of ${total}: ${range} µs, ${((Number(range) * 1000) / total).toFixed(1)} ns an entry`);
  console.log(`count in a namespace ${per(100_000, () => void (sink += view.count(`${POD}ns-7/`, `${POD}ns-70`)))} µs`);
  const at = performance.now();
  const past = store.viewAt(POD, store.revision - 10_000);
  console.log(
    `viewAt 10,000 changes ago: ${(performance.now() - at).toFixed(2)} ms (${'size' in past ? past.size : past.failure})`,
  );

  const watchers = 1000;
  let delivered = 0;
  const watcher = { changes: (changes: readonly Change[]) => void (delivered += changes.length), closed() {} };
  for (let index = 0; index < watchers; index++) store.watch(POD, store.revision, watcher);
  const write = async (count: number) => {
    const began = performance.now();
    for (let index = 0; index < count; index++) {
      await store.commit({ guards: [], writes: [{ key: keys[index]!, object: podOf(index, 'y') }] });
    }
    return performance.now() - began;
  };
  await write(2000);
  delivered = 0;
  const milliseconds = await write(2000);
  console.log(
    `watch delivery to ${watchers} watchers: ${((milliseconds * 1e6) / delivered).toFixed(1)} ns each, commit included`,
  );
  return sink;
}
const memory = await openStore(memoryBackend(), parts);
await reads(memory);
await memory.close();

const name = join(folder, 'start');
const written = await openStore(logBackend(await fileDisk(name)), parts);
for (let round = 0; round < 2; round++) {
  for (let index = 0; index < 20_000; index += 500) {
    await Promise.all(
      Array.from({ length: 500 }, (_, at) => {
        const object = podOf(index + at, 'z');
        return written.commit({ guards: [], writes: [{ key: keyOf(index + at), object }] });
      }),
    );
  }
}
await written.close();
const opening = performance.now();
const started = await openStore(logBackend(await fileDisk(name)), parts);
console.log(
  `start with 20,000 pods, 40,000 records: ${(performance.now() - opening).toFixed(0)} ms, ${started.view(POD).size} pods`,
);
await started.close();
await rm(folder, { recursive: true, force: true });
