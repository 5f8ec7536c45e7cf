import { mkdir, mkdtemp, readFile, readdir, readlink, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { writeAtomically } from './atomic-files.ts';
import { nodeCgroups } from './index.ts';
import type { Mounts } from './mounts.ts';
import { nodeVolumes } from './volumes.ts';

const made: string[] = [];
const folder = async () => {
  const path = await mkdtemp(join(tmpdir(), 'node-fs-'));
  made.push(path);
  return path;
};
afterAll(async () => {
  for (const path of made) await rm(path, { recursive: true, force: true });
});

const file = (path: string, text: string, mode = 0o644) => ({ path, content: Buffer.from(text), mode });
const noMounts: Mounts = { tmpfs: async () => {}, unmount: async () => {}, below: async () => [] };

test('files change all at one moment, and only when they differ', async () => {
  const at = join(await folder(), 'v');
  await writeAtomically(at, [file('a', '1'), file('dir/b', '2', 0o400)], undefined);
  expect(await readFile(join(at, 'a'), 'utf8')).toBe('1');
  expect(await readFile(join(at, 'dir/b'), 'utf8')).toBe('2');
  expect((await stat(join(at, 'dir/b'))).mode & 0o777).toBe(0o400);
  expect(await readlink(join(at, 'a'))).toBe('..data/a');
  const first = await readlink(join(at, '..data'));
  await writeAtomically(at, [file('a', '1'), file('dir/b', '2', 0o400)], undefined);
  expect(await readlink(join(at, '..data'))).toBe(first);
  await writeAtomically(at, [file('a', '3'), file('c', '4')], undefined);
  const second = await readlink(join(at, '..data'));
  expect(second).not.toBe(first);
  expect((await readdir(at)).sort()).toEqual([second, '..data', 'a', 'c'].sort());
  expect(await readFile(join(at, 'a'), 'utf8')).toBe('3');
});

test('a file cannot leave its volume', async () => {
  const at = join(await folder(), 'v');
  await expect(writeAtomically(at, [file('../x', '1')], undefined)).rejects.toThrow('cannot hold the path');
});

test('a subPath is made, and never leads out', async () => {
  const root = await folder();
  const volumes = nodeVolumes(root, { mounts: noMounts });
  const volume = await volumes.emptyDir('u1', 'data', { memory: false });
  expect((await stat(volume)).mode & 0o7777).toBe(0o777);
  expect(await volumes.subPath(volume, 'a/b')).toBe(join(volume, 'a/b'));
  await symlink('/etc', join(volume, 'out'));
  await expect(volumes.subPath(volume, 'out/x')).rejects.toThrow('leads out of its volume');
  await expect(volumes.subPath(volume, '../x')).rejects.toThrow('must not contain');
  await symlink('a', join(volume, 'in'));
  expect(await volumes.subPath(volume, 'in/b')).toBe(join(volume, 'a/b'));
});

test('an image is mounted once, and taken away by whom mounted it', async () => {
  const root = await folder();
  const seen: string[] = [];
  const mounted = new Set<string>();
  const mounts: Mounts = {
    ...noMounts,
    unmount: async (path) => void seen.push(`not an image: ${path}`),
    below: async (path) => [...mounted].filter((point) => point.startsWith(path)),
  };
  const images = {
    async mount(image: string, path: string) {
      seen.push(`mount ${image}`);
      mounted.add(path);
    },
    async unmount(path: string) {
      seen.push('unmount');
      mounted.delete(path);
    },
  };
  const volumes = nodeVolumes(root, { mounts, images });
  const path = await volumes.image!('u1', 'v', 'sha256:1');
  expect(path).toBe(join(root, 'pods/u1/volumes/kubernetes.io~image/v'));
  expect(await volumes.image!('u1', 'v', 'sha256:1')).toBe(path);
  await volumes.remove('u1');
  expect(seen).toEqual(['mount sha256:1', 'unmount']);
});

test('a pod leaves nothing behind', async () => {
  const root = await folder();
  const volumes = nodeVolumes(root, { mounts: noMounts });
  await volumes.emptyDir('u1', 'data', { memory: false });
  await volumes.file('u1', 'containers/a/termination-0', 'the end', 0o666);
  expect(await volumes.read('u1', 'containers/a/termination-0', 3)).toBe('end');
  expect(await volumes.read('u1', 'containers/b/termination-0', 3)).toBe('');
  expect(await volumes.pods()).toEqual(['u1']);
  await volumes.remove('u1');
  expect(await volumes.pods()).toEqual([]);
});

test('what is still mounted is not removed', async () => {
  const root = await folder();
  const volumes = nodeVolumes(root, { mounts: { ...noMounts, below: async (path) => [join(path, 'x')] } });
  await volumes.file('u1', 'kept', '', 0o644);
  await expect(volumes.remove('u1')).rejects.toThrow('still mounted');
  expect(await volumes.pods()).toEqual(['u1']);
});

test.each([
  { path: 'dir', type: 'Directory', says: '' },
  { path: 'dir', type: 'File', says: 'is not a file' },
  { path: 'no', type: 'Directory', says: 'is not a directory' },
  { path: 'no', type: '', says: '' },
  { path: 'new/dir', type: 'DirectoryOrCreate', says: '' },
  { path: 'new-file', type: 'FileOrCreate', says: '' },
  { path: 'dir', type: 'Socket', says: 'is not a socket file' },
])('hostPath $path as "$type"', async ({ path, type, says }) => {
  const root = await folder();
  await mkdir(join(root, 'dir'));
  const checked = nodeVolumes(root, { mounts: noMounts })
    .hostPath(join(root, path), type)
    .then(
      () => '',
      (failure: Error) => failure.message,
    );
  expect(await checked).toContain(says);
  if (says === '') expect(await checked).toBe('');
});

const removeTree = (path: string) => rm(path, { recursive: true });
const limits = { cpuShares: 512, cpuQuota: 50_000, memoryLimit: 1024, pids: 10 };

test('control groups, version 1', async () => {
  const root = await folder();
  for (const controller of ['cpu', 'cpuacct', 'memory', 'pids', 'freezer']) await mkdir(join(root, controller));
  const cgroups = await nodeCgroups(root, removeTree);
  const read = (path: string) => readFile(join(root, path), 'utf8');
  expect(await cgroups.prepare('u1', 'Burstable', limits)).toBe('/kubepods/burstable/podu1');
  expect(await read('cpu/kubepods/burstable/podu1/cpu.shares')).toBe('512');
  expect(await read('cpu/kubepods/burstable/podu1/cpu.cfs_quota_us')).toBe('50000');
  expect(await read('memory/kubepods/burstable/podu1/memory.limit_in_bytes')).toBe('1024');
  expect(await read('pids/kubepods/burstable/podu1/pids.max')).toBe('10');
  await cgroups.prepare('u2', 'Burstable', limits);
  expect(await read('cpu/kubepods/burstable/cpu.shares')).toBe('1024');
  // What the runtime makes of its own accord goes too.
  await mkdir(join(root, 'freezer/kubepods/burstable/podu1/container'), { recursive: true });
  await cgroups.remove('u1', 'Burstable');
  for (const controller of ['cpu', 'memory', 'pids', 'freezer']) {
    expect(await readdir(join(root, controller, 'kubepods/burstable')).catch(() => [])).not.toContain('podu1');
  }
  expect(await read('cpu/kubepods/burstable/cpu.shares')).toBe('512');
  await cgroups.remove('u1', 'Burstable');
  expect(await cgroups.prepare('u3', 'Guaranteed', limits)).toBe('/kubepods/podu3');
  await mkdir(join(root, 'cpuacct/c'));
  await writeFile(join(root, 'cpuacct/c/cpuacct.usage'), '7000\n');
  await mkdir(join(root, 'memory/c'));
  await writeFile(join(root, 'memory/c/memory.usage_in_bytes'), '5000\n');
  await writeFile(join(root, 'memory/c/memory.stat'), 'cache 1\ntotal_inactive_file 2000\n');
  expect(await cgroups.usage('/c')).toEqual({ cpu: 7000, memoryUsage: 5000, memoryWorkingSet: 3000 });
});

test('control groups, version 2', async () => {
  const root = await folder();
  await writeFile(join(root, 'cgroup.controllers'), 'cpuset cpu io memory pids\n');
  await mkdir(join(root, 'kubepods'));
  await writeFile(join(root, 'kubepods/cgroup.controllers'), 'cpu memory pids\n');
  const cgroups = await nodeCgroups(root, removeTree);
  const read = (path: string) => readFile(join(root, path), 'utf8');
  expect(await cgroups.prepare('u1', 'BestEffort', { ...limits, cpuQuota: 0, cpuShares: 2, memoryLimit: 0 })).toBe(
    '/kubepods/besteffort/podu1',
  );
  expect(await read('cgroup.subtree_control')).toBe('+cpu +memory +pids +cpuset +io');
  expect(await read('kubepods/cgroup.subtree_control')).toBe('+cpu +memory +pids');
  expect(await read('kubepods/besteffort/podu1/cpu.weight')).toBe('1');
  expect(await read('kubepods/besteffort/podu1/cpu.max')).toBe('max 100000');
  expect(await read('kubepods/besteffort/podu1/memory.max')).toBe('max');
  expect(await read('kubepods/besteffort/podu1/pids.max')).toBe('10');
  await cgroups.remove('u1', 'BestEffort');
  expect(await readdir(join(root, 'kubepods/besteffort'))).not.toContain('podu1');
});
