import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { textOf } from '#core/base';
import { RuntimeFailure, type RuntimeEvent } from '#core/kubelet';
import { criRuntime } from '#adapters/cri';
import { inspectNode, startNode } from '#adapters/node-machine';
import { containerOf, sandboxOf } from './pods.ts';
import { cannotRun, realNodes, type RealNodes, unusedIndex } from './real-node.ts';

const run = promisify(execFile);
const INDEX = unusedIndex(50, 150);

describe.skipIf(cannotRun !== undefined)(
  `a real node${cannotRun === undefined ? '' : ` (skipped: ${cannotRun})`}`,
  () => {
    let nodes: RealNodes;
    let runtime: ReturnType<typeof criRuntime>;
    beforeAll(async () => {
      nodes = await realNodes(1, INDEX);
      runtime = criRuntime(nodes.states[0]!.socket);
    });
    afterAll(async () => {
      runtime?.close();
      await nodes?.remove();
      const left = readdirSync('/sys/fs/cgroup').filter((one) =>
        existsSync(join('/sys/fs/cgroup', one, `kubernode/judge${INDEX}`)),
      );
      const { stdout: interfaces } = await run('ip', ['-brief', 'link']);
      const { stdout: routes } = await run('ip', ['route']);
      const { stdout: tables } = await run('nft', ['list', 'tables']);
      expect({
        cgroups: left,
        interfaces: interfaces.includes(`knbr${INDEX}`),
        routes: routes.includes(`10.${244 - INDEX}.`),
        tables: tables.includes(`knbr${INDEX}`),
        mounts: readFileSync('/proc/mounts', 'utf8').includes(`judge/${INDEX}`),
        files: existsSync(nodes.specs[0]!.dataDir),
      }).toEqual({ cgroups: [], interfaces: false, routes: false, tables: false, mounts: false, files: false });
    });

    test('is taken over when it runs already', async () => {
      expect((await startNode(nodes.specs[0]!)).pid).toBe(nodes.states[0]!.pid);
    });

    test('runs a pod through its life', async () => {
      const events: RuntimeEvent[] = [];
      const stop = new AbortController();
      runtime.events((event) => events.push(event), stop.signal);
      const status = await runtime.status();
      expect(status).toMatchObject({ name: 'containerd', ready: true, networkReady: true });

      const sandboxConfig = sandboxOf('life');
      const sandbox = await runtime.runSandbox(sandboxConfig);
      expect(await runtime.sandboxStatus(sandbox)).toMatchObject({
        pod: sandboxConfig.pod,
        ready: true,
        annotations: { note: 'kept' },
        ips: [expect.stringMatching(`^10\\.${244 - INDEX}\\.0\\.`)],
      });
      await expect(runtime.runSandbox(sandboxConfig)).rejects.toMatchObject({ reason: 'alreadyExists' });

      const image = (await runtime.imageStatus('busybox:1.35'))!.id;
      const config = containerOf('main', image, ['sh', '-c', 'echo started; sleep 0.5; exit 7']);
      const id = await runtime.createContainer(sandbox, config, sandboxConfig);
      await runtime.startContainer(id);
      const asked = await runtime.execSync(id, ['sh', '-c', 'echo $GREETING; exit 3'], 5);
      expect([asked.exitCode, textOf(asked.stdout)]).toEqual([3, 'hello\n']);
      await expect
        .poll(() => events.filter(({ kind }) => kind === 'stopped'), { timeout: 5000 })
        .toEqual([{ sandbox, container: id, kind: 'stopped' }]);
      expect(await runtime.containerStatus(id)).toMatchObject({
        state: 'exited',
        exitCode: 7,
        reason: 'Error',
        sandbox,
      });
      expect(
        readFileSync(join(nodes.states[0]!.root, 'var/log/pods/default_life_uid-life/main/0.log'), 'utf8'),
      ).toMatch(/stdout F started\n$/);
      await runtime.removeContainer(id);
      await runtime.stopSandbox(sandbox);
      await runtime.removeSandbox(sandbox);
      expect(await runtime.listSandboxes()).toEqual([]);
      await expect(runtime.containerStatus(id)).rejects.toBeInstanceOf(RuntimeFailure);
      await expect(runtime.containerStatus(id)).rejects.toMatchObject({ reason: 'notFound' });
      stop.abort();
    });

    test('gives exec, attach and port-forward as streams', async () => {
      const inside = join(import.meta.dirname, 'inside.ts');
      const { stdout } = await run('nsenter', [
        '-t',
        String(nodes.states[0]!.pid),
        '-n',
        process.execPath,
        inside,
        nodes.states[0]!.socket,
      ]);
      expect(JSON.parse(stdout)).toEqual({
        exec: { output: true, stderr: 'no\n', done: { exitCode: 3 } },
        tty: { stdout: '37 91\r\n', done: { exitCode: 0 } },
        missing: 'error',
        attach: { stdout: 'got hello\n', done: { exitCode: 0 } },
        forward: 'pong\n',
        refused: 'refused',
      });
    });

    test('is gone after a power-off and comes back with its images', async () => {
      process.kill(nodes.states[0]!.pid, 'SIGKILL');
      await expect.poll(() => inspectNode(nodes.specs[0]!)).toBeUndefined();
      const again = await startNode(nodes.specs[0]!);
      const after = criRuntime(again.socket);
      // A runtime that answers may still be reading what it has.
      await expect
        .poll(() => after.imageStatus('busybox:1.35').catch(() => undefined), { timeout: 20_000 })
        .toBeDefined();
      after.close();
    });
  },
);
