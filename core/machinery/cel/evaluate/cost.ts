import { byteLength } from '#core/machinery/names';
import { entriesOf, itemsOf } from './collections.ts';
import { Bytes, type Foreign, isForeign, isList, isMapping, sizeOf, type Value } from './values.ts';

/** Thrown where an evaluation has cost more than it may. */
export class CostExceeded extends Error {}

export const ATTRIBUTE = 1;
export const LIST = 10;
export const MAP = 30;
export const STRUCT = 40;

const TRAVERSAL = 0.1;
const REGEX = 0.25;
const CHECK = 350_000;

type Cost = (args: readonly Value[], result: Value) => number;

const traversal = (size: number): number => Math.ceil(size * TRAVERSAL);
const ofFirst: Cost = ([first]) => traversal(sizeOf(first!));
const twice: Cost = ([first]) => traversal(sizeOf(first!) * 2);
const smaller: Cost = ([a, b]) => traversal(Math.min(sizeOf(a!), sizeOf(b!)));
const expression = (text: Value, pattern: number): number =>
  Math.ceil((1 + sizeOf(text)) * TRAVERSAL) * Math.ceil(pattern * REGEX);
const matching: Cost = ([text, pattern]) => expression(text!, sizeOf(pattern!));
const isText = (value: Value | undefined): boolean => typeof value === 'string' || value instanceof Bytes;
const selector: Cost = (args) => {
  const length = sizeOf(args[1]!);
  return LIST + traversal(length) + Math.ceil(Math.ceil(length * 0.5) * (LIST + STRUCT));
};

/** One traversal of a value, and of all in it. */
function traversed(value: Value): number {
  if (typeof value === 'string') return Math.trunc(byteLength(value) * TRAVERSAL);
  if (typeof value !== 'object' || value === null || isForeign(value)) return 1;
  if (value instanceof Bytes) return Math.trunc(sizeOf(value) * TRAVERSAL);
  let total = 0;
  if (isList(value)) for (const item of itemsOf(value)) total += traversed(item);
  else if (isMapping(value)) for (const [key, one] of entriesOf(value)) total += traversed(key) + traversed(one);
  else return 1;
  return total;
}
const prefixed =
  (more: Cost): Cost =>
  (args, result) => {
    const [cidr, other] = args;
    const parsing = typeof other === 'string' ? traversal(sizeOf(other)) : 0;
    return traversal(sizeOf(cidr!) * 2) + more(args, result) + parsing;
  };

const every = (names: string, cost: Cost) => names.split(' ').map((name) => [name, cost] as const);

const allocating = (factor: number, size: number): number => Math.trunc(size * factor) + 1 + LIST;
const ofResult: Cost = (_, result) => allocating(1, sizeOf(result));
const compared = (list: Value): number => {
  const size = sizeOf(list);
  const texts = size > 0 && isList(list) && isText(list.at(0));
  return allocating(texts ? 2 + TRAVERSAL : 2, size * size);
};
const sets =
  (factor: number): Cost =>
  ([a, b]) =>
    1 + sizeOf(a!) * sizeOf(b!) * factor;
const bothTexts: Cost = ([a, b]) => traversal(sizeOf(a!) + sizeOf(b!));

/**
 * Costs by the form of a function, where only one form can be meant. Upstream: cel-go/interpreter/runtimecost.go
 * (costCall), cel-go/ext/{lists,sets}.go.
 */
const BY_OVERLOAD: ReadonlyMap<string, Cost> = new Map<string, Cost>([
  ...every('starts_with_string ends_with_string string_to_bytes bytes_to_string strings_quote string_format', ofFirst),
  ...every('in_list', ([, list]) => sizeOf(list!)),
  ...every('less_string greater_string less_equals_string greater_equals_string', smaller),
  ...every('less_bytes greater_bytes less_equals_bytes greater_equals_bytes equals not_equals', smaller),
  ...every('add_string add_bytes', bothTexts),
  ...every('matches_string', matching),
  ...every('contains_string', ([text, part]) => traversal(sizeOf(text!)) * traversal(sizeOf(part!))),
  ...every('list_slice lists_range list_reverse', ofResult),
  ...every('list_flatten list_flatten_int', ([list, depth = 1n]) => allocating(Number(depth), sizeOf(list!))),
  ...every('list_distinct', ([list]) => compared(list!)),
  ...every('list_sets_contains_list list_sets_intersects_list', sets(1)),
  ...every('list_sets_equivalent_list', sets(2)),
]);

const SORT = /^list_.*_sort$/;
const SORT_BY = /^list_.*_sortByAssociatedKeys$/;

/** Costs by the name of a function. Upstream: apiserver/pkg/cel/library/cost.go (CallCost). */
const BY_NAME: ReadonlyMap<string, Cost> = new Map<string, Cost>([
  ...every('check', () => CHECK),
  ...every('fieldSelector labelSelector', selector),
  ...every('isSorted sum max min indexOf lastIndexOf', ([value]) => traversed(value!)),
  ...every('url lowerAscii upperAscii substring trim jsonpatch.escapeKey cidr isIP isCIDR', ofFirst),
  ...every('quantity isQuantity semver isSemver', ofFirst),
  ...every('replace split ip.isCanonical', twice),
  ...every('join', (_, result) => traversal(sizeOf(result) * 2)),
  ...every('find findAll', matching),
  ...every('ip', (args, result) => (isForeign(args[0]!) ? 1 : ofFirst(args, result))),
  ...every(
    'containsIP',
    prefixed(() => 0),
  ),
  ...every(
    'containsCIDR',
    prefixed(([cidr]) => traversal(sizeOf(cidr!)) + 1),
  ),
  ...every('validate', ([format, text]) =>
    expression(text!, (format as Foreign & { patternSize: number }).patternSize),
  ),
]);

/** What a call costs; `overload` is the form that is meant, if that is known beforehand. */
export function callCost(name: string, overload: string | undefined, args: readonly Value[], result: Value): number {
  const byName = BY_NAME.get(name);
  if (byName) return byName(args, result);
  if (overload === undefined || (name === '_==_' && isForeign(args[0]!))) return 1;
  if (SORT.test(overload)) return compared(args[0]!);
  if (SORT_BY.test(overload)) return compared(args[1]!);
  return BY_OVERLOAD.get(overload)?.(args, result) ?? 1;
}
