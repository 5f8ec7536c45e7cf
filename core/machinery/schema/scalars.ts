import { fromBase64, toBase64, type Json } from '#core/base';
import { canonicalQuantity, QuantityFailure } from '#core/machinery/quantity';
import {
  durationText,
  microTimeText,
  parseDuration,
  parseInstant,
  timeProblem,
  timeText,
} from '#core/machinery/values';
import { isOctet, NormaliseFailure } from './mismatch.ts';
import type { ScalarType } from './model.ts';

const MAX_INT64 = 2n ** 63n;

/**
 * A scalar in its canonical form, or `undefined` where the value has the wrong type. Throws a NormaliseFailure where the type is
 * right but the text is not (a time, a quantity, base64).
 */
export function scalarValue(type: ScalarType, value: Json): Json | undefined {
  switch (type) {
    case 'int32':
      return isInt32(value) ? value : undefined;
    case 'int64':
      return isInt64(value) ? value : undefined;
    case 'float64':
      return typeof value === 'number' ? value : typeof value === 'bigint' ? Number(value) : undefined;
    case 'intOrString':
      return typeof value === 'string' || isInt32(value) ? value : undefined;
    case 'bytes':
      return typeof value === 'string' ? base64(value) : Array.isArray(value) ? octets(value) : undefined;
    case 'quantity':
      return quantity(value);
    case 'duration':
      return typeof value === 'string' ? duration(value) : undefined;
    case 'time':
      return typeof value === 'string' ? time(value) : undefined;
    case 'microTime':
      return typeof value === 'string' ? microTime(value) : undefined;
    default:
      return value;
  }
}

/** A number as Go converts one that it has read already: whole ones are cut to the bits that there are. */
export function converted(type: ScalarType, value: Json): Json {
  if ((type !== 'int32' && type !== 'int64') || (typeof value !== 'number' && typeof value !== 'bigint')) return value;
  if (typeof value === 'number' && !Number.isInteger(value)) return value;
  const whole = BigInt(value);
  // What no 64 bits hold is the least of them: what the processor answers.
  const long = whole >= MAX_INT64 || whole < -MAX_INT64 ? -MAX_INT64 : whole;
  const cut = type === 'int32' ? BigInt.asIntN(32, long) : long;
  return Number.isSafeInteger(Number(cut)) ? Number(cut) : cut;
}

const isInt32 = (value: Json): boolean =>
  typeof value === 'number' && Number.isInteger(value) && value >= -2147483648 && value <= 2147483647;

const isInt64 = (value: Json): boolean =>
  typeof value === 'bigint'
    ? value >= -MAX_INT64 && value < MAX_INT64
    : typeof value === 'number' && Number.isSafeInteger(value);

function quantity(value: Json): string {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint')
    try {
      return canonicalQuantity(value);
    } catch (error) {
      if (error instanceof QuantityFailure) throw new NormaliseFailure(error.message);
      throw error;
    }
  throw new NormaliseFailure(
    "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
  );
}

function duration(text: string): string {
  const nanoseconds = parseDuration(text);
  if (nanoseconds === undefined) throw new NormaliseFailure(`time: invalid duration ${JSON.stringify(text)}`);
  return durationText(nanoseconds);
}

function time(text: string): string | null {
  const instant = parseInstant(text);
  if (instant === undefined) throw new NormaliseFailure(timeProblem(text, false));
  const canonical = timeText(instant.seconds);
  return canonical === text ? text : canonical === '0001-01-01T00:00:00Z' ? null : canonical;
}

/** Exactly six digits are asked for. */
function microTime(text: string): string | null {
  const instant = /[.,]\d{6}(?!\d)/.test(text) ? parseInstant(text) : undefined;
  if (instant === undefined) throw new NormaliseFailure(timeProblem(text, true));
  return microTimeText(instant.seconds, instant.nanos);
}

function base64(text: string): string {
  const plain = text.includes('\n') || text.includes('\r') ? text.replace(/[\r\n]/g, '') : text;
  const padding = plain.endsWith('==') ? 2 : plain.endsWith('=') ? 1 : 0;
  const illegal = plain.slice(0, plain.length - padding).search(/[^A-Za-z0-9+/]/);
  if (illegal >= 0) throw notBase64(illegal);
  // Where padding is short, its end is to blame, else the beginning of what is incomplete.
  const incomplete = plain.length % 4;
  if (incomplete !== 0) {
    const at = incomplete === 3 && padding === 1 ? plain.length : plain.length - incomplete;
    throw notBase64(at);
  }
  // Bits beyond the last byte are lost, as they are in the original.
  return padding === 0 ? plain : plain.slice(0, -4) + toBase64(lastBytes(plain, padding));
}

function notBase64(at: number): NormaliseFailure {
  const message = `illegal base64 data at input byte ${at}`;
  return new NormaliseFailure(
    message,
    `error decoding from json: ${message}`,
    `cbor: failed to decode base64 from byte string: ${message}`,
  );
}

/** Go reads bytes from a list of numbers, too; null leaves a zero. */
function octets(list: readonly Json[]): string | undefined {
  return list.every(isOctet) ? toBase64(Uint8Array.from(list, Number)) : undefined;
}

function lastBytes(text: string, padding: number): Uint8Array {
  const quantum = `${text.slice(-4, text.length - padding)}${'A'.repeat(padding)}`;
  return fromBase64(quantum).subarray(0, 3 - padding);
}
