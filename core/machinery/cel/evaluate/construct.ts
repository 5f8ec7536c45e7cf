import type { Expression } from '../ast.ts';
import { listOfValues, mapOfEntries } from './collections.ts';
import { LIST, MAP, STRUCT } from './cost.ts';
import { constant, costing, type Planner, type Run, type Scope, type Step } from './step.ts';
import { Failure, Optional, type Value } from './values.ts';

/** A part, and whether it is left out where its value is absent. */
interface Part {
  readonly step: Step;
  readonly optional: boolean;
}

/** The value of a part; undefined where it is left out. */
function partOf({ step, optional }: Part, what: string, run: Run, scope: Scope | undefined): Value | undefined {
  const value = step(run, scope);
  if (!optional || value instanceof Failure) return value;
  return value instanceof Optional
    ? value.value
    : new Failure(`cannot initialize optional ${what} from non-optional value`);
}

function listStep({ elements, optional }: Expression & { is: 'list' }, of: Planner): Step {
  const parts = elements.map((element, n): Part => ({ step: of(element), optional: optional.has(n) }));
  if (parts.every((part) => !part.optional && part.step.constant !== undefined)) {
    return constant(listOfValues(parts.map(({ step }) => step.constant!)));
  }
  return costing(LIST, (run, scope) => {
    const values: Value[] = [];
    for (const part of parts) {
      const value = partOf(part, 'list element', run, scope);
      if (value instanceof Failure) return value;
      if (value !== undefined) values.push(value);
    }
    return listOfValues(values);
  });
}

function mapStep({ entries }: Expression & { is: 'map' }, of: Planner): Step {
  const parts = entries.map(({ key, value, optional }) => ({ key: of(key), step: of(value), optional }));
  if (
    parts.every(({ key, step, optional }) => !optional && key.constant !== undefined && step.constant !== undefined)
  ) {
    return constant(mapOfEntries(parts.map(({ key, step }) => [key.constant!, step.constant!] as const)));
  }
  return costing(MAP, (run, scope) => {
    const made: [Value, Value][] = [];
    for (const part of parts) {
      const key = part.key(run, scope);
      if (key instanceof Failure) return key;
      const value = partOf(part, 'entry', run, scope);
      if (value instanceof Failure) return value;
      if (value !== undefined) made.push([key, value]);
    }
    return mapOfEntries(made);
  });
}

/** An object of a type with fields: a map that knows its type's name. */
function structStep({ type, fields }: Expression & { is: 'struct' }, of: Planner): Step {
  const parts = fields.map(({ name, value, optional }) => ({ name, step: of(value), optional }));
  return costing(STRUCT, (run, scope) => {
    const made: [Value, Value][] = [];
    for (const part of parts) {
      const value = partOf(part, 'field', run, scope);
      if (value instanceof Failure) return value;
      if (value !== undefined) made.push([part.name, value]);
    }
    return { ...mapOfEntries(made), structName: type };
  });
}

/** A list, a map or an object that an expression makes. */
export function construct(expression: Expression & { is: 'list' | 'map' | 'struct' }, of: Planner): Step {
  if (expression.is === 'list') return listStep(expression, of);
  return expression.is === 'map' ? mapStep(expression, of) : structStep(expression, of);
}
