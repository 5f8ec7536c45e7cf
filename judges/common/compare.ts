import { writeSync } from 'node:fs';
import type { Log } from '#core/base';

/** What was seen after each step or of each case. */
export type Seen = ReadonlyMap<string, readonly string[]>;

/** Prints all of a line before the process ends. */
export const say = (line: string): void => void writeSync(1, `${line}\n`);

const logged = (level: string) => (message: string, fields?: object) =>
  console.error(level, message, JSON.stringify(fields));

/** What goes wrong in ours while it is judged. */
export const judgeLog: Log = {
  debug() {},
  info() {},
  warn: logged('warn'),
  error: logged('error'),
  with: () => judgeLog,
};

/** The word behind a flag of the command line. */
export function option(name: string): string | undefined {
  const at = process.argv.indexOf(name);
  return at < 0 ? undefined : process.argv[at + 1];
}

/** Prints where what came of ours and of the original's differs, and how many `things` do; gives that number. */
export function tell(theirs: Seen, ours: Seen, things: string): number {
  const print = process.argv.includes('--print');
  let differing = 0;
  for (const [step, wanted] of theirs) {
    const got = ours.get(step) ?? [];
    const missing = wanted.filter((line) => !got.includes(line));
    const extra = got.filter((line) => !wanted.includes(line));
    const same = missing.length === 0 && extra.length === 0;
    if (!same) differing++;
    say(`${same ? 'same  ' : 'DIFFER'} ${step}`);
    for (const line of missing) say(`   original: ${line}`);
    for (const line of extra) say(`   ours:     ${line}`);
    if (print && same) for (const line of got) say(`             ${line}`);
  }
  say(`${theirs.size - differing} ${things} the same, ${differing} different`);
  return differing;
}
