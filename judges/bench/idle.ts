import { setTimeout as wait } from 'node:timers/promises';
import { memory, spent, treesOf } from './processes.ts';

/** What a start leaves running for a while has ended by then, in milliseconds. */
const SETTLED_AFTER = 20_000;

/** A table of what processes, with all that they started, cost while nobody asks anything of the cluster. */
export async function idleOf(named: Readonly<Record<string, number>>, seconds: number): Promise<string> {
  await wait(SETTLED_AFTER);
  const roots = Object.values(named);
  const before = new Map([...treesOf(roots)].map(([root, pids]) => [root, spent(pids)]));
  await wait(seconds * 1000);
  const trees = treesOf(roots);
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
