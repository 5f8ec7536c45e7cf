/**
 * A pure function whose result is kept for as long as its argument lives. For arguments that are never changed and of which
 * the very same one comes again: a lookup costs what a small walk costs, so small arguments are better looked at anew.
 */
export function remembered<K extends object, V>(make: (key: K) => V): (key: K) => V {
  const made = new WeakMap<K, { readonly value: V }>();
  return (key) => {
    let known = made.get(key);
    if (known === undefined) made.set(key, (known = { value: make(key) }));
    return known.value;
  };
}
