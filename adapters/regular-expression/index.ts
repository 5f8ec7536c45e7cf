import { createRequire } from 'node:module';
import type * as re2js from 're2js';
import type { Pattern, Tools } from '#core/machinery/cel/evaluate';

type Re2 = typeof re2js;

/** Expressions are compiled once; more different ones than these are unusual. */
const KEPT = 1000;

/** Regular expressions in RE2's syntax, by re2js, which is loaded when the first one is needed: that takes a while. */
export function regularExpressions(): Tools {
  let re2: Re2 | undefined;
  const known = new Map<string, Pattern>();
  return {
    pattern(text) {
      let found = known.get(text);
      if (found === undefined) {
        re2 ??= createRequire(import.meta.url)('re2js') as Re2;
        found = compiled(re2, text);
        if (known.size >= KEPT) known.clear();
        known.set(text, found);
      }
      return found;
    },
  };
}

function compiled({ RE2JS }: Re2, text: string): Pattern {
  const expression = RE2JS.compile(text);
  return {
    test: (subject) => expression.matcher(subject).find(),
    find(subject, most) {
      const found: string[] = [];
      const matcher = expression.matcher(subject);
      while (found.length < most && matcher.find()) found.push(matcher.group() ?? '');
      return found;
    },
  };
}
