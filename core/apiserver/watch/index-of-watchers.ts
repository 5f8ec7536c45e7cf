import type { ResourceDefinition } from '#core/api/definition';
import type { Change } from '#core/store';
import { fieldReader } from './selection.ts';
import type { Subscriber } from './subscriber.ts';

/**
 * Finds the watchers that a change may concern without asking all of them: by exact key, by one selected field, by
 * namespace; only what is left sees every change.
 */
export class WatcherIndex {
  readonly all = new Set<Subscriber>();
  readonly #wide = new Set<Subscriber>();
  readonly #byNamespace = new Map<string, Set<Subscriber>>();
  readonly #byKey = new Map<string, Set<Subscriber>>();
  readonly #byName = new Map<string, Set<Subscriber>>();
  readonly #byField = new Map<string, Map<string, Set<Subscriber>>>();
  readonly #definition: ResourceDefinition;

  constructor(definition: ResourceDefinition) {
    this.#definition = definition;
  }

  add(subscriber: Subscriber): void {
    this.all.add(subscriber);
    this.#place(subscriber).add(subscriber);
  }

  remove(subscriber: Subscriber): void {
    this.all.delete(subscriber);
    this.#place(subscriber).delete(subscriber);
    const { namespace, name, index } = subscriber.selection;
    if (name !== '') {
      const places = namespace === '' && this.#definition.namespaced ? this.#byName : this.#byKey;
      const key = placeKey(namespace, name);
      if (places.get(key)?.size === 0) places.delete(key);
    } else if (index !== undefined) {
      const values = this.#byField.get(index.field);
      if (values?.get(index.value)?.size === 0) values.delete(index.value);
      if (values?.size === 0) this.#byField.delete(index.field);
    } else if (this.#byNamespace.get(namespace)?.size === 0) this.#byNamespace.delete(namespace);
  }

  #place(subscriber: Subscriber): Set<Subscriber> {
    const { namespace, name, index } = subscriber.selection;
    if (name !== '') {
      const places = namespace === '' && this.#definition.namespaced ? this.#byName : this.#byKey;
      return placeOf(places, placeKey(namespace, name));
    }
    if (index !== undefined) {
      let values = this.#byField.get(index.field);
      if (values === undefined) this.#byField.set(index.field, (values = new Map()));
      return placeOf(values, index.value);
    }
    return namespace === '' ? this.#wide : placeOf(this.#byNamespace, namespace);
  }

  /** Calls `visit` for every watcher that the change may concern, once each. */
  visit(change: Change, visit: (subscriber: Subscriber) => void): void {
    this.#wide.forEach(visit);
    const local = change.key.slice(this.#definition.storage.length);
    const slash = local.indexOf('/');
    const namespace = slash < 0 ? '' : local.slice(0, slash);
    this.#byKey.get(local)?.forEach(visit);
    if (this.#byName.size > 0) this.#byName.get(local.slice(slash + 1))?.forEach(visit);
    if (namespace !== '') this.#byNamespace.get(namespace)?.forEach(visit);
    for (const [field, values] of this.#byField) {
      const read = fieldReader(this.#definition, field)!;
      const now = change.entry === undefined ? undefined : read(change.entry.object);
      const before = change.previous === undefined ? undefined : read(change.previous.object);
      // The namespace of these is checked here, since their place does not know it.
      const place = (value: string | undefined) => {
        if (value === undefined) return;
        values.get(value)?.forEach((subscriber) => {
          const wanted = subscriber.selection.namespace;
          if (wanted === '' || wanted === namespace) visit(subscriber);
        });
      };
      place(now);
      if (before !== now) place(before);
    }
  }
}

const placeKey = (namespace: string, name: string): string => (namespace === '' ? name : `${namespace}/${name}`);

function placeOf(places: Map<string, Set<Subscriber>>, key: string): Set<Subscriber> {
  let place = places.get(key);
  if (place === undefined) places.set(key, (place = new Set()));
  return place;
}
