import type { Expression } from '../ast.ts';
import type { Part } from './calls.ts';
import type { EntrySize } from './estimate.ts';
import { ANYTHING, either, ONE, plus, range, type Range, scale, sum, times } from './range.ts';

/** What a call costs, its parts included; how large its result is, and what is in it. */
export interface LanguageEstimate {
  readonly cost: Range;
  readonly size?: Range;
  readonly entries?: EntrySize;
}

/** What is known when a call is estimated. */
interface Known {
  readonly target: Part | undefined;
  readonly args: readonly Part[];
  readonly costs: readonly Range[];
  readonly entriesOf: (expression: Expression) => EntrySize | undefined;
}

const TRAVERSAL = 0.1;
const REGEX = 0.25;

const sizeOf = (part: Part | undefined): Range => part?.size ?? ANYTHING;
const capped = (value: bigint): bigint => BigInt.asUintN(64, value);

function together(a: EntrySize | undefined, b: EntrySize | undefined): EntrySize | undefined {
  if (a === undefined || b === undefined) return undefined;
  return { container: a.container, key: either(a.key, b.key), value: either(a.value, b.value) };
}

/** A traversal of what stands at some place, beside the parts. */
const traversal = (part: Part | undefined, { costs }: Known): LanguageEstimate => ({
  cost: plus(scale(sizeOf(part), TRAVERSAL), sum(costs)),
});

function comparison({ args: [a, b], costs }: Known): LanguageEstimate {
  const [x, y] = [sizeOf(a).max, sizeOf(b).max];
  const most = x < y ? x : y;
  return { cost: plus(scale(range(most > 0n ? 1n : 0n, most), TRAVERSAL), sum(costs)) };
}

function addition({ args: [a, b], costs, entriesOf }: Known, isText: boolean): LanguageEstimate {
  const size = plus(sizeOf(a), sizeOf(b));
  const entries = together(entriesOf(a!.expression!), entriesOf(b!.expression!));
  const own = isText ? scale(size, TRAVERSAL) : ONE;
  return { cost: plus(own, sum(costs)), size, ...(entries && { entries }) };
}

function conditional({ args: [, yes, no], costs, entriesOf }: Known): LanguageEstimate {
  const [condition, ifTrue, ifFalse] = costs as [Range, Range, Range];
  const entries = together(entriesOf(yes!.expression!), entriesOf(no!.expression!));
  const size = either(sizeOf(yes), sizeOf(no));
  return { cost: plus(condition, either(ifTrue, ifFalse)), size, ...(entries && { entries }) };
}

const logical = ({ costs: [left, right] }: Known): LanguageEstimate => ({
  cost: { min: left!.min, max: plus(left!, right!).max },
});

function matching({ target, args: [pattern], costs }: Known): LanguageEstimate {
  const own = times(scale(plus(sizeOf(target), ONE), TRAVERSAL), scale(sizeOf(pattern), REGEX));
  return { cost: plus(own, sum(costs)) };
}

function containing({ target, args: [part], costs }: Known): LanguageEstimate {
  const own = times(scale(sizeOf(target), TRAVERSAL), scale(sizeOf(part), TRAVERSAL));
  return { cost: plus(own, sum(costs)) };
}

/** A text made of another of which each character becomes so much. */
const converting =
  (result: (size: Range) => Range) =>
  (known: Known): LanguageEstimate => ({ ...traversal(known.args[0], known), size: result(sizeOf(known.args[0])) });

const every = (names: string, estimate: (known: Known) => LanguageEstimate) =>
  names.split(' ').map((name) => [name, estimate] as const);

/** Upstream: cel-go/checker/cost.go (functionCost). */
const BY_OVERLOAD: ReadonlyMap<string, (known: Known) => LanguageEstimate> = new Map([
  ...every('string_format', (known) => traversal(known.target, known)),
  ...every(
    'string_to_bytes',
    converting(({ min, max }) => range(min, capped(max * 4n))),
  ),
  ...every(
    'bytes_to_string',
    converting(({ min, max }) => range(min / 4n, max)),
  ),
  ...every(
    'strings_quote',
    converting(({ min, max }) => range(capped(min + 2n), capped(max * 2n + 2n))),
  ),
  ...every('starts_with_string ends_with_string', (known) => traversal(known.args[0], known)),
  ...every('in_list', ({ args: [, list], costs }) => ({ cost: plus(sizeOf(list), sum(costs)) })),
  ...every('contains_string', containing),
  ...every('logical_or logical_and', logical),
  ...every('conditional', conditional),
  ...every('add_string add_bytes', (known) => addition(known, true)),
  ...every('add_list', (known) => addition(known, false)),
  ...every('less_string greater_string less_equals_string greater_equals_string equals not_equals', comparison),
  ...every('less_bytes greater_bytes less_equals_bytes greater_equals_bytes', comparison),
]);

/** What the language itself says that a call costs. */
export function languageEstimate(
  overload: string,
  target: Part | undefined,
  args: readonly Part[],
  costs: readonly Range[],
  entriesOf: (expression: Expression) => EntrySize | undefined,
): LanguageEstimate {
  const known: Known = { target, args, costs, entriesOf };
  if (overload === 'matches_string' && target) return matching(known);
  return BY_OVERLOAD.get(overload)?.(known) ?? { cost: plus(ONE, sum(costs)) };
}
