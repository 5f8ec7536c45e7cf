import type { KubeObject } from '#core/machinery/object';
import { keyOf } from '../reflector.ts';

/** Under which values an object is found: label values, owners' uids, node names. Pure; called once a change. */
export type Index<T extends KubeObject> = (object: T) => readonly string[];

/** What an informer has seen, to be read only. Lists come in no particular order and are the caller's own. */
export interface Cache<T extends KubeObject> {
  readonly size: number;
  /** By `namespace/name`, or `name`. */
  get(key: string): T | undefined;
  list(): T[];
  values(): Iterable<T>;
  /** All in one namespace. */
  inNamespace(namespace: string): T[];
  /** All that the index finds under `value`. Throws where there is no such index. */
  by(index: string, value: string): T[];
}

export interface WritableCache<T extends KubeObject> extends Cache<T> {
  keys(): Iterable<string>;
  /** Puts an object in the place of the one with its key, and gives that one. */
  set(object: T): T | undefined;
  delete(key: string): T | undefined;
  /** Indexes that exist already stay as they are. */
  addIndex(name: string, index: Index<T>): void;
}

interface IndexTable<T extends KubeObject> {
  readonly of: Index<T>;
  readonly found: Map<string, Map<string, T>>;
}

const NAMESPACE = 'namespace';

export function createCache<T extends KubeObject>(): WritableCache<T> {
  const objects = new Map<string, T>();
  const tables = new Map<string, IndexTable<T>>();

  const enter = (table: IndexTable<T>, key: string, object: T) => {
    for (const value of table.of(object)) {
      let entry = table.found.get(value);
      if (entry === undefined) table.found.set(value, (entry = new Map()));
      entry.set(key, object);
    }
  };
  const leave = (table: IndexTable<T>, key: string, object: T) => {
    for (const value of table.of(object)) {
      const entry = table.found.get(value);
      if (entry === undefined) continue;
      entry.delete(key);
      if (entry.size === 0) table.found.delete(value);
    }
  };

  const cache: WritableCache<T> = {
    get size() {
      return objects.size;
    },
    get: (key) => objects.get(key),
    list: () => [...objects.values()],
    values: () => objects.values(),
    keys: () => objects.keys(),
    inNamespace: (namespace) => cache.by(NAMESPACE, namespace),
    by(name, value) {
      const table = tables.get(name);
      if (table === undefined) throw new Error(`there is no index "${name}"`);
      const entry = table.found.get(value);
      return entry === undefined ? [] : [...entry.values()];
    },
    set(object) {
      const key = keyOf(object);
      const previous = objects.get(key);
      objects.set(key, object);
      for (const table of tables.values()) {
        if (previous !== undefined) leave(table, key, previous);
        enter(table, key, object);
      }
      return previous;
    },
    delete(key) {
      const previous = objects.get(key);
      if (previous === undefined) return undefined;
      objects.delete(key);
      for (const table of tables.values()) leave(table, key, previous);
      return previous;
    },
    addIndex(name, of) {
      if (tables.has(name)) return;
      const table: IndexTable<T> = { of, found: new Map() };
      for (const [key, object] of objects) enter(table, key, object);
      tables.set(name, table);
    },
  };
  cache.addIndex(NAMESPACE, ({ metadata: { namespace } }) => (namespace === undefined ? [] : [namespace]));
  return cache;
}

/** An index by the uid of the controlling owner. */
export const byController: Index<KubeObject> = ({ metadata: { ownerReferences } }) => {
  if (ownerReferences === undefined) return [];
  for (const owner of ownerReferences) if (owner.controller === true) return [owner.uid];
  return [];
};
