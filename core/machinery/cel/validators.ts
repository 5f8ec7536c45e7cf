import { type Expression, partsOf } from './ast.ts';
import type { Checked } from './checker.ts';
import { formatCallFaults } from './format-call.ts';
import { isRegularExpression } from './regular-expression.ts';
import type { Fault } from './source.ts';
import { parseDuration, parseInstant } from '#core/machinery/values';
import { formatType, insideOptional, sameType, type Type } from './types.ts';

/** Functions whose first argument, if it is stated, is looked at: whether it can be taken. */
const LITERALS: Readonly<Record<string, (value: string) => boolean>> = {
  duration: (value) => parseDuration(value) !== undefined,
  timestamp: (value) => parseInstant(value) !== undefined,
  matches: isRegularExpression,
};

/** Lists within these may hold values of several types. */
const MIXED = 'format';

/**
 * What is wrong with an expression whose types are right: stated values that cannot be taken, and lists and maps whose
 * values are of several types. Upstream: cel-go/cel/validator.go; which are asked for: apiserver/pkg/cel/environment/base.go.
 */
export function validate(root: Expression, { types }: Checked): readonly Fault[] {
  const faults: Fault[] = [];
  const known = (expression: Expression): Type => types.get(expression)!;
  const inside = (expression: Expression, optional: boolean): Type =>
    (optional ? insideOptional(known(expression)) : undefined) ?? known(expression);
  const differs = (expression: Expression, wanted: Type, given: Type): boolean => {
    if (sameType(wanted, given)) return false;
    const message = `expected type '${formatType(wanted)}' but found '${formatType(given)}'`;
    faults.push({ at: expression.at, message });
    return true;
  };

  function list({ elements, optional }: Expression & { is: 'list' }): void {
    const [first] = elements;
    if (first === undefined) return;
    const type = inside(first, optional.has(0));
    for (const [n, element] of elements.entries()) if (differs(element, type, inside(element, optional.has(n)))) return;
  }
  function map({ entries }: Expression & { is: 'map' }): void {
    const [first] = entries;
    if (first === undefined) return;
    for (const { key, value, optional } of entries) {
      differs(key, known(first.key), known(key));
      differs(value, inside(first.value, first.optional), inside(value, optional));
    }
  }
  function visit(expression: Expression, mixed: boolean): void {
    if (expression.is === 'list' && !mixed) list(expression);
    if (expression.is === 'map' && !mixed) map(expression);
    if (expression.is === 'call') {
      const [argument] = expression.args;
      const isFit = Object.hasOwn(LITERALS, expression.name) ? LITERALS[expression.name]! : undefined;
      if (isFit && argument?.is === 'literal' && argument.literal.type === 'string' && !isFit(argument.literal.value)) {
        faults.push({ at: argument.at, message: `invalid ${expression.name} argument` });
      }
      faults.push(...formatCallFaults(expression, known));
    }
    const within = mixed || (expression.is === 'call' && expression.name === MIXED);
    for (const part of partsOf(expression)) visit(part, within);
  }
  visit(root, false);
  return faults;
}
