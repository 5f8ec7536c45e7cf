import { closeSync, existsSync, openSync, readSync, readdirSync, watch } from 'node:fs';
import { join } from 'node:path';
import { endOf, tailFrom } from '../background.ts';
import { Failure } from '../failure.ts';
import { existingCluster, type ClusterOptions } from './options.ts';

interface LogsOptions extends ClusterOptions {
  readonly follow?: boolean;
  readonly tail: number;
}

/** `kubernode logs [PROCESS]`: the last lines of the processes' logs, each under its name; with `--follow` what comes too. */
export async function logs(process: string | undefined, options: LogsOptions): Promise<void> {
  const { places } = existingCluster(options);
  const names = existsSync(places.logs)
    ? readdirSync(places.logs)
        .filter((file) => file.endsWith('.log'))
        .map((file) => file.slice(0, -4))
        .sort()
    : [];
  if (process !== undefined && !names.includes(process)) {
    throw new Failure(`There is no log of "${process}"; there are: ${names.join(', ') || 'none yet'}.`);
  }
  const chosen = process === undefined ? names : [process];
  const label = (name: string, line: string) => console.log(chosen.length > 1 ? `${name} | ${line}` : line);
  for (const name of chosen) {
    for (const line of tailFrom(join(places.logs, `${name}.log`), 0, options.tail)) if (line !== '') label(name, line);
  }
  if (options.follow !== true) return;
  await Promise.all(chosen.map((name) => follow(join(places.logs, `${name}.log`), (line) => label(name, line))));
}

/** Calls `each` with every line written to the file from now on; never resolves. */
export function follow(file: string, each: (line: string) => void): Promise<never> {
  return new Promise(() => {
    let at = endOf(file);
    let rest = '';
    const buffer = Buffer.alloc(64 * 1024);
    const take = () => {
      const descriptor = openSync(file, 'r');
      for (;;) {
        const count = readSync(descriptor, buffer, 0, buffer.length, at);
        if (count === 0) break;
        at += count;
        const lines = (rest + buffer.toString('utf8', 0, count)).split('\n');
        rest = lines.pop()!;
        for (const line of lines) each(line);
      }
      closeSync(descriptor);
    };
    watch(file, take);
  });
}
