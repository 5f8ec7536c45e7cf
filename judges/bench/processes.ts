import { existsSync, readFileSync, readdirSync } from 'node:fs';

const TICKS_PER_SECOND = 100;

/** Processor seconds of a process so far, and of those that it started and that have ended. */
export function processorSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / TICKS_PER_SECOND;
}

/** Megabytes in memory: all of it, and its fair share of what is shared with others. */
export function memory(pid: number): { readonly rss: number; readonly pss: number } {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  const kilobytes = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(text)?.[1] ?? 0);
  return { rss: kilobytes('Rss') / 1024, pss: kilobytes('Pss') / 1024 };
}

/** Every process below some, by the first of them: a pid's own row holds what it started too. */
export function treesOf(roots: readonly number[]): ReadonlyMap<number, readonly number[]> {
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

/** Processor seconds of several processes so far. One that is gone counts where it was waited for. */
export const spent = (pids: readonly number[]): number =>
  pids.reduce((sum, pid) => sum + (existsSync(`/proc/${pid}`) ? processorSeconds(pid) : 0), 0);
