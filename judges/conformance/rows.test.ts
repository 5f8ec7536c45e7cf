import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { resultsOf } from './junit.ts';
import { merge, readRows, worse, writeRows, type Row } from './rows.ts';
import { conformanceTests, select } from './tests.ts';

const row = (name: string, result: Row['result'], message = ''): Row => ({
  name,
  result,
  seconds: 1.5,
  date: '2026-11-25',
  commit: 'abc',
  runtime: 'simulated',
  message,
});
const known = new Map(
  [row('a', 'passed'), row('b', 'failed', 'broke'), row('c', 'not run', 'no')].map((one) => [one.name, one]),
);

test('a partial run updates its own rows; what it could not try replaces no result', () => {
  const rows = merge(['a', 'b', 'c', 'd'], known, [row('b', 'passed'), row('a', 'not run', 'needs real containers')]);
  expect(rows.map(({ name, result }) => `${name} ${result}`)).toEqual([
    'a passed',
    'b passed',
    'c not run',
    'd not run',
  ]);
});

test('only what passed and fails now got worse', () => {
  expect(worse(known, [row('a', 'failed'), row('b', 'failed'), row('d', 'failed')]).map(({ name }) => name)).toEqual([
    'a',
  ]);
});

test('rows come back from their file, a message on one line', () => {
  const path = join(mkdtempSync(join(tmpdir(), 'kubernode-rows-')), 'rows.tsv');
  writeRows(path, [row('a', 'failed', 'first\n\tsecond')]);
  expect(readRows(path).get('a')).toEqual(row('a', 'failed', 'first second'));
});

test('there are 446 tests, and each need selects more than the one before', () => {
  const tests = conformanceTests();
  const count = (needs: 'api' | 'controllers' | 'kubelet' | 'network' | 'storage') =>
    select(tests, { needs, slow: true }).length;
  expect([tests.length, count('api'), count('controllers'), count('storage')]).toEqual([446, 113, 133, 446]);
});

test.each([
  { it: 'passed', body: '', status: 'passed', wants: { result: 'passed', message: '' } },
  {
    it: 'failed',
    body: '<failure message="" type="failed">[FAILED] no &lt;pod&gt;&#xA;here&#xA;In [It] at: x.go:1</failure>',
    status: 'failed',
    wants: { result: 'failed', message: 'no <pod> here' },
  },
])('a report tells that a test $it', ({ body, status, wants }) => {
  const xml = `<testcase name="[It] [sig-x] does [Conformance] [x]" status="${status}" time="2.5">${body}</testcase><testcase name="[It] other" status="skipped"></testcase><testcase name="[It] cut" status="interrupted"></testcase><testcase name="[It] late" status="timedout"><failure type="timedout">[TIMEDOUT] A suite timeout occurred&#xA;In [It] at: x.go:1&#xA;[FAILED] A suite timeout occurred and then the following failure was recorded in the timedout node before it exited:&#xA;no pods&#xA;In [It] at: y.go:2</failure></testcase>`;
  const [result, ...ended] = resultsOf(xml);
  expect(result).toEqual({
    name: '[sig-x] does [Conformance]',
    seconds: 2.5,
    passed: wants.result === 'passed',
    message: wants.message,
    cutOff: false,
  });
  expect(ended.map(({ name, cutOff, message }) => [name, cutOff, message])).toEqual([
    ['cut', true, ''],
    ['late', true, 'no pods'],
  ]);
});
