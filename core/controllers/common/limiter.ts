/** A bucket that holds one token and gains `rate` a second; upstream's flow control with a burst of one. */
export interface Limiter {
  /** Takes the token if it is there. `monotonic` in milliseconds. */
  take(rate: number, monotonic: number): boolean;
}

export function limiter(): Limiter {
  let tokens = 1;
  let last: number | undefined;
  return {
    take(rate, monotonic) {
      if (rate <= 0) return false;
      tokens = Math.min(1, tokens + ((monotonic - (last ?? monotonic)) / 1000) * rate);
      last = monotonic;
      // A hair less than one whole is one: the sum of many small gains.
      if (tokens < 1 - 1e-9) return false;
      tokens -= 1;
      return true;
    },
  };
}
