/** Chance, injected: seeded in tests and simulations, from the platform elsewhere. Never for secrets; those come from `Crypto`. */
export interface Random {
  /** A number in [0, 1). */
  next(): number;
}

/** The same seed gives the same numbers on every platform (the xoshiro128** generator). */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  const word = () => {
    state = (state + 0x9e3779b9) >>> 0;
    let z = state;
    z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
    return (z ^ (z >>> 16)) >>> 0;
  };
  let [a, b, c, d] = [word(), word(), word(), word()];
  const rotate = (x: number, by: number) => (x << by) | (x >>> (32 - by));
  return {
    next() {
      const result = Math.imul(rotate(Math.imul(b, 5), 7), 9) >>> 0;
      const t = b << 9;
      c ^= a;
      d ^= b;
      b ^= c;
      a ^= d;
      c ^= t;
      d = rotate(d, 11);
      return result / 0x1_0000_0000;
    },
  };
}

/** A whole number in [0, below). */
export const below = (random: Random, limit: number): number => Math.floor(random.next() * limit);

/** Letters and digits without vowels and look-alikes, as Kubernetes' generated names use them. Upstream: apimachinery/pkg/util/rand. */
const ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';

/** A suffix for a generated name, `length` characters long. */
export function nameSuffix(random: Random, length: number): string {
  let text = '';
  while (text.length < length) text += ALPHABET[below(random, ALPHABET.length)];
  return text;
}
