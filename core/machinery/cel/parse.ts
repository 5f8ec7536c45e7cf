import type { Expression } from './ast.ts';
import { buildExpression } from './build.ts';
import { tokenize } from './lexer.ts';
import type { Macros } from './macros.ts';
import type { Fault } from './source.ts';
import { parseTokens } from './syntax.ts';

const LONGEST = 100_000;

/** Parses an expression; it means nothing if there are faults. */
export function parse(
  text: string,
  macros: Macros,
): { readonly expression: Expression; readonly faults: readonly Fault[] } {
  const faults: Fault[] = [];
  const size = text.length > LONGEST ? Array.from(text).length : text.length;
  if (size > LONGEST) {
    const message = `expression code point size exceeds limit: size: ${size}, limit ${LONGEST}`;
    return { expression: { is: 'nothing', at: 0 }, faults: [{ at: undefined, message }] };
  }
  const tree = parseTokens(text, tokenize(text, faults), faults);
  return { expression: tree ? buildExpression(tree, macros, faults) : { is: 'nothing', at: -1 }, faults };
}
