import { readFileSync, readdirSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';

const TICKS_PER_SECOND = 100;

/** Processor seconds of a process so far. */
function processorSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

/** Megabytes in memory: all of it, and its fair share of what is shared with others. */
function memory(pid: number): { readonly rss: number; readonly pss: number } {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  const kilobytes = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(text)?.[1] ?? 0);
  return { rss: kilobytes('Rss') / 1024, pss: kilobytes('Pss') / 1024 };
}

/** Every process below some, by the first of them: a pid's own row holds what it started too. */
function treesOf(roots: readonly number[]): ReadonlyMap<number, readonly number[]> {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]));
    } catch {
      // It ended meanwhile.
    }
  }
  const trees = new Map<number, number[]>(roots.map((pid) => [pid, []]));
  for (const pid of parents.keys()) {
    let above: number | undefined = pid;
    while (above !== undefined && !trees.has(above)) above = parents.get(above);
    if (above !== undefined) trees.get(above)!.push(pid);
  }
  return trees;
}

/** A table of what processes cost while nobody asks anything of the cluster. */
export async function idleOf(named: Readonly<Record<string, number>>, seconds: number): Promise<string> {
  await wait(5000);
  const trees = treesOf(Object.values(named));
  const spent = (pids: readonly number[]) => pids.reduce((sum, pid) => sum + processorSeconds(pid), 0);
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
