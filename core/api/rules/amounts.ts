import { percentProblems } from '#core/machinery/names';
import { parseQuantity } from '#core/machinery/quantity';
import { invalid, type Problem } from '#core/machinery/status';
import { notNegative } from '#core/machinery/validation';

/** A number, or a share of one: `3`, `25%`. */
export type IntOrPercent = number | string | undefined;

export function countProblems(value: IntOrPercent, path: string, problems: Problem[]): void {
  if (typeof value === 'string')
    for (const detail of percentProblems(value)) problems.push(invalid(path, value, detail));
  else notNegative(value, path, problems);
}

/** The number itself, or how many percent; nothing where a text is no share. */
export function amountOf(value: IntOrPercent): number {
  if (typeof value !== 'string') return value ?? 0;
  // What is neither is refused elsewhere, and counts as Go reads it: a whole number or nothing.
  if (percentProblems(value).length === 0) return Number.parseInt(value, 10);
  return /^[+-]?\d+$/.test(value) ? Number(value) : 0;
}

/** A share is at most the whole. */
export function shareProblems(value: IntOrPercent, path: string, problems: Problem[]): void {
  if (typeof value !== 'string' || percentProblems(value).length > 0 || amountOf(value) <= 100) return;
  problems.push(invalid(path, value, 'must not be greater than 100%'));
}

/** Of quantities: `1Gi`. */
export function notNegativeQuantity(value: string | undefined, path: string, problems: Problem[]): void {
  if (value !== undefined && parseQuantity(value).nano < 0n) {
    problems.push(invalid(path, value, 'must be greater than or equal to 0'));
  }
}

/** Several counts of one object, none negative. */
export function notNegativeFields(
  holder: object | undefined,
  fields: readonly string[],
  path: string,
  problems: Problem[],
): void {
  for (const field of fields) {
    notNegative((holder as Record<string, number | undefined> | undefined)?.[field], `${path}.${field}`, problems);
  }
}
