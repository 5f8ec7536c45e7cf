import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { isRoot } from './cluster.ts';
import { skipped } from './needs.ts';
import { must, run, type Ran } from './shell.ts';

/** Each misuse ends with one clear sentence and a non-zero status, and loses nothing. */
const CLI = join(import.meta.dirname, '../../apps/kubernode/bin/kubernode.js');
const work = mkdtempSync(join(tmpdir(), 'kubernode-misuse-'));
const env = { ...process.env, KUBECONFIG: join(work, 'kubeconfig') };
const kubernode = (command: string, name: string, ...args: string[]): Ran =>
  run(process.execPath, [CLI, command, '--name', name, '--data-dir', join(work, name), ...args], { env });

const made: string[] = [];
const up = (name: string, ...args: string[]) => {
  made.push(name);
  return kubernode(
    'up',
    name,
    '--runtime',
    'simulated',
    '--port',
    String(20_000 + made.length + Math.floor(Math.random() * 9000)),
    ...args,
  );
};
afterEach(() => {
  for (const name of made.splice(0)) kubernode('delete', name);
});

function expectRefusal(ran: Ran, words: RegExp): void {
  expect(ran.status).not.toBe(0);
  // Progress of what takes over a second is not part of the answer.
  const lines = ran.stderr.split('\n').filter((line) => line !== '' && !line.endsWith(' ...'));
  expect(lines).toHaveLength(1);
  expect(ran.stderr).toMatch(words);
  expect(ran.stderr).not.toMatch(/\n\s+at /);
}

test('a port that is taken', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => other.once('listening', resolve));
  const address = other.address();
  const port = typeof address === 'object' ? address!.port : 0;
  made.push('port');
  expectRefusal(
    kubernode('up', 'port', '--runtime', 'simulated', '--port', String(port)),
    new RegExp(`${port}.*in use`),
  );
  other.close();
});

test('a cluster that does not exist', () => {
  expectRefusal(kubernode('down', 'nobody'), /no cluster "nobody"/);
  expectRefusal(kubernode('kubectl', 'nobody'), /no cluster "nobody"/);
});

test('a name that cannot be one', () => {
  expectRefusal(run(process.execPath, [CLI, 'up', '--name', 'Not/OK'], { env }), /cannot name a cluster/);
});

test('--runtime containerd without root', () => {
  if (!isRoot) return expectRefusal(kubernode('up', 'rootless', '--runtime', 'containerd'), /needs? root/);
  // The same command as somebody else; skipped by the system where there is no such user.
  const { status, stderr } = spawnSync(
    process.execPath,
    [CLI, 'up', '--name', 'rootless', '--runtime', 'containerd', '--data-dir', join(tmpdir(), 'kubernode-rootless')],
    { uid: 65534, gid: 65534, encoding: 'utf8', env: { ...env, HOME: tmpdir() } },
  );
  expect(status).not.toBe(0);
  expect(stderr).toMatch(/needs? root/);
});

test("a data folder that is somebody else's", () => {
  const folder = mkdtempSync(join(tmpdir(), 'kubernode-foreign-'));
  writeFileSync(join(folder, 'diary.txt'), 'private');
  expectRefusal(
    run(process.execPath, [CLI, 'up', '--name', 'foreign', '--runtime', 'simulated', '--data-dir', folder], { env }),
    /not empty/,
  );
  expect(readFileSync(join(folder, 'diary.txt'), 'utf8')).toBe('private');
});

test('a cluster made with --data-dir is found by its name alone, and by no other folder or name', () => {
  expect(up('elsewhere', '--nodes', '0').status).toBe(0);
  const named = (command: string, ...args: string[]) => run(process.execPath, [CLI, command, ...args], { env });
  const folder = join(work, 'elsewhere');
  expect(named('status', '--name', 'elsewhere')).toMatchObject({ status: 0, stdout: expect.stringContaining(folder) });
  expect(named('status', '--all').stdout).toMatch(/^elsewhere .* up$/m);
  expectRefusal(named('up', '--name', 'elsewhere', '--data-dir', join(work, 'other')), /lies in .*elsewhere, not in/);
  expectRefusal(named('up', '--name', 'other', '--data-dir', folder), /holds cluster "elsewhere", not "other"/);
  expect(named('up', '--name', 'elsewhere').status).toBe(0);
  expect(named('delete', '--name', 'elsewhere').status).toBe(0);
  expect(readdirSync(work)).not.toContain('elsewhere');
  expectRefusal(named('status', '--name', 'elsewhere'), /no cluster "elsewhere"/);
});

test('a kubeconfig that cannot be read is left as it is', () => {
  const broken = join(work, 'broken');
  writeFileSync(broken, 'a: [1\nb: }');
  made.push('kc');
  const ran = run(
    process.execPath,
    [CLI, 'up', '--name', 'kc', '--runtime', 'simulated', '--port', '29123', '--data-dir', join(work, 'kc')],
    { env: { ...env, KUBECONFIG: broken } },
  );
  expectRefusal(ran, /kubeconfig .*broken/);
  expect(readFileSync(broken, 'utf8')).toBe('a: [1\nb: }');
});

test('a data folder written by a newer version, and one that is damaged', () => {
  expect(up('folder').status).toBe(0);
  expect(kubernode('down', 'folder').status).toBe(0);
  const store = join(work, 'folder/store');
  const before = new Map(readdirSync(store).map((name) => [name, readFileSync(join(store, name))]));
  const restore = () => before.forEach((bytes, name) => writeFileSync(join(store, name), bytes));

  const [name, bytes] = [...before].find(([file]) => file.endsWith('.log'))!;

  // The byte after the magic is the format.
  const newer = Buffer.from(bytes);
  newer[3] = 99;
  writeFileSync(join(store, name), newer);
  expectRefusal(kubernode('up', 'folder'), /newer version.*format 99/);
  restore();

  const damaged = Buffer.from(bytes);
  damaged.fill(0x5a, Math.floor(damaged.length / 3), Math.floor(damaged.length / 3) + 64);
  writeFileSync(join(store, name), damaged);
  expectRefusal(kubernode('up', 'folder'), new RegExp(`${name}.*(offset|byte)`));
  expect(readFileSync(join(store, name))).toEqual(damaged);
  restore();

  expect(kubernode('up', 'folder').status).toBe(0);
});

const noSmallDisk = isRoot ? undefined : 'mounting a small disk needs root';
test.skipIf(skipped('a full disk', noSmallDisk))('a full disk', () => {
  const disk = join(work, 'full');
  mkdirSync(disk);
  must('mount', ['-t', 'tmpfs', '-o', 'size=3m', 'tmpfs', disk]);
  const kubectl = (input: string) =>
    run(process.execPath, [CLI, 'kubectl', '--name', 'full', '--data-dir', disk, ...input.split(' ')], { env });
  try {
    expect(up('full').status).toBe(0);
    const value = 'x'.repeat(200_000);
    const written: string[] = [];
    let refused: Ran | undefined;
    for (let count = 0; count < 40 && refused === undefined; count++) {
      const ran = kubectl(
        `create configmap c${count} --from-literal=v=${value.slice(0, 100_000)} --from-literal=w=${value.slice(0, 20_000)}`,
      );
      if (ran.status === 0) written.push(`configmap/c${count}`);
      else refused = ran;
    }
    expect(refused?.stderr).toMatch(/disk|space|read.only|storage/i);
    // It goes on answering reads, and says that it is not well.
    expect(kubectl('get configmaps -o name').stdout).toContain(written.at(-1)!);
    expect(kubernode('down', 'full').status).toBe(0);
    writeFileSync(join(disk, 'filler'), '');
    run('dd', ['if=/dev/zero', `of=${join(disk, 'filler')}`, 'bs=4k']);
    expectRefusal(kubernode('up', 'full'), /disk is full/);
    expect(kubernode('down', 'full').status).toBe(0);
    rmSync(join(disk, 'filler'));
    must('mount', ['-o', 'remount,size=64m', disk]);
    expect(kubernode('up', 'full').status).toBe(0);
    const names = kubectl('get configmaps -o name').stdout.trim().split('\n');
    expect(names).toEqual(expect.arrayContaining(written));
  } finally {
    kubernode('delete', 'full');
    made.splice(0);
    must('umount', [disk]);
  }
});
