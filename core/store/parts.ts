import type { Clock, Log, Metrics, Turns } from '#core/base';
import type { Encoding } from './encoding.ts';
import type { Form } from './entry.ts';

/** How much of the past the store keeps at hand for watches that resume and lists that go on. */
export interface WindowLimits {
  /** Milliseconds of the injected clock. */
  readonly age: number;
  readonly changes: number;
  /** Of the objects' JSON; what was never encoded is guessed. */
  readonly bytes: number;
}

export const defaultWindow: WindowLimits = { age: 5 * 60_000, changes: 200_000, bytes: 256 * 1024 * 1024 };

/** What a store needs from outside. */
export interface StoreParts {
  readonly clock: Clock;
  readonly turns: Turns;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Default: exact JSON (`jsonEncoding`). */
  readonly encoding?: Encoding;
  /** In which form a resource (`apps/deployments/`) is kept; default: as objects. */
  readonly formOf?: (resource: string) => Form;
  readonly window?: WindowLimits;
  /** Bound of the cache of second forms, in bytes of JSON; default 64 MiB. */
  readonly cacheBytes?: number;
}
