import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect } from 'vitest';
import type { TestCluster } from './cluster.ts';
import { run } from './shell.ts';

/** Deletes a cluster that runs and has pods, and expects that the machine shows nothing of it any more. */
export function expectNothingLeft(cluster: TestCluster): void {
  const { index } = JSON.parse(readFileSync(`${cluster.data}/cluster.json`, 'utf8')) as { index: number };
  const during = traces(cluster, index);
  // Each is seen while the cluster runs, so that seeing none of them afterwards means something.
  expect(Object.entries(during).filter(([kind, found]) => kind !== 'mounts' && found.length === 0)).toEqual([]);
  expect(cluster.kubernode('delete')).toMatchObject({ status: 0, stdout: expect.stringContaining('is deleted.') });
  expect(Object.values(traces(cluster, index)).flat()).toEqual([]);
}

/** What the machine shows of a cluster: interfaces, routes, tables, cgroups, mounts and processes. */
function traces({ name, data }: TestCluster, index: number) {
  // The dead whom the machine's init has not yet fetched hold nothing.
  const lines = (text: string, what: RegExp) =>
    text.split('\n').filter((line) => what.test(line) && !line.includes('<defunct>'));
  const bridge = new RegExp(`knbr${index}\\b`);
  const own = new RegExp(`kubernode/${name}\\b`);
  return {
    links: lines(run('ip', ['-o', 'link']).stdout, bridge),
    routes: lines(run('ip', ['route']).stdout, bridge),
    tables: lines(run('nft', ['list', 'tables']).stdout, bridge),
    mounts: lines(readFileSync('/proc/mounts', 'utf8'), own),
    processes: lines(run('ps', ['-eo', 'pid,args']).stdout, own),
    cgroups: readdirSync('/sys/fs/cgroup').filter((one) => existsSync(`/sys/fs/cgroup/${one}/kubernode/${name}`)),
    shims: lines(run('ps', ['-eo', 'cgroup:200,args']).stdout, own),
    files: [data, `/run/kubernode/${name}`].filter((path) => existsSync(path)),
  };
}
