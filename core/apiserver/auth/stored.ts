import type { AnyObject } from '#core/machinery/object';
import type { Entry, Key, Store } from '#core/store';

/** Where an object lies. `namespace` is '' for cluster scope. */
export const keyIn = (group: string, resource: string, namespace: string, name: string): Key =>
  namespace === '' ? `${group}/${resource}/${name}` : `${group}/${resource}/${namespace}/${name}`;

/** Single objects as identity, admission and allocation need them: by name, from memory. */
export interface Stored {
  get<T = AnyObject>(group: string, resource: string, namespace: string, name: string): T | undefined;
  entry(group: string, resource: string, namespace: string, name: string): Entry | undefined;
  /** All of a resource, of one namespace where it is given, in the order of their keys. */
  list<T = AnyObject>(group: string, resource: string, namespace?: string): Iterable<T>;
}

export const storedIn = (store: Store): Stored => ({
  get: <T>(group: string, resource: string, namespace: string, name: string) =>
    store.get(keyIn(group, resource, namespace, name))?.object as T | undefined,
  entry: (group, resource, namespace, name) => store.get(keyIn(group, resource, namespace, name)),
  *list<T>(group: string, resource: string, namespace?: string) {
    const prefix = `${group}/${resource}/`;
    const [from, to] =
      namespace === undefined ? [undefined, undefined] : [`${prefix}${namespace}/`, `${prefix}${namespace}0`];
    for (const entry of store.view(prefix).range(from, to)) yield entry.object as T;
  },
});
