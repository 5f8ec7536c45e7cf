import { expect, test } from 'vitest';
import {
  addressText,
  configKeyProblems,
  dns1035LabelProblems,
  dnsLabelProblems,
  dnsSubdomainProblems,
  inRange,
  labelValueProblems,
  objectName,
  parseAddress,
  parseRange,
  pathSegmentProblems,
  portNameProblems,
  qualifiedNameProblems,
  strictAddressProblems,
  strictRangeProblems,
} from './index.ts';

test.each([
  [dnsLabelProblems, ['a', 'a-1', '1a', 'x'.repeat(63)], ['', 'A', '-a', 'a-', 'a_b', 'x'.repeat(64), 'a.b', 'a\n']],
  [dnsSubdomainProblems, ['a', 'a.b-c.d', 'x'.repeat(253)], ['', 'a..b', '.a', 'a.', 'A.b', 'x'.repeat(254)]],
  [dns1035LabelProblems, ['a', 'a1'], ['1a', '', 'a.b']],
  [labelValueProblems, ['', 'A_b.c', '1'], ['-a', 'a b', 'x'.repeat(64), 'é']],
  [qualifiedNameProblems, ['a', 'A.b_c', 'example.com/a'], ['', '/a', 'a/', 'a/b/c', 'Ex.com/a', '-a', 'x'.repeat(64)]],
  [configKeyProblems, ['a', '.x', 'A_b-1'], ['', '.', '..', '..a', 'a/b']],
  [portNameProblems, ['http', 'a-1'], ['', '80', 'HTTP', 'a--b', '-a', 'sixteen-letters-']],
  [(name: string) => pathSegmentProblems(name, false), ['system:x', 'a.b'], ['.', '..', 'a/b', 'a%b']],
])('%#: accepts and refuses', (check, good, bad) => {
  for (const value of good) expect(check(value), value).toEqual([]);
  for (const value of bad) expect(check(value).length, value).toBeGreaterThan(0);
});

test('says what clients know', () => {
  expect(dnsLabelProblems('a.b')).toEqual(['must not contain dots']);
  expect(dnsLabelProblems('A')).toEqual([
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')",
  ]);
});

test('a prefix may end in a dash', () => {
  expect(objectName(dnsLabelProblems)('web-', true)).toEqual([]);
  expect(objectName(dnsLabelProblems)('web-', false)).toHaveLength(1);
});

test.each([
  ['10.0.0.1', '10.0.0.1'],
  ['010.0.0.1', '10.0.0.1'],
  ['::', '::'],
  ['2001:DB8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
  ['::ffff:1.2.3.4', '1.2.3.4'],
  ['1:2:3:4:5:6:7:8', '1:2:3:4:5:6:7:8'],
  ['fe80::1.2.3.4', 'fe80::102:304'],
])('address %s is %s', (text, canonical) => expect(addressText(parseAddress(text)!)).toBe(canonical));

test.each(['', '1.2.3', '256.1.1.1', '1::2::3', '1:2:3', ':1', '12345::', '1.2.3.4.5', 'a.b.c.d', '1:2:3:4:5:6:7:8::'])(
  'no address: "%s"',
  (text) => expect(parseAddress(text)).toBeUndefined(),
);

test('ranges', () => {
  expect(inRange(parseRange('10.96.0.0/12')!, parseAddress('10.111.255.1')!)).toBe(true);
  expect(inRange(parseRange('10.96.0.0/12')!, parseAddress('10.112.0.1')!)).toBe(false);
  expect(inRange(parseRange('0.0.0.0/0')!, parseAddress('::1')!)).toBe(false);
  expect(strictRangeProblems('10.96.0.0/12')).toEqual([]);
  expect(strictRangeProblems('10.96.0.1/12')).toEqual(['must not have bits set beyond the prefix length']);
  expect(strictRangeProblems('10.0.0.0/33')).toHaveLength(1);
  expect(strictAddressProblems('2001:0db8::1')).toEqual(['must be in canonical form ("2001:db8::1")']);
});
