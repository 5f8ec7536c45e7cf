import { expect, test } from 'vitest';
import { correlator } from './correlate.ts';

const world = () => {
  let now = 0;
  const judge = correlator<number>({ now: () => now, monotonic: () => now });
  let written = 0;
  const say = (message: string, about = 'pod') => {
    const verdict = judge({ about, type: 'Normal', reason: 'Why', message });
    if (verdict.is !== 'dropped') verdict.remember(verdict.is === 'again' ? verdict.before : ++written);
    return verdict.is === 'new'
      ? `new ${verdict.message}`
      : verdict.is === 'again'
        ? `again ${verdict.before}`
        : 'dropped';
  };
  return { say, pass: (ms: number) => (now += ms) };
};

test('what was said before is counted there', () => {
  const { say } = world();
  expect([say('a'), say('a'), say('b'), say('a'), say('a', 'other')]).toEqual([
    'new a',
    'again 1',
    'new b',
    'again 1',
    'new a',
  ]);
});

test('many similar ones become one', () => {
  const { say, pass } = world();
  for (let index = 1; index < 10; index++) expect(say(`m${index}`)).toBe(`new m${index}`);
  expect(say('m10')).toBe('new (combined from similar events): m10');
  expect(say('m11')).toBe('again 10');
  pass(601_000);
  expect(say('m12')).toBe('new m12');
});

test('an object has 25 events, then one every five minutes', () => {
  const { say, pass } = world();
  for (let index = 0; index < 25; index++) expect(say('a')).not.toBe('dropped');
  expect(say('a')).toBe('dropped');
  expect(say('a', 'other')).toBe('new a');
  pass(300_000);
  expect(say('a')).not.toBe('dropped');
  expect(say('a')).toBe('dropped');
});
