import type { Type } from '../types.ts';
import { type Range, range } from './range.ts';

/** A type with what is known of the sizes of its values. */
export interface Declared {
  readonly type: Type;
  /** How many elements, characters or bytes a value has at most; 0 where it has none. */
  readonly most: number;
  /** How few bytes of JSON a value takes. */
  readonly leastBytes: number;
  readonly fields?: ReadonlyMap<string, Declared>;
  /** What a field of any other name is. */
  readonly anyField?: Declared;
  readonly key?: Declared;
  readonly element?: Declared;
}

/** Sizes of what expressions reach, by the way there: a variable, then fields, `@items`, `@keys`, `@values`. */
export type Sizes = (path: readonly string[]) => Range | undefined;

function step(from: Declared | undefined, name: string): Declared | undefined {
  if (name === '@items' || name === '@values') return from?.element;
  return name === '@keys' ? from?.key : (from?.fields?.get(name) ?? from?.anyField);
}

/** Sizes below one root; every variable is taken for it. */
export function sizesOf(root: Declared): Sizes {
  return (path) => {
    if (path.length === 0) return undefined;
    let at: Declared | undefined = root;
    for (const name of path.slice(1)) at = step(at, name);
    return at && range(0n, at.most);
  };
}
