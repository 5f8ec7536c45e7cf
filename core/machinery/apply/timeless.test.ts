import { expect, test } from 'vitest';
import type { KubeObject, ManagedFieldsEntry } from '#core/machinery/object';
import { interner, keepTimes } from './index.ts';

const entry = (time: string, text: string): ManagedFieldsEntry => ({
  manager: 'm',
  operation: 'Update',
  time,
  fieldsV1: { text },
});
const object = (label: string, ...managedFields: readonly ManagedFieldsEntry[]): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Thing',
  metadata: { name: 'x', labels: { l: label }, managedFields },
});

test('a write that changes only times changes nothing', () => {
  const old = object('1', entry('2026-01-01T00:00:00Z', '{"f:a":{}}'));
  expect(keepTimes(old, object('1', entry('2026-01-02T00:00:00Z', '{"f:a":{}}')))).toBe(old);
  const owned = object('1', entry('2026-01-02T00:00:00Z', '{"f:b":{}}'));
  expect(keepTimes(old, owned)).toBe(owned);
  const changed = object('2', entry('2026-01-02T00:00:00Z', '{"f:a":{}}'));
  expect(keepTimes(old, changed)).toBe(changed);
});

test('texts are shared, the oldest forgotten first', () => {
  const intern = interner(2);
  const [a] = [intern('a'), intern('b')];
  expect(intern('a')).toBe(a);
  intern('c');
  expect(intern('a')).not.toBe(a);
});
