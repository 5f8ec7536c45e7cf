import { expect, test } from 'vitest';
import {
  durationFault,
  durationText,
  microTimeOf,
  millisecondsOf,
  parseDuration,
  parseInstant,
  timeOf,
  timeText,
} from './index.ts';

test.each([
  ['1970-01-01T00:00:00Z', 0],
  ['2000-02-29T12:00:00Z', 951825600],
  ['2026-11-25T03:04:05+01:30', 1795570445],
  ['0001-01-01T00:00:00Z', -62135596800],
  ['9999-12-31T23:59:59Z', 253402300799],
])('reads %s', (text, seconds) => expect(parseInstant(text)?.seconds).toBe(seconds));

test.each([
  '2026-02-29T00:00:00Z',
  '2026-13-01T00:00:00Z',
  '2026-01-01T24:00:00Z',
  '2026-01-01 00:00:00Z',
  '2026-01-01',
  '',
])('refuses %s', (text) => expect(parseInstant(text)).toBeUndefined());

test('writes what it reads, on every day of four centuries', () => {
  for (let day = -146097; day < 146097; day += 131) {
    const text = timeText(day * 86400 + 3661);
    expect(parseInstant(text)).toEqual({ seconds: day * 86400 + 3661, nanos: 0 });
    expect(new Date(text).getTime()).toBe((day * 86400 + 3661) * 1000);
  }
  expect(timeOf(1500)).toBe('1970-01-01T00:00:01Z');
  expect(microTimeOf(1500.25)).toBe('1970-01-01T00:00:01.500250Z');
  expect(millisecondsOf('1970-01-01T00:00:01.5Z')).toBe(1500);
});

test.each([
  ['1h30m', '1h30m0s'],
  ['90s', '1m30s'],
  ['1.5h', '1h30m0s'],
  ['-2ms', '-2ms'],
  ['1500us', '1.5ms'],
  ['0', '0s'],
  ['100ns', '100ns'],
])('duration %s is %s', (text, canonical) => expect(durationText(parseDuration(text)!)).toBe(canonical));

test.each(['', '5', 'h', '1d', '1h-5m', '9999999h'])('%s is no duration', (text) =>
  expect(parseDuration(text)).toBeUndefined(),
);

test.each([
  ['1h30m', undefined],
  ['x', 'time: invalid duration "x"'],
  ['', 'time: invalid duration ""'],
  ['5', 'time: missing unit in duration "5"'],
  ['1m5q', 'time: unknown unit "q" in duration "1m5q"'],
])('why %j is no duration', (text, fault) => expect(durationFault(text)).toBe(fault));
