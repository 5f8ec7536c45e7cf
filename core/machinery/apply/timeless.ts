import { sameJson } from '#core/base';
import type { FieldsText, KubeObject, ManagedFieldsEntry } from '#core/machinery/object';
import type { Intern } from './entries.ts';

/**
 * `next`, or `old` itself where they differ in nothing but the times of managed fields: such a write changes nothing.
 * Upstream: apiserver/pkg/endpoints/handlers/fieldmanager/equality.go.
 */
export function keepTimes<T extends KubeObject>(old: T, next: T): T {
  if (old === next) return old;
  const { managedFields: before, ...oldMetadata } = old.metadata;
  const { managedFields: after, ...nextMetadata } = next.metadata;
  if (before?.length !== after?.length) return next;
  if (before?.some((entry, i) => !sameButTime(entry, after![i]!)) === true) return next;
  return sameJson({ ...old, metadata: oldMetadata }, { ...next, metadata: nextMetadata }) ? old : next;
}

function sameButTime({ time: _, ...left }: ManagedFieldsEntry, { time: __, ...right }: ManagedFieldsEntry): boolean {
  return sameJson(left, right);
}

/** Keeps at most `most` texts, the oldest going first: objects of a kind mostly have the same sets. */
export function interner(most: number): Intern {
  const known = new Map<string, FieldsText>();
  return (text) => {
    const shared = known.get(text);
    if (shared !== undefined) return shared;
    if (known.size >= most) known.delete(known.keys().next().value!);
    const fresh: FieldsText = { text };
    known.set(text, fresh);
    return fresh;
  };
}
