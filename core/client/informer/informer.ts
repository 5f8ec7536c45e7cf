import { yieldTurn } from '#core/base';
import type { WatchEvent } from '#core/apiserver';
import type { KubeObject } from '#core/machinery/object';
import { keyOf, reflect, type ReflectorParts, type Scope } from '../reflector.ts';
import type { ResourceToken } from '../types.ts';
import { type Cache, createCache, type Index, type WritableCache } from './cache.ts';

/**
 * Told of each change: `next` is `undefined` when the object is gone, `previous` when it is new. An object that was replaced by
 * another of its name is told as gone first. Called when the cache has the change already. Quick, and never throws.
 */
export type Handler<T extends KubeObject> = (next: T | undefined, previous: T | undefined) => void;

/** A part of the API kept in memory, and told of as it changes. */
export interface Informer<T extends KubeObject = KubeObject> {
  readonly of: ResourceToken<T>;
  readonly cache: Cache<T>;
  /** The first list is complete and told to all handlers. */
  readonly synced: Promise<void>;
  readonly hasSynced: boolean;
  /** Adds a handler; what the cache holds already is told to it at once. The function given back removes it. */
  handle(handler: Handler<T>): () => void;
  /** Adds an index to the cache, unless there is one of that name already. */
  index(name: string, index: Index<T>): void;
}

/** Changes told without letting anybody else have a turn. */
const SLICE = 256;

type Work<T extends KubeObject> = { readonly replace: readonly T[] } | { readonly events: readonly WatchEvent<T>[] };

/** Starts at once and stops with the signal. */
export function createInformer<T extends KubeObject>(
  parts: ReflectorParts,
  of: ResourceToken<T>,
  scope: Scope,
  signal: AbortSignal,
): Informer<T> {
  const cache = createCache<T>();
  const synced = Promise.withResolvers<void>();
  let hasSynced = false;
  // Replaced, never changed: a handler may remove itself while it is called.
  let handlers: readonly Handler<T>[] = [];
  const work: Work<T>[] = [];
  let busy = false;

  const tell: Handler<T> = (next, previous) => {
    for (const handler of handlers) handler(next, previous);
  };

  const drain = async () => {
    busy = true;
    for (let item = work.shift(); item !== undefined && !signal.aborted; item = work.shift()) {
      let told = 0;
      for (const [next, key] of 'replace' in item ? replacement(cache, item.replace) : changes(item.events)) {
        apply(cache, next, key, tell);
        if (++told % SLICE === 0) await yieldTurn(parts.turns, of.resource);
      }
      if (!hasSynced && 'replace' in item) {
        hasSynced = true;
        synced.resolve();
      }
    }
    busy = false;
  };
  const push = (item: Work<T>) => {
    work.push(item);
    if (!busy) void drain();
  };

  reflect<T>(
    parts,
    of,
    scope,
    { replaced: (objects) => push({ replace: objects }), changed: (events) => push({ events }) },
    signal,
  );

  return {
    of,
    cache,
    synced: synced.promise,
    get hasSynced() {
      return hasSynced;
    },
    handle(handler) {
      for (const object of cache.list()) handler(object, undefined);
      handlers = [...handlers, handler];
      return () => {
        handlers = handlers.filter((one) => one !== handler);
      };
    },
    index: (name, index) => cache.addIndex(name, index),
  };
}

type Step<T> = readonly [next: T | undefined, key: string];

function* changes<T extends KubeObject>(events: readonly WatchEvent<T>[]): Generator<Step<T>> {
  for (const { type, object } of events) yield [type === 'DELETED' ? undefined : object, keyOf(object)];
}

/** What differs between the cache and a renewed list: the missing go first. */
function* replacement<T extends KubeObject>(cache: WritableCache<T>, objects: readonly T[]): Generator<Step<T>> {
  const present = new Set(objects.map(keyOf));
  for (const key of cache.keys()) if (!present.has(key)) yield [undefined, key];
  for (const object of objects) {
    const key = keyOf(object);
    if (cache.get(key)?.metadata.resourceVersion !== object.metadata.resourceVersion) yield [object, key];
  }
}

function apply<T extends KubeObject>(
  cache: WritableCache<T>,
  next: T | undefined,
  key: string,
  tell: Handler<T>,
): void {
  const known = cache.get(key);
  if (known !== undefined && (next === undefined || next.metadata.uid !== known.metadata.uid)) {
    cache.delete(key);
    tell(undefined, known);
  }
  if (next === undefined) return;
  tell(next, cache.set(next));
}
