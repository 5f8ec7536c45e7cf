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

/** containerd and its shims in the same pid namespace as nothing else of ours: found by their command. */
function others(): Record<string, number> {
  const found: Record<string, number> = {};
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const command = readFileSync(`/proc/${name}/comm`, 'utf8').trim();
      if (command === 'containerd') found[`containerd (${name})`] = Number(name);
    } catch {
      // It ended meanwhile.
    }
  }
  return found;
}

/** A table of what processes cost while nobody asks anything of the cluster. */
export async function idleOf(named: Readonly<Record<string, number>>, seconds: number): Promise<string> {
  const processes = { ...named, ...others() };
  await wait(5000);
  const before = new Map(Object.values(processes).map((pid) => [pid, processorSeconds(pid)]));
  await wait(seconds * 1000);
  const lines = Object.entries(processes).map(([name, pid]) => {
    const { rss, pss } = memory(pid);
    const percent = ((processorSeconds(pid) - before.get(pid)!) / seconds) * 100;
    return `| ${name.replace(/ \(\d+\)/, '')} | ${rss.toFixed(0)} | ${pss.toFixed(0)} | ${percent.toFixed(2)} |`;
  });
  return `After ${seconds} s idle, with one pod running:

| process | RSS MB | PSS MB | % of a core |
| --- | --- | --- | --- |
${lines.join('\n')}
`;
}
