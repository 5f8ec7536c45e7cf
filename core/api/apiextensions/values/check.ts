import { invalid, type Problem } from '#core/machinery/status';
import type { Outcome } from './outcome.ts';
import type { Past } from './past.ts';

/** Checks of texts that others provide. */
export interface ValueTools {
  /** Whether a text has a pattern, in RE2's syntax; undefined where the pattern is none. */
  readonly matches: (pattern: string, text: string) => boolean | undefined;
}

/** What a check looks at. */
export interface Place {
  /** Where the value that is checked as a whole stands. */
  readonly root: string;
  /** Where a part stands within, as the original writes it: `spec.replicas`, `.extra`, `[0]`. */
  readonly name: string;
  /** Absent: patterns are not looked at. */
  readonly tools: ValueTools | undefined;
  /** It is an object that is judged, not a default: formats that nobody knows are none, and an integer or a text must be one. */
  readonly isObject: boolean;
  /** What belonged there before, of a change. */
  readonly past: Past | undefined;
}

export const within = (place: Place, name: string, past?: Past): Place => ({ ...place, name, past });

/** The value that is checked as a whole; an object has no name. */
export const rootOf = ({ root }: Place): string => (root === '' ? '<nil>' : root);

/** The path of a part, from the root of the object on. */
export const pathOf = ({ root, name }: Place): string => {
  const part = name.replace(/^\./, '');
  return root === '' || part === '' ? root + part : `${root}.${part}`;
};

/** One problem with the part itself; `detail` is what the original says after its name. */
export function refuse(outcome: Outcome, { name }: Place, detail: string, problem: (text: string) => Problem): void {
  const text = `${name} in body ${detail}`;
  outcome.refuse(text, problem(text));
}

/** A problem of how several schemas go together, which names no part. */
export function refuseWhole(outcome: Outcome, place: Place, detail: string): void {
  const text = `${JSON.stringify(place.name)} ${detail}`;
  outcome.refuse(text, invalid(rootOf(place), '', text));
}
