/** So many arguments that came once are held, in case that they come again. */
const LATEST = 32;

interface Made<W, V> {
  other: W;
  value: V;
}

/**
 * A pure function whose result is kept for as long as its argument lives. For large arguments that are never changed and of
 * which the very same one comes again: of small ones, looking anew is as quick. An argument is kept weakly once it came again soon;
 * one that comes only once costs next to nothing.
 */
export function remembered<K extends object, V>(make: (key: K) => V): (key: K) => V {
  const made = rememberedWith<K, undefined, V>(make);
  return (key) => made(key, undefined);
}

/** The same for a function that looks at one thing more: what was made with the latest of those is kept. */
export function rememberedWith<K extends object, W, V>(make: (key: K, other: W) => V): (key: K, other: W) => V {
  const recurring = new WeakMap<K, Made<W, V>>();
  const latest: K[] = [];
  const ofLatest: Made<W, V>[] = [];
  let next = 0;
  return (key, other) => {
    let known = recurring.get(key);
    if (known === undefined) {
      const at = latest.indexOf(key);
      if (at < 0) {
        const value = make(key, other);
        latest[next] = key;
        ofLatest[next] = { other, value };
        next = (next + 1) % LATEST;
        return value;
      }
      known = ofLatest[at]!;
      recurring.set(key, known);
    }
    if (known.other !== other) {
      known.value = make(key, other);
      known.other = other;
    }
    return known.value;
  };
}
