import { DYN, formatType, isDyn, isDynOrError, NULL, sameType, type Type } from './types.ts';

/**
 * What is known of types that were unknown, by their names. What is learnt while an assignment is tried is written down,
 * so that it can be forgotten if the assignment fails: a copy for each try would take long expressions quadratic time.
 */
export interface Bindings {
  readonly known: Map<string, Type>;
  readonly learnt: (readonly [name: string, before: Type | undefined])[];
}

export const bindings = (known: Iterable<readonly [string, Type]> = []): Bindings => ({
  known: new Map(known),
  learnt: [],
});

function learn({ known, learnt }: Bindings, name: string, type: Type): void {
  learnt.push([name, known.get(name)]);
  known.set(name, type);
}

function forget({ known, learnt }: Bindings, mark: number): void {
  while (learnt.length > mark) {
    const [name, before] = learnt.pop()!;
    if (before === undefined) known.delete(name);
    else known.set(name, before);
  }
}

const found = ({ known }: Bindings, type: Type): Type | undefined =>
  type.kind === 'param' || type.params.length > 0 ? known.get(formatType(type)) : undefined;

/** A type with what is known put in; what is not becomes `dyn` if asked for. */
export function substitute(bindings: Bindings, type: Type, unknownIsDyn = false): Type {
  const bound = found(bindings, type);
  if (bound) return substitute(bindings, bound, unknownIsDyn);
  if (type.kind === 'param') return unknownIsDyn ? DYN : type;
  if (type.params.length === 0) return type;
  return { ...type, params: type.params.map((one) => substitute(bindings, one, unknownIsDyn)) };
}

/** Whether the first says no more than the second. */
function isNoMoreSpecific(a: Type, b: Type): boolean {
  if (isDyn(a) || a.kind === 'param') return true;
  if (isDyn(b) || b.kind === 'param' || a.kind !== b.kind) return false;
  if (a.kind === 'type') return true;
  if (a.kind !== 'opaque' && a.kind !== 'list' && a.kind !== 'map') return sameType(a, b);
  if (a.name !== b.name || a.params.length !== b.params.length) return false;
  return a.params.every((one, n) => isNoMoreSpecific(one, b.params[n]!));
}

/** The more general of two types that go together. */
export const moreGeneral = (a: Type, b: Type): Type => (isNoMoreSpecific(a, b) ? a : b);

function isIndependent(bindings: Bindings, type: Type, within: Type): boolean {
  if (sameType(type, within)) return false;
  if (within.kind === 'param') {
    const bound = found(bindings, within);
    return bound === undefined || isIndependent(bindings, type, bound);
  }
  return within.params.every((one) => isIndependent(bindings, type, one));
}

/** Takes `unknown` for `type`, if it may be: whether it may, and whether it was known before. */
function bind(bindings: Bindings, type: Type, unknown: Type): readonly [fits: boolean, known: boolean] {
  if (sameType(type, unknown)) return [true, true];
  const bound = found(bindings, unknown);
  if (bound === undefined) {
    if (!isIndependent(bindings, unknown, type)) return [false, false];
    learn(bindings, formatType(unknown), type);
    return [true, false];
  }
  if (sameType(type, bound)) return [true, true];
  if (!fits(bindings, type, bound)) return [false, true];
  const general = moreGeneral(type, bound);
  if (isIndependent(bindings, unknown, general)) learn(bindings, formatType(unknown), general);
  return [true, true];
}

const NULLABLE = new Set(['opaque', 'struct', 'any', 'duration', 'timestamp', 'null']);

function fits(bindings: Bindings, a: Type, b: Type): boolean {
  if (b.kind === 'param') {
    const [ok, known] = bind(bindings, a, b);
    if (ok || known) return ok;
  }
  if (a.kind === 'param') return bind(bindings, b, a)[0];
  if (isDynOrError(a) || isDynOrError(b)) return true;
  if (a.kind === NULL.kind) return NULLABLE.has(b.kind);
  if (b.kind === NULL.kind) return NULLABLE.has(a.kind);
  if (a.kind !== b.kind) return false;
  if (a.kind === 'type') return true;
  return a.name === b.name && allFit(bindings, a.params, b.params);
}

function allFit(bindings: Bindings, a: readonly Type[], b: readonly Type[]): boolean {
  return a.length === b.length && a.every((one, n) => fits(bindings, one, b[n]!));
}

/**
 * Whether values of the first types can be taken where the second are wanted; what becomes known by it is kept if so.
 * Upstream: cel-go/checker/types.go.
 */
export function assign(bindings: Bindings, given: readonly Type[], wanted: readonly Type[]): boolean {
  const mark = bindings.learnt.length;
  if (allFit(bindings, given, wanted)) {
    bindings.learnt.length = 0;
    return true;
  }
  forget(bindings, mark);
  return false;
}
