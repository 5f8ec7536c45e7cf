import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { accessOf } from '../../apps/kubernode/access.ts';
import { placesOf } from '../../apps/kubernode/places.ts';
import { findProgram } from '../../apps/kubernode/programs.ts';
import { START_SCRIPT } from '../../apps/kubernode/processes.ts';
import { kubernodeVersion } from '../../apps/kubernode/version.ts';
import { IMAGE } from '../e2e/app.ts';
import { testCluster } from '../e2e/cluster.ts';
import { testImage } from '../e2e/image.ts';
import { noContainers } from '../e2e/needs.ts';
import { eventually } from '../e2e/shell.ts';
import { idleOf } from './idle.ts';
import { median } from './table.ts';
import { commit } from '../common/commit.ts';

/**
 * `npm run bench:start [-- --runs N --idle SECONDS]`: how long a start takes, and what an idle cluster costs. Writes
 * docs/start.md. Nothing here is asserted: the figures are for people.
 */
const option = (name: string, otherwise: number) => {
  const at = process.argv.indexOf(name);
  return at < 0 ? otherwise : Number(process.argv[at + 1]);
};
const RUNS = option('--runs', 10);
const IDLE_SECONDS = option('--idle', 60);
const NAME = 'bench-start';

const now = () => Number(process.hrtime.bigint()) / 1e6;
const rows: string[] = [];
const row = (what: string, values: readonly number[], unit = 'ms') => {
  const text = `| ${what} | ${median(values).toFixed(0)} | ${Math.min(...values).toFixed(0)}–${Math.max(...values).toFixed(0)} | ${unit} |`;
  rows.push(text);
  console.log(text);
};

/** Starts the server alone on a data folder and measures until it is ready, and until the default ServiceAccount is there. */
async function startServer(folder: string): Promise<{ readonly ready: number; readonly account: number }> {
  const places = placesOf(NAME, folder);
  const began = now();
  const server = spawn(
    process.execPath,
    [START_SCRIPT, 'server', '--name', NAME, '--data-dir', folder, '--port', '26443'],
    { stdio: 'ignore' },
  );
  const ended = new Promise<void>((resolve) => server.on('exit', () => resolve()));
  const poll = async (path: string) => {
    for (;;) {
      try {
        if ((await accessOf(places).get(path, 500)).status === 200) return now() - began;
      } catch {
        // The kubeconfig is not written yet.
      }
      if (server.exitCode !== null) throw new Error('the server ended');
      await wait(3);
    }
  };
  const ready = await poll('/readyz');
  const account = await poll('/api/v1/namespaces/default/serviceaccounts/default');
  server.kill('SIGTERM');
  await ended;
  return { ready, account };
}

const first: { ready: number; account: number }[] = [];
const later: { ready: number; account: number }[] = [];
for (let run = 0; run < RUNS; run++) {
  const folder = mkdtempSync(join(tmpdir(), 'kubernode-bench-'));
  first.push(await startServer(folder));
  later.push(await startServer(folder));
  rmSync(folder, { recursive: true, force: true });
}
row(
  'first start: exec to /readyz ok',
  first.map(({ ready }) => ready),
);
row(
  'first start: exec to the default ServiceAccount',
  first.map(({ account }) => account),
);
row(
  'later start: exec to /readyz ok',
  later.map(({ ready }) => ready),
);

/** The first process of the only node. */
const initPid = (data: string): number =>
  Number(readFileSync(join(data, 'nodes/node-1/init.pid'), 'utf8').trim().split(/\s/)[0]);

const why = noContainers();
let idle = '';
if (why === undefined) {
  const cluster = testCluster(NAME, await findProgram('kubectl', true));
  const image = testImage();
  const readyTimes: number[] = [];
  const podTimes: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    cluster.kubernode('delete');
    const began = now();
    const up = cluster.kubernode('up', '--runtime', 'containerd');
    if (up.status !== 0) throw new Error(up.stderr);
    readyTimes.push(now() - began);
    const imported = cluster.kubernode('image', 'import', image);
    if (imported.status !== 0) throw new Error(imported.stderr);
    const pod = now();
    cluster.kubectl(
      'run',
      'bench',
      `--image=${IMAGE}`,
      '--image-pull-policy=IfNotPresent',
      '--command',
      '--',
      'sleep',
      '1000',
    );
    await eventually(
      'the pod runs',
      () => cluster.kubectl('get', 'pod', 'bench', '-o', 'jsonpath={.status.phase}') === 'Running',
    );
    podTimes.push(now() - pod);
  }
  row('`kubernode up` on nothing, to a real node Ready', readyTimes);
  row('kubectl run to a real pod Running (two kubectl calls included)', podTimes);
  idle = await idleOf(
    {
      server: cluster.pid('server'),
      'node agent': cluster.pid('node-1'),
      'init, containerd, shims and the pod': initPid(cluster.data),
    },
    IDLE_SECONDS,
  );
  cluster.kubernode('delete');
} else {
  idle = `Real nodes were not measured: ${why}.\n`;
}

writeFileSync(
  'docs/start.md',
  `# How long a start takes

Written by \`npm run bench:start\` on ${new Date().toISOString().slice(0, 10)}, ${kubernodeVersion()} at ${commit()}, Node ${process.version}, ${cpus().length} × ${cpus()[0]!.model}, ${Math.round(totalmem() / 2 ** 30)} GiB.
Medians of ${RUNS} runs; the range beside them.

| what | median | range | unit |
| --- | --- | --- | --- |
${rows.join('\n')}

${idle}`,
);
