import { type Difference, differences } from './compare.ts';
import { intended } from './intended.ts';
import type { Normal } from './normalise.ts';

/** A difference and where it is. */
export interface Found extends Difference {
  readonly scenario: string;
  /** The step's number and title. */
  readonly step: string;
  /** Why it is meant to be so; absent where it is not. */
  readonly reason?: string;
}

/** A difference's name in the baseline. */
export const idOf = ({ scenario, step, path }: Found): string => `${scenario} | ${step} | ${path}`;

/** Holds our answers to a scenario against the recorded ones. A recording of other steps is itself a difference. */
export function judge(scenario: string, theirs: readonly Normal[], ours: readonly Normal[]): readonly Found[] {
  const found: Found[] = [];
  const counts = new Map<string, number>();
  for (let n = 0; n < Math.max(theirs.length, ours.length); n++) {
    const [left, right] = [theirs[n], ours[n]];
    const title = right?.title ?? left!.title;
    const count = (counts.get(title) ?? 0) + 1;
    counts.set(title, count);
    const step = count === 1 ? title : `${title} (${count})`;
    for (const one of differences(left, right)) {
      const reason = intended.find((rule) => rule.is(one, { scenario, title, theirs: left, ours: right }))?.reason;
      found.push({ ...one, scenario, step, ...(reason === undefined ? {} : { reason }) });
    }
  }
  return found;
}
