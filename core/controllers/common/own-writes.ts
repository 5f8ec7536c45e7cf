import type { Clock } from '#core/base';
import { type Informer, keyOf } from '#core/client';
import type { KubeObject } from '#core/machinery/object';

/** A cache corrected by what this controller wrote itself and the cache does not show yet. */
export interface OwnWrites<T extends KubeObject> {
  wrote(object: T): void;
  removed(object: T): void;
  /** The cached objects, corrected; written ones that are missing among them are added where `belongs` says so. */
  correct(cached: readonly T[], belongs: (object: T) => boolean): readonly T[];
}

/** Longer than any watch lags; what has not shown until then never will. */
const PATIENCE = 5 * 60_000;

export function ownWrites<T extends KubeObject>(informer: Informer<T>, clock: Clock): OwnWrites<T> {
  interface Written {
    readonly uid: string | undefined;
    readonly object: T | undefined;
    readonly at: number;
  }
  const written = new Map<string, Written>();
  const shows = ({ uid, object }: Written, seen: T): boolean =>
    seen.metadata.uid !== uid || (object !== undefined && revision(seen) >= revision(object));

  informer.handle((next, previous) => {
    const seen = (next ?? previous)!;
    const key = keyOf(seen);
    const known = written.get(key);
    if (known === undefined) return;
    const gone = next === undefined && previous!.metadata.uid === known.uid;
    if (gone || (next !== undefined && shows(known, next))) written.delete(key);
  });

  return {
    wrote(object) {
      const key = keyOf(object);
      const entry = { uid: object.metadata.uid, object, at: clock.monotonic() };
      const seen = informer.cache.get(key);
      // Over a network the watch may be faster than the answer.
      if (seen === undefined || !shows(entry, seen)) written.set(key, entry);
    },
    removed(object) {
      const key = keyOf(object);
      if (informer.cache.get(key)?.metadata.uid !== object.metadata.uid) return void written.delete(key);
      written.set(key, { uid: object.metadata.uid, object: undefined, at: clock.monotonic() });
    },
    correct(cached, belongs) {
      if (written.size === 0) return cached;
      const old = clock.monotonic() - PATIENCE;
      const result: T[] = [];
      const seen = new Set<string>();
      for (const object of cached) {
        const key = keyOf(object);
        const known = written.get(key);
        seen.add(key);
        if (known === undefined || known.at < old || known.uid !== object.metadata.uid) result.push(object);
        else if (known.object !== undefined) result.push(known.object);
      }
      for (const [key, { object, at }] of written) {
        if (at < old) written.delete(key);
        else if (object !== undefined && !seen.has(key) && belongs(object)) result.push(object);
      }
      return result;
    },
  };
}

/** Revisions of one resource compare as numbers, since v1.35 by promise. */
const revision = ({ metadata }: KubeObject) => Number(metadata.resourceVersion ?? 0);
