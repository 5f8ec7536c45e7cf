import type { Clock } from '#core/base';

/**
 * What a controller has done but not yet seen in its cache, by the key of the owner. While something is expected the cache must
 * not be trusted to count: the controller would create or delete twice. Upstream: pkg/controller/controller_utils.go.
 */
export interface Expectations {
  /** Nothing is expected, or for so long that something was missed. */
  fulfilled(key: string): boolean;
  /** Before creating: so many more will be seen to come. */
  creating(key: string, count: number): void;
  /** Before deleting the objects with these uids. */
  deleting(key: string, uids: Iterable<string>): void;
  /** One was seen to come, or could not be created. */
  created(key: string): void;
  /** It was seen to go (or to be going), or could not be deleted. */
  deleted(key: string, uid: string): void;
  forget(key: string): void;
}

/** Longer than any watch lags; after it the controller looks again, come what may. */
const PATIENCE = 5 * 60_000;

export function createExpectations(clock: Clock): Expectations {
  interface Expected {
    creations: number;
    readonly deletions: Set<string>;
    since: number;
  }
  const all = new Map<string, Expected>();
  const of = (key: string): Expected => {
    let expected = all.get(key);
    if (expected === undefined) all.set(key, (expected = { creations: 0, deletions: new Set(), since: 0 }));
    expected.since = clock.monotonic();
    return expected;
  };
  return {
    fulfilled(key) {
      const expected = all.get(key);
      if (expected === undefined) return true;
      const done = expected.creations <= 0 && expected.deletions.size === 0;
      if (!done && clock.monotonic() - expected.since < PATIENCE) return false;
      all.delete(key);
      return true;
    },
    creating: (key, count) => void (of(key).creations += count),
    deleting(key, uids) {
      const { deletions } = of(key);
      for (const uid of uids) deletions.add(uid);
    },
    created(key) {
      const expected = all.get(key);
      if (expected !== undefined) expected.creations--;
    },
    deleted: (key, uid) => void all.get(key)?.deletions.delete(uid),
    forget: (key) => void all.delete(key),
  };
}
