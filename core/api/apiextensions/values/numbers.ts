import type { JSONSchemaProps } from '#core/api/types';
import { invalid } from '#core/machinery/status';
import { doubleText } from '#core/machinery/values';
import { type Place, pathOf, refuse, rootOf } from './check.ts';
import type { Outcome } from './outcome.ts';

const FORMATS: Readonly<Record<string, readonly string[]>> = {
  integer: ['int32', 'int64'],
  number: ['float', 'double'],
};
const NEAR = 1e-9;

const LEAST = -(2n ** 63n);

export const isInt64 = (value: number | bigint): boolean =>
  typeof value === 'bigint' || (Number.isInteger(value) && value >= -(2 ** 63) && value < 2 ** 63);

/** As the original's processor does it: what is beyond the range becomes the least number. */
const toInt64 = (value: number): bigint => (isInt64(Math.trunc(value)) ? BigInt(Math.trunc(value)) : LEAST);

/** Whether a number is one of the type and the format: an integer of 32 or 64 bits, or a float of 32. */
function holds(value: number | bigint, type: string, format: string): boolean {
  if (type !== 'integer') return format !== 'float' || Number.isFinite(Math.fround(Number(value)));
  return isInt64(value) && (format !== 'int32' || (value >= -(2 ** 31) && value < 2 ** 31));
}

/** As near to an integer as floats can tell; beyond what JSON's readers hold exactly it counts as none. */
function isNearInteger(value: number): boolean {
  if (Math.abs(value) > Number.MAX_SAFE_INTEGER) return false;
  const whole = Math.trunc(value);
  return value === whole || Math.abs(value - whole) / (Math.abs(value) + Math.abs(whole)) < NEAR;
}

/** A bound as it is compared and shown. */
interface Bound {
  readonly number: number | bigint;
  readonly shown: string;
}

function isMultiple(value: number | bigint, factor: number | bigint): boolean {
  if (typeof factor === 'bigint') return BigInt(value) % factor === 0n;
  return isNearInteger(factor < 1 ? (1 / factor) * Number(value) : Number(value) / factor);
}

/** Upstream: kube-openapi/pkg/validation/validate (numberValidator), where an integer is compared with the bound's whole part. */
export function numberProblems(schema: JSONSchemaProps, value: number | bigint, place: Place, outcome: Outcome): void {
  const type = FORMATS[schema.type ?? ''] === undefined ? '' : schema.type!;
  const format = FORMATS[type]?.includes(schema.format ?? '') === true ? schema.format! : '';
  const path = pathOf(place);

  const fits = (number: number | bigint, what: string): boolean => {
    if (holds(number, type, format)) return true;
    const form = format === '' ? '(default format)' : `with format ${format}`;
    const text = `${what} value must be of type ${type} ${form} in ${place.name}`;
    outcome.refuse(text, invalid(rootOf(place), '', text));
    return false;
  };
  const bound = (number: number, what: string): Bound => {
    if (!fits(number, what) || !isInt64(value)) return { number, shown: doubleText(number) };
    const native = toInt64(number);
    return { number: native, shown: String(native) };
  };
  const say = (detail: string) => refuse(outcome, place, detail, (text) => invalid(path, value, text));

  outcome.matches++;
  fits(value, 'Checked');
  const { multipleOf, maximum, minimum } = schema;
  if (multipleOf !== undefined) {
    const { number: factor, shown } = bound(multipleOf, 'MultipleOf');
    if (factor <= 0) {
      const text = `factor MultipleOf declared for ${place.name} must be positive: ${shown}`;
      outcome.refuse(text, invalid(path, factor, text));
    } else if (!isMultiple(value, factor)) say(`should be a multiple of ${shown}`);
  }
  if (minimum !== undefined) {
    const { number: least, shown } = bound(minimum, 'Minimum boundary');
    if (schema.exclusiveMinimum === true && value <= least) say(`should be greater than ${shown}`);
    else if (value < least) say(`should be greater than or equal to ${shown}`);
  }
  if (maximum !== undefined) {
    const { number: most, shown } = bound(maximum, 'Maximum boundary');
    if (schema.exclusiveMaximum === true && value >= most) say(`should be less than ${shown}`);
    else if (value > most) say(`should be less than or equal to ${shown}`);
  }
}
