import { parseInstant, timeProblem, timeText } from '#core/machinery/values';
import { CborFailure } from './failure.ts';

/** A time in words (tag 0), as it was written but for zeros at the end of its fraction. Throws a CborFailure. */
export function timeOfText(text: string): string {
  if (parseInstant(text) === undefined)
    throw new CborFailure(`cbor: cannot set text for time.Time: ${timeProblem(text, false)}`);
  return text.replace(/(?:[.,]0+|([.,]\d*?[1-9])0+)(?=[Zz+-])/, '$1');
}

/** The seconds of the years that RFC 3339 has: up to the end of 9999. */
const LATEST = 253402300799;
const EARLIEST = -62167219200;

/** A time in seconds since the epoch (tag 1), in UTC, fractions down to the nanosecond. Throws a CborFailure. */
export function timeOfSeconds(seconds: number | bigint): string {
  const whole = Math.floor(Number(seconds));
  if (whole > LATEST || whole < EARLIEST)
    throw new CborFailure(
      'cbor: decoded time cannot be represented in RFC3339 format with sub-second precision: Time.MarshalText: year outside of range [0,9999]',
    );
  const nanos = Math.floor((Number(seconds) - whole) * 1e9);
  if (nanos === 0) return timeText(whole);
  const fraction = String(nanos).padStart(9, '0').replace(/0+$/, '');
  return timeText(whole).replace('Z', `.${fraction}Z`);
}
