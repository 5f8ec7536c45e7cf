/**
 * Times as the API writes them, without a Date in between: RFC 3339 to and from seconds and nanoseconds since the epoch.
 * Upstream: apimachinery/pkg/apis/meta/v1/{time,micro_time}.go.
 */
export interface Instant {
  readonly seconds: number;
  /** 0 to 999,999,999. */
  readonly nanos: number;
}

/** Go's zero time, 0001-01-01T00:00:00Z: it stands for "none". */
export const ZERO_SECONDS = -62135596800;

const PATTERN = /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:[.,](\d+))?(?:[Zz]|([+-])(\d\d):(\d\d))$/;

/** Days from 1970-01-01 to a date of the Gregorian calendar. */
function daysTo(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const ofEra = shifted - era * 400;
  const ofYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  return era * 146097 + ofEra * 365 + Math.floor(ofEra / 4) - Math.floor(ofEra / 100) + ofYear - 719468;
}

const daysIn = (year: number, month: number): number =>
  month === 2
    ? year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
      ? 29
      : 28
    : month === 4 || month === 6 || month === 9 || month === 11
      ? 30
      : 31;

/** `undefined` where the text is no RFC 3339 time. */
export function parseInstant(text: string): Instant | undefined {
  const quick = text.length === 20 ? quickSeconds(text) : undefined;
  if (quick !== undefined) return { seconds: quick, nanos: 0 };
  const match = PATTERN.exec(text);
  if (match === null) return undefined;
  const [year, month, day, hour, minute, second] = [1, 2, 3, 4, 5, 6].map((index) => Number(match[index])) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  if (month < 1 || month > 12 || day < 1 || day > daysIn(year, month) || hour > 23 || minute > 59 || second > 59)
    return undefined;
  const [zoneHours, zoneMinutes] = [Number(match[9] ?? 0), Number(match[10] ?? 0)];
  if (zoneHours > 24 || zoneMinutes > 59) return undefined;
  const offset = (match[8] === '-' ? -1 : 1) * (zoneHours * 3600 + zoneMinutes * 60);
  const nanos = match[7] === undefined ? 0 : Number(match[7].slice(0, 9).padEnd(9, '0'));
  return { seconds: daysTo(year, month, day) * 86400 + hour * 3600 + minute * 60 + second - offset, nanos };
}

/** The form that the API itself writes, `2026-01-02T03:04:05Z`; `undefined` for any other. */
function quickSeconds(text: string): number | undefined {
  if (text.charCodeAt(19) !== 90 || text.charCodeAt(10) !== 84) return undefined;
  if (
    text.charCodeAt(4) !== 45 ||
    text.charCodeAt(7) !== 45 ||
    text.charCodeAt(13) !== 58 ||
    text.charCodeAt(16) !== 58
  )
    return undefined;
  const year = two(text, 0) * 100 + two(text, 2);
  const [month, day, hour, minute, second] = [two(text, 5), two(text, 8), two(text, 11), two(text, 14), two(text, 17)];
  if (!(year >= 0 && month >= 1 && month <= 12 && day >= 1 && hour <= 23 && minute <= 59 && second <= 59))
    return undefined;
  if (day > 28 && day > daysIn(year, month)) return undefined;
  return daysTo(year, month, day) * 86400 + hour * 3600 + minute * 60 + second;
}

/** Two digits as a number; NaN where they are none. */
function two(text: string, at: number): number {
  const tens = text.charCodeAt(at) - 48;
  const ones = text.charCodeAt(at + 1) - 48;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : NaN;
}

const pad = (value: number): string => (value < 10 ? `0${value}` : `${value}`);

function dateText(seconds: number): string {
  const days = Math.floor(seconds / 86400);
  const ofDay = seconds - days * 86400;
  // Years counted from March, in eras of 400 years.
  const shifted = days + 719468;
  const era = Math.floor(shifted / 146097);
  const ofEra = shifted - era * 146097;
  const yearOfEra = Math.floor(
    (ofEra - Math.floor(ofEra / 1460) + Math.floor(ofEra / 36524) - Math.floor(ofEra / 146096)) / 365,
  );
  const ofYear = ofEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const march = Math.floor((5 * ofYear + 2) / 153);
  const day = ofYear - Math.floor((153 * march + 2) / 5) + 1;
  const month = march < 10 ? march + 3 : march - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  const hour = Math.floor(ofDay / 3600);
  const minute = Math.floor((ofDay % 3600) / 60);
  return `${String(year).padStart(4, '0')}-${pad(month)}-${pad(day)}T${pad(hour)}:${pad(minute)}:${pad(ofDay % 60)}`;
}

/** `2026-01-02T03:04:05Z`. */
export const timeText = (seconds: number): string => `${dateText(seconds)}Z`;

/** `2026-01-02T03:04:05.000006Z`; what is finer than a microsecond is dropped. */
export const microTimeText = (seconds: number, nanos: number): string =>
  `${dateText(seconds)}.${String(Math.floor(nanos / 1000)).padStart(6, '0')}Z`;

/** The time at `milliseconds` since the epoch, as objects carry it. */
export const timeOf = (milliseconds: number): string => timeText(Math.floor(milliseconds / 1000));

/** As leases and events carry it. */
export function microTimeOf(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1000);
  return microTimeText(seconds, Math.floor((milliseconds - seconds * 1000) * 1e6));
}

/** Milliseconds since the epoch; `undefined` where the text is no time. */
export function millisecondsOf(text: string): number | undefined {
  const instant = parseInstant(text);
  return instant === undefined ? undefined : instant.seconds * 1000 + instant.nanos / 1e6;
}
