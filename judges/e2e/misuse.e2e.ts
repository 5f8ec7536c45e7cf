import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { isRoot } from './cluster.ts';
import { run, type Ran } from './shell.ts';

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
  expect(ran.stderr.trim().split('\n')).toHaveLength(1);
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

  const version = [...before.keys()].find((name) => /format|version/i.test(name));
  expect(version).toBeDefined();
  writeFileSync(join(store, version!), readFileSync(join(store, version!), 'utf8').replace(/\d+/, '999'));
  expectRefusal(kubernode('up', 'folder'), /newer|999/);
  restore();

  const segment = [...before].filter(([name]) => name !== version).sort(([, a], [, b]) => b.length - a.length)[0]!;
  const damaged = Buffer.from(segment[1]);
  damaged.fill(0x5a, Math.floor(damaged.length / 3), Math.floor(damaged.length / 3) + 64);
  writeFileSync(join(store, segment[0]), damaged);
  expectRefusal(kubernode('up', 'folder'), new RegExp(`${segment[0]}.*(offset|byte)`));
  restore();

  expect(kubernode('up', 'folder').status).toBe(0);
});
