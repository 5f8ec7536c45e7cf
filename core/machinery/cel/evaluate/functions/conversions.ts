import { doubleText, durationText, parseDuration, parseInstant, timeText } from '#core/machinery/values';
import { Bytes, Duration, Failure, isForeign, Timestamp, TypeValue, typeNameOf, Uint, type Value } from '../values.ts';
import { duration, int, timestamp, uint } from './arithmetic.ts';
import type { Functions } from './function.ts';

const SECOND = 1_000_000_000n;
const TRUE = new Set(['1', 't', 'T', 'true', 'TRUE', 'True']);
const FALSE = new Set(['0', 'f', 'F', 'false', 'FALSE', 'False']);

const unlike = (value: Value, type: string) =>
  new Failure(`type conversion error from '${typeNameOf(value)}' to '${type}'`);

const floor = (value: bigint, by: bigint): bigint => {
  const whole = value / by;
  return value % by < 0n ? whole - 1n : whole;
};

/** A time as RFC 3339 writes it, with as many digits of the second as it needs. */
export function timestampText({ nanoseconds }: Timestamp): string {
  const seconds = floor(nanoseconds, SECOND);
  const rest = nanoseconds - seconds * SECOND;
  const text = timeText(Number(seconds));
  return rest === 0n ? text : `${text.slice(0, -1)}.${String(rest).padStart(9, '0').replace(/0+$/, '')}Z`;
}

function toInt(value: Value): Value | undefined {
  if (typeof value === 'bigint') return value;
  if (value instanceof Uint) return int(value.value);
  if (typeof value === 'number') {
    return Number.isFinite(value) && value > -(2 ** 63) && value < 2 ** 63
      ? BigInt(Math.trunc(value))
      : new Failure('integer overflow');
  }
  if (value instanceof Duration) return value.nanoseconds;
  if (value instanceof Timestamp) return floor(value.nanoseconds, SECOND);
  if (typeof value !== 'string') return undefined;
  if (!/^[+-]?\d+$/.test(value)) return unlike(value, 'int');
  const number = BigInt(value.replace(/^\+/, ''));
  return int(number) === number ? number : unlike(value, 'int');
}

function toUint(value: Value): Value | undefined {
  if (value instanceof Uint) return value;
  if (typeof value === 'bigint') return uint(value);
  if (typeof value === 'number') {
    return value >= 0 && value < 2 ** 64
      ? new Uint(BigInt(Math.trunc(value)))
      : new Failure('unsigned integer overflow');
  }
  if (typeof value !== 'string') return undefined;
  if (!/^\d+$/.test(value)) return unlike(value, 'uint');
  const number = uint(BigInt(value));
  return number instanceof Uint ? number : unlike(value, 'uint');
}

function toDouble(value: Value): Value | undefined {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number(value);
  if (value instanceof Uint) return Number(value.value);
  if (typeof value !== 'string') return undefined;
  if (/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(value)) {
    const number = Number(value);
    return Number.isFinite(number) ? number : unlike(value, 'double');
  }
  const word = /^([+-]?)(nan|inf(?:inity)?)$/i.exec(value);
  if (word === null) return unlike(value, 'double');
  return word[2]!.toLowerCase() === 'nan' ? Number.NaN : word[1] === '-' ? -Infinity : Infinity;
}

function toText(value: Value): Value | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  if (typeof value === 'number') return doubleText(value);
  if (value instanceof Uint) return String(value.value);
  if (value instanceof Timestamp) return timestampText(value);
  if (value instanceof Duration) return secondsText(value.nanoseconds);
  if (value !== null && isForeign(value) && value.text !== undefined) return value.text;
  if (value instanceof TypeValue) return value.name;
  if (!(value instanceof Bytes)) return undefined;
  try {
    const units = Uint8Array.from(value.text, (unit) => unit.charCodeAt(0));
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(units);
  } catch {
    return new Failure('invalid UTF-8 in bytes, cannot convert to string');
  }
}

/** A duration in seconds, as protobuf writes it in JSON. */
function secondsText(nanoseconds: bigint): string {
  const amount = nanoseconds < 0n ? -nanoseconds : nanoseconds;
  const fraction = String(amount % SECOND)
    .padStart(9, '0')
    .replace(/0+$/, '');
  return `${nanoseconds < 0n ? '-' : ''}${amount / SECOND}${fraction === '' ? '' : `.${fraction}`}s`;
}

function toTimestamp(value: Value): Value | undefined {
  if (value instanceof Timestamp) return value;
  if (typeof value === 'bigint') return timestamp(value * SECOND);
  if (typeof value !== 'string') return undefined;
  const instant = parseInstant(value);
  if (instant === undefined) return unlike(value, 'google.protobuf.Timestamp');
  return timestamp(BigInt(instant.seconds) * SECOND + BigInt(instant.nanos));
}

function toDuration(value: Value): Value | undefined {
  if (value instanceof Duration) return value;
  if (typeof value === 'bigint') return duration(value);
  if (typeof value !== 'string') return undefined;
  const nanoseconds = parseDuration(value);
  return nanoseconds === undefined ? unlike(value, 'google.protobuf.Duration') : duration(nanoseconds);
}

/** From one type to another. Upstream: cel-go/common/types (ConvertToType). */
export const CONVERSIONS: Functions = {
  bool: ([value]) => {
    if (typeof value === 'boolean') return value;
    if (typeof value !== 'string') return undefined;
    return TRUE.has(value) || FALSE.has(value) ? TRUE.has(value) : unlike(value, 'bool');
  },
  bytes: ([value]) => {
    if (value instanceof Bytes) return value;
    if (typeof value !== 'string') return undefined;
    return new Bytes(String.fromCharCode(...new TextEncoder().encode(value)));
  },
  double: ([value]) => toDouble(value!),
  duration: ([value]) => toDuration(value!),
  dyn: ([value]) => value,
  int: ([value]) => toInt(value!),
  string: ([value]) => toText(value!),
  timestamp: ([value]) => toTimestamp(value!),
  type: ([value]) => new TypeValue(typeNameOf(value!)),
  uint: ([value]) => toUint(value!),
};

export { durationText };
