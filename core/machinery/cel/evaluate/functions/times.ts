import { Duration, Failure, Timestamp, type Value } from '../values.ts';
import type { Function, Functions } from './function.ts';

/** A time zone by name, or by hours and minutes from UTC with or without sign. */
function zoned({ nanoseconds }: Timestamp, zone: Value | undefined): Temporal.ZonedDateTime | Failure {
  const text = zone === undefined || zone === '' ? 'UTC' : String(zone);
  const offset = /^([+-]?)(\d\d):(\d\d)$/.exec(text);
  try {
    const name = offset ? `${offset[1] === '-' ? '-' : '+'}${offset[2]}:${offset[3]}` : text;
    return Temporal.Instant.fromEpochNanoseconds(nanoseconds).toZonedDateTimeISO(name);
  } catch {
    return new Failure(`unknown time zone ${text}`);
  }
}

/** A part of a time in some zone, or of a duration. */
const part =
  (ofTime: (time: Temporal.ZonedDateTime) => number, ofDuration?: (nanoseconds: bigint) => bigint): Function =>
  ([value, zone]) => {
    if (value instanceof Duration) return zone === undefined ? ofDuration?.(value.nanoseconds) : undefined;
    if (!(value instanceof Timestamp)) return undefined;
    const time = zoned(value, zone);
    return time instanceof Failure ? time : BigInt(ofTime(time));
  };

/** Upstream: cel-go/common/types/{timestamp,duration}.go. */
export const TIMES: Functions = {
  getDate: part(({ day }) => day),
  getDayOfMonth: part(({ day }) => day - 1),
  getDayOfWeek: part(({ dayOfWeek }) => dayOfWeek % 7),
  getDayOfYear: part(({ dayOfYear }) => dayOfYear - 1),
  getFullYear: part(({ year }) => year),
  getMonth: part(({ month }) => month - 1),
  getHours: part(
    ({ hour }) => hour,
    (nanoseconds) => nanoseconds / 3_600_000_000_000n,
  ),
  getMinutes: part(
    ({ minute }) => minute,
    (nanoseconds) => nanoseconds / 60_000_000_000n,
  ),
  getSeconds: part(
    ({ second }) => second,
    (nanoseconds) => nanoseconds / 1_000_000_000n,
  ),
  getMilliseconds: part(
    ({ millisecond }) => millisecond,
    (nanoseconds) => nanoseconds / 1_000_000n,
  ),
};
