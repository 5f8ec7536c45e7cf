/** A list of indexes as text: `1,3-5,7`, rising, each below the number of completions. */
export interface Indexes {
  readonly count: number;
  readonly problem?: string;
}

const isWhole = (text: string): boolean => /^[+-]?\d+$/.test(text);

/** The ends of `3-5` or `3`; text where it is neither. */
function interval(text: string, completions: number): readonly [number, number] | string {
  const parts = text.split('-');
  if (parts.length > 2) {
    return `the fragment ${JSON.stringify(text)} violates the requirement that an index interval can have at most two parts separated by '-'`;
  }
  const ends: number[] = [];
  for (const part of parts) {
    if (!isWhole(part)) return `cannot convert string to integer for index: ${JSON.stringify(part)}`;
    if (Number(part) >= completions) return `too large index: ${JSON.stringify(part)}`;
    ends.push(Number(part));
  }
  const [from = 0, to = from] = ends;
  if (parts.length > 1 && from >= to) return `non-increasing order, previous: ${from}, current: ${to}`;
  return [from, to];
}

export function parseIndexes(text: string, completions: number): Indexes {
  if (text === '') return { count: 0 };
  let last: number | undefined;
  let count = 0;
  for (const part of text.split(',')) {
    const ends = interval(part, completions);
    if (typeof ends === 'string') return { count: 0, problem: ends };
    const [from, to] = ends;
    if (last !== undefined && last >= from) {
      return { count: 0, problem: `non-increasing order, previous: ${last}, current: ${from}` };
    }
    count += to - from + 1;
    last = to;
  }
  return { count };
}

/** The first index in both lists. What cannot be read is passed over: it has a problem of its own. */
export function sharedIndex(left: string, right: string, completions: number): number | undefined {
  if (left === '' || right === '') return undefined;
  const intervals = (text: string) =>
    text
      .split(',')
      .map((part) => interval(part, completions))
      .filter((ends) => typeof ends !== 'string');
  const others = intervals(right);
  for (const [from, to] of intervals(left)) {
    const hit = others.find(([start, end]) => from <= end && start <= to);
    if (hit !== undefined) return Math.max(from, hit[0]);
  }
  return undefined;
}
