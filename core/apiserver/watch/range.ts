import type { ResourceDefinition } from '#core/api/definition';
import type { Entry, View } from '#core/store';
import type { Selection } from './selection.ts';

/** Where an object lies. */
export const keyOf = (definition: ResourceDefinition, namespace: string, name: string): string =>
  definition.namespaced ? `${definition.storage}${namespace}/${name}` : definition.storage + name;

/** The first key of a namespace (or of the whole resource) and the first key behind it. */
export function boundsOf(
  definition: ResourceDefinition,
  namespace: string,
): { readonly from: string; readonly to: string } {
  const prefix = definition.namespaced && namespace !== '' ? `${definition.storage}${namespace}/` : definition.storage;
  // '0' follows '/' in the order of bytes.
  return { from: prefix, to: `${prefix.slice(0, -1)}0` };
}

/** What a selection may hold, by namespace and name alone. `from`: a key to begin at. */
export function rangeOf(
  definition: ResourceDefinition,
  view: View,
  { namespace, name }: Selection,
  from?: string,
): Iterable<Entry> {
  if (name !== '' && from === undefined && (namespace !== '' || !definition.namespaced)) {
    const entry = view.get(keyOf(definition, namespace, name));
    return entry === undefined ? [] : [entry];
  }
  const bounds = boundsOf(definition, namespace);
  return view.range(from === undefined || from < bounds.from ? bounds.from : from, bounds.to);
}

/** Whether a key is within it: what `rangeOf` finds, asked of one. */
export function inScope(definition: ResourceDefinition, { namespace, name }: Selection, key: string): boolean {
  if (namespace === '' && name === '') return true;
  const local = key.slice(definition.storage.length);
  const slash = local.indexOf('/');
  if (name !== '' && local.slice(slash + 1) !== name) return false;
  return namespace === '' || (slash > 0 && local.slice(0, slash) === namespace);
}
