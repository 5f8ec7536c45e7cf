import { expect, test } from 'vitest';
import { invalidObject, type Problem } from '#core/machinery/status';

const problemsOf = (count: number): Problem[] =>
  Array.from({ length: count }, (_, at) => ({ reason: 'FieldValueInvalid', path: `spec.a[${at}]`, message: 'is bad' }));
const of = { group: '', resource: 'Pod', name: 'web' };

test.each([
  { count: 1, message: /is invalid: spec\.a\[0\]: is bad$/, causes: 1 },
  { count: 2, message: /is invalid: \[spec\.a\[0\]: is bad, spec\.a\[1\]: is bad\]$/, causes: 2 },
  { count: 1000, message: /spec\.a\[999\]: is bad\]$/, causes: 1000 },
  { count: 50_000, message: /spec\.a\[999\]: is bad, and 49000 more\]$/, causes: 1000 },
])('an object with $count problems', ({ count, message, causes }) => {
  const refused = invalidObject(of, problemsOf(count));
  expect(refused.message).toMatch(message);
  expect(refused.status.details?.causes).toHaveLength(causes);
});
