import { setTimeout as wait } from 'node:timers/promises';
import { memory, spent, treesOf } from './processes.ts';

/** A table of what processes cost while nobody asks anything of the cluster. */
export async function idleOf(named: Readonly<Record<string, number>>, seconds: number): Promise<string> {
  await wait(5000);
  const trees = treesOf(Object.values(named));
  const before = new Map([...trees].map(([root, pids]) => [root, spent(pids)]));
  await wait(seconds * 1000);
  const lines = Object.entries(named).map(([name, root]) => {
    const pids = trees.get(root)!;
    const sum = (of: 'rss' | 'pss') => pids.reduce((all, pid) => all + memory(pid)[of], 0);
    const percent = ((spent(pids) - before.get(root)!) / seconds) * 100;
    return `| ${name} | ${sum('rss').toFixed(0)} | ${sum('pss').toFixed(0)} | ${percent.toFixed(2)} |`;
  });
  return `After ${seconds} s idle, with one pod running:

| process | RSS MB | PSS MB | % of a core |
| --- | --- | --- | --- |
${lines.join('\n')}
`;
}
