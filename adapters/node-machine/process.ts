import { readFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';

/** When a process began, in clock ticks since boot; undefined when it is gone (or a zombie). */
export async function startTimeOf(pid: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  if (stat === undefined) return undefined;
  // The command's name stands in parentheses and may hold anything, so fields are counted from the last one.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19];
}

/** Kills the process if it is still the one meant, and waits until it is gone. */
export async function killAndWait(pid: number, startTime: string, timeout = 10_000): Promise<void> {
  const deadline = performance.now() + timeout;
  while ((await startTimeOf(pid)) === startTime) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      return;
    }
    if (performance.now() > deadline) throw new Error(`process ${pid} does not die`);
    await wait(10);
  }
}
