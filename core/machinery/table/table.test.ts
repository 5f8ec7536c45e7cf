import { expect, test } from 'vitest';
import { ago, columnsOf, humanDuration, listed, nowAt, since } from './index.ts';

const [minute, hour, day] = [60_000, 3_600_000, 86_400_000];

test.each([
  [-5000, '<invalid>'],
  [-500, '0s'],
  [0, '0s'],
  [119_999, '119s'],
  [2 * minute, '2m'],
  [9 * minute + 59_000, '9m59s'],
  [10 * minute + 5000, '10m'],
  [179 * minute, '179m'],
  [3 * hour, '3h'],
  [7 * hour + 59 * minute, '7h59m'],
  [47 * hour, '47h'],
  [48 * hour, '2d'],
  [7 * day + 23 * hour, '7d23h'],
  [8 * day, '8d'],
  [729 * day, '729d'],
  [730 * day, '2y'],
  [731 * day, '2y1d'],
  [3000 * day, '8y'],
])('%d ms is %s', (span, text) => expect(humanDuration(span)).toBe(text));

test('ages', () => {
  expect(since('2026-01-01T00:00:00Z', nowAt(Date.parse('2026-01-01T00:01:00Z')))).toBe('60s');
  expect(since(undefined, nowAt(0))).toBe('<unknown>');
  expect(since(null, nowAt(0))).toBe('<unknown>');
});

test('an age is true until it is told otherwise', () => {
  const steps = [-5000, -500, 0, 59_999, 119_001, 9 * minute + 59_500, 10 * minute, 179 * minute, 7 * hour, 8 * hour];
  for (const span of [...steps, 47.5 * hour, 48 * hour, 7 * day + 23 * hour, 8 * day, 729.5 * day, 2919 * day]) {
    const now = nowAt(span);
    const text = ago(0, now);
    expect(now.until).toBeGreaterThan(span);
    expect(humanDuration(now.until - 1)).toBe(text);
    expect(now.until - span).toBeLessThanOrEqual(day);
  }
  expect([nowAt(5).until, nowAt(5).time]).toEqual([Infinity, 5]);
});

test('columns and lists', () => {
  expect(columnsOf('Name', 'Ready', '*Count#', 'On?')).toEqual([
    { name: 'Name', type: 'string', format: 'name', priority: 0 },
    { name: 'Ready', type: 'string', priority: 0 },
    { name: 'Count', type: 'integer', priority: 1 },
    { name: 'On', type: 'boolean', priority: 0 },
  ]);
  expect(listed(['a', 'b', 'c', 'd'], 3, '<none>')).toBe('a,b,c + 1 more...');
  expect(listed([], 3, '<none>')).toBe('<none>');
});
