/** For so many nodes, secrets and configurations may be so old on them, in seconds. The ranges overlap, so that no count is on an edge. */
const STEPS = [
  { from: 0, to: 100, seconds: 0 },
  { from: 90, to: 500, seconds: 15 },
  { from: 450, to: 1000, seconds: 30 },
  { from: 900, to: 2000, seconds: 60 },
  { from: 1800, to: Infinity, seconds: 300 },
] as const;

/**
 * How long a node may keep what it has read, in seconds. `used` is what nodes have been told before: the longest of it that
 * goes with the count stays, else the shortest that does is told.
 */
export function ttlOf(count: number, used: readonly number[]): number {
  const fitting = STEPS.filter(({ from, to }) => count >= from && count <= to);
  return (fitting.findLast(({ seconds }) => used.includes(seconds)) ?? fitting[0]!).seconds;
}
