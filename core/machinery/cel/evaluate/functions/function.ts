import type { Value } from '../values.ts';

/** What functions need from outside. */
export interface Tools {
  /** Regular expressions in RE2's syntax, matched in linear time. Throws for one that is none. */
  readonly pattern: (text: string) => Pattern;
}

/** A regular expression. */
export interface Pattern {
  test(text: string): boolean;
  /** Up to so many matches, one after the other. */
  find(text: string, most: number): readonly string[];
}

/** A function for values of any types; undefined where it has no form for those it is given. Of a method the target comes first. */
export type Function = (args: readonly Value[], tools: Tools) => Value | undefined;

export type Functions = Readonly<Record<string, Function>>;

/** A function of one text. */
export const ofText =
  (apply: (text: string, tools: Tools) => Value): Function =>
  ([text], tools) =>
    typeof text === 'string' ? apply(text, tools) : undefined;

/** A function of two texts. */
export const ofTexts =
  (apply: (a: string, b: string, tools: Tools) => Value): Function =>
  ([a, b], tools) =>
    typeof a === 'string' && typeof b === 'string' ? apply(a, b, tools) : undefined;
