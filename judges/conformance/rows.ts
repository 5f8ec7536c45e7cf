import { existsSync, readFileSync, writeFileSync } from 'node:fs';

/** What is known of one test: the result of the last run that tried it. */
export interface Row {
  readonly name: string;
  readonly result: 'passed' | 'failed' | 'not run';
  readonly seconds: number;
  /** The day of that run, `2026-11-25`. */
  readonly date: string;
  readonly commit: string;
  readonly runtime: string;
  /** The first line of the error, or why it was not run. */
  readonly message: string;
}

const HEAD = ['name', 'result', 'seconds', 'date', 'commit', 'runtime', 'message'].join('\t');

/** The rows of a file by name; none where there is no file. */
export function readRows(path: string): ReadonlyMap<string, Row> {
  if (!existsSync(path)) return new Map();
  const [head, ...lines] = readFileSync(path, 'utf8').trimEnd().split('\n');
  if (head !== HEAD) throw new Error(`${path} does not begin with the columns of this version`);
  return new Map(
    lines.map((line) => {
      const [name, result, seconds, date, commit, runtime, message = ''] = line.split('\t') as [
        string,
        Row['result'],
        string,
        string,
        string,
        string,
        string?,
      ];
      return [name, { name, result, seconds: Number(seconds), date, commit, runtime, message }];
    }),
  );
}

/** Messages carry addresses and objects of a page's length: their first 240 characters tell what happened. */
export const oneLine = (text: string): string =>
  text
    .replaceAll(/[\t\r\n]+/g, ' ')
    .slice(0, 240)
    .trim();

export const writeRows = (path: string, rows: readonly Row[]): void =>
  writeFileSync(
    path,
    `${[
      HEAD,
      ...rows.map(({ name, result, seconds, date, commit, runtime, message }) =>
        [name, result, seconds.toFixed(1), date, commit, runtime, oneLine(message)].join('\t'),
      ),
    ].join('\n')}\n`,
  );

/**
 * One row a name, in the order of the names: the run's own, else what was known, else that no run has tried it. That a run could
 * not try a test replaces no result.
 */
export function merge(names: readonly string[], before: ReadonlyMap<string, Row>, run: readonly Row[]): readonly Row[] {
  const fresh = new Map(run.map((row) => [row.name, row]));
  return names.map((name) => {
    const [was, now] = [before.get(name), fresh.get(name)];
    if (now !== undefined && (now.result !== 'not run' || was === undefined || was.result === 'not run')) return now;
    return (
      was ?? { name, result: 'not run', seconds: 0, date: '', commit: '', runtime: '', message: 'no run has tried it' }
    );
  });
}

/** The tests that passed before and fail now. */
export const worse = (before: ReadonlyMap<string, Row>, run: readonly Row[]): readonly Row[] =>
  run.filter((row) => row.result === 'failed' && before.get(row.name)?.result === 'passed');
