import type { Expression } from '../ast.ts';
import type { Type } from '../types.ts';
import type { Sizes } from './declared.ts';
import { ANYTHING, MOST, NOTHING, ONE, plus, range, type Range, scale, times } from './range.ts';

/** A part of a call: what is known of it. */
export interface Part {
  readonly expression?: Expression;
  readonly path: readonly string[];
  readonly type: Type;
  readonly size: Range | undefined;
}

/** What a call costs beside its parts, and how large its result is. */
export interface CallEstimate {
  readonly cost: Range;
  readonly size?: Range;
}

export interface CallContext {
  readonly overload: string;
  readonly target: Part | undefined;
  readonly args: readonly Part[];
  readonly sizes: Sizes;
}

type Estimate = (context: CallContext) => CallEstimate | undefined;

const TRAVERSAL = 0.1;
const REGEX = 0.25;
const LIST = 10;
const STRUCT = 40;
const FORMAT_PATTERN = 128;
const ADDRESS = range(4n, 16n);

const sizeOf = (part: Part, sizes: Sizes): Range => part.size ?? sizes(part.path) ?? ANYTHING;
const flat: Estimate = () => ({ cost: ONE });

/** The size of whatever stands first: the target of a method, else the first argument. */
const onTarget =
  (estimate: (size: Range) => CallEstimate): Estimate =>
  ({ target, sizes }) =>
    target && estimate(sizeOf(target, sizes));
const onArgument =
  (estimate: (size: Range) => CallEstimate): Estimate =>
  ({ args: [first], sizes }) =>
    first && estimate(sizeOf(first, sizes));
const traversing = (size: Range): CallEstimate => ({ cost: scale(size, TRAVERSAL) });
const keeping = (size: Range): CallEstimate => ({ cost: scale(size, TRAVERSAL), size });

function elementOf({ path, type }: Part): Part | undefined {
  const [element] = type.params;
  return element && { path: path.length > 0 ? [...path, '@items'] : [], type: element, size: undefined };
}

const traversingList: Estimate = ({ target, sizes }) => {
  if (target === undefined) return undefined;
  const size = sizeOf(target, sizes);
  const element = elementOf(target);
  if (element === undefined) return { cost: scale(size, TRAVERSAL) };
  const isText = element.type.kind === 'string' || element.type.kind === 'bytes';
  return { cost: times(size, isText ? plus(ONE, scale(sizeOf(element, sizes), TRAVERSAL)) : ONE) };
};

const replacing: Estimate = ({ target, args: [from, to], sizes }) => {
  if (target === undefined || from === undefined || to === undefined) return undefined;
  const [size, old, next] = [target, from, to].map((part) => sizeOf(part, sizes)) as [Range, Range, Range];
  return { cost: scale(size, 2 * TRAVERSAL), size: replacedSize(size, old, next) };
};

const shareOf = (whole: bigint, part: bigint): bigint => scale(range(whole), 1 / Number(part)).max;

/** How often parts are replaced in so many characters at the most, or at the least, and what is kept of these beside. */
function replacements(size: bigint, isNothing: boolean, keepsLength: boolean, part: bigint): readonly [bigint, bigint] {
  if (isNothing) return [size < MOST ? size + 1n : size, size];
  return keepsLength ? [0n, size] : [shareOf(size, part), 0n];
}

/** How large a text is once parts of it are replaced. */
function replacedSize(size: Range, old: Range, next: Range): Range {
  const [most, keptMost] = replacements(size.max, old.min === 0n, next.max <= old.min, old.min);
  const [least, keptLeast] = replacements(size.min, old.max === 0n, old.max <= next.min, old.max);
  return plus(times(range(least, most), next), range(keptLeast, keptMost));
}

const splitting: Estimate = ({ target, args: [, most], sizes }) => {
  if (target === undefined) return undefined;
  const size = sizeOf(target, sizes);
  const limit = most?.expression;
  const stated = limit?.is === 'literal' && limit.literal.type === 'int' ? limit.literal.value : undefined;
  return {
    cost: scale(size, 2 * TRAVERSAL),
    size: range(0n, stated === undefined ? size.max : BigInt.asUintN(64, stated)),
  };
};

const joining: Estimate = ({ target, args: [separator], sizes }) => {
  if (target === undefined) return undefined;
  const list = sizeOf(target, sizes);
  const element = elementOf(target);
  let size = element ? times(list, sizeOf(element, sizes)) : NOTHING;
  if (separator) {
    const between = range(list.min > 0n ? list.min - 1n : 0n, list.max > 0n ? list.max - 1n : 0n);
    size = plus(size, times(sizeOf(separator, sizes), between));
  }
  return { cost: scale(size, TRAVERSAL), size };
};

const finding: Estimate = ({ target, args: [pattern], sizes }) => {
  if (target === undefined || pattern === undefined) return undefined;
  const size = sizeOf(target, sizes);
  const cost = times(scale(plus(size, ONE), TRAVERSAL), scale(sizeOf(pattern, sizes), REGEX));
  return { cost, size: range(0n, size.max) };
};

const selecting: Estimate = ({ args, sizes }) => {
  if (args.length !== 1) return undefined;
  const size = sizeOf(args[0]!, sizes);
  return { cost: plus(plus(range(LIST), scale(size, TRAVERSAL)), scale(scale(size, 0.5), LIST + STRUCT)) };
};

const within =
  (more: Range, parsing: string): Estimate =>
  ({ overload, args: [other], sizes }) => {
    if (other === undefined) return undefined;
    const parsed = overload === parsing ? scale(sizeOf(other, sizes), TRAVERSAL) : NOTHING;
    return { cost: plus(plus(scale(plus(ADDRESS, ADDRESS), TRAVERSAL), more), parsed) };
  };

const SAME_AT_ONCE = new Set([
  'net.IP',
  'net.CIDR',
  'kubernetes.Quantity',
  'kubernetes.Semver',
  'kubernetes.authorization.Authorizer',
  'kubernetes.authorization.PathCheck',
  'kubernetes.authorization.GroupCheck',
  'kubernetes.authorization.ResourceCheck',
  'kubernetes.authorization.Decision',
]);

const equality: Estimate = ({ args: [a, b] }) => {
  if (a === undefined || b === undefined || a.type.name !== b.type.name) return undefined;
  const { name } = a.type;
  if (SAME_AT_ONCE.has(name)) return { cost: ONE };
  if (name === 'kubernetes.NamedFormat') return { cost: scale(range(1n, 64n), TRAVERSAL) };
  return name === 'kubernetes.URL' ? { cost: scale(range(1n, b.size?.max ?? 1n), TRAVERSAL) } : undefined;
};

const every = (names: string, estimate: Estimate) => names.split(' ').map((name) => [name, estimate] as const);

/** By the name of the function. Upstream: apiserver/pkg/cel/library/cost.go (EstimateCallCost). */
const BY_NAME: ReadonlyMap<string, Estimate> = new Map<string, Estimate>([
  ...every('check', () => ({ cost: range(350_000n) })),
  ...every('serviceAccount path group resource subresource namespace name allowed reason error errored', flat),
  ...every('fieldSelector labelSelector', selecting),
  ...every('isSorted sum max min indexOf lastIndexOf', traversingList),
  ...every('url jsonpatch.escapeKey', onArgument(keeping)),
  ...every('lowerAscii upperAscii substring trim', onTarget(keeping)),
  ...every('replace', replacing),
  ...every('split', splitting),
  ...every('join', joining),
  ...every('find findAll', finding),
  ...every('cidr isIP isCIDR quantity isQuantity semver isSemver', onArgument(traversing)),
  ...every('ip', (context) => (context.overload === 'cidr_ip' ? { cost: ONE } : onArgument(traversing)(context))),
  ...every(
    'ip.isCanonical',
    onArgument((size) => ({ cost: scale(size, 2 * TRAVERSAL) })),
  ),
  ...every('masked prefixLength family isUnspecified isLoopback isLinkLocalMulticast', flat),
  ...every('isLinkLocalUnicast isGlobalUnicast format.named', flat),
  ...every('containsIP', within(NOTHING, 'cidr_contains_ip_string')),
  ...every('containsCIDR', within(plus(scale(ADDRESS, TRAVERSAL), ONE), 'cidr_contains_cidr_string')),
  ...every(
    'validate',
    onArgument((size) => ({ cost: scale(scale(size, TRAVERSAL), FORMAT_PATTERN * REGEX) })),
  ),
  ...every(
    'sign asInteger isInteger asApproximateFloat isGreaterThan isLessThan compareTo add sub major minor patch',
    flat,
  ),
  ...every('getScheme getHostname getHost getPort getEscapedPath getQuery', flat),
  ...every('_==_', equality),
]);

const allocating = (factor: number, size: Range): CallEstimate => ({
  cost: plus(scale(size, factor), range(1 + LIST)),
  size,
});
const squared = (factor: number, size: Range): CallEstimate => allocating(factor, times(size, size));

/** A number that an argument states. */
function stated(part: Part | undefined, otherwise: bigint): bigint {
  const expression = part?.expression;
  if (expression?.is !== 'literal' || expression.literal.type !== 'int') return otherwise;
  return expression.literal.value < 0n ? 0n : expression.literal.value;
}

const sets =
  (factor: number): Estimate =>
  ({ args: [a, b], sizes }) =>
    a && b && { cost: plus(scale(times(sizeOf(a, sizes), sizeOf(b, sizes)), factor), ONE) };

/** By the form of the function. Upstream: cel-go/ext/{lists,sets}.go. */
const BY_OVERLOAD: ReadonlyMap<string, Estimate> = new Map<string, Estimate>([
  ...every('list_slice', ({ target, args: [start, end], sizes }) => {
    if (target === undefined) return undefined;
    const length = stated(end, sizeOf(target, sizes).max) - stated(start, 0n);
    return allocating(1, range(BigInt.asUintN(64, length)));
  }),
  ...every('lists_range', ({ args: [size] }) => allocating(1, range(stated(size, MOST)))),
  ...every(
    'list_reverse',
    onTarget((size) => allocating(1, size)),
  ),
  ...every('list_flatten list_flatten_int', ({ target, args: [depth], sizes }) => {
    const factor = depth ? Number(stated(depth, MOST)) : 1;
    return target && allocating(factor, sizeOf(target, sizes));
  }),
  ...every(
    'list_distinct',
    onTarget((size) => squared(2, size)),
  ),
  ...every('list_sets_contains_list list_sets_intersects_list', sets(1)),
  ...every('list_sets_equivalent_list', sets(2)),
]);

const SORT = /^list_(string|bytes)?.*_sort(ByAssociatedKeys)?$/;

/** What libraries say that a call costs; undefined where it is for the language itself to say. */
export function libraryEstimate(name: string, context: CallContext): CallEstimate | undefined {
  const { overload, target, args, sizes } = context;
  const sort = SORT.exec(overload);
  if (sort) {
    const list = sort[2] === undefined ? target : args[0];
    return list && squared(sort[1] === undefined ? 2 : 2 + TRAVERSAL, sizeOf(list, sizes));
  }
  return BY_OVERLOAD.get(overload)?.(context) ?? BY_NAME.get(name)?.(context);
}
