import { tooManyRequests } from '#core/machinery/status';
import type { Context, Stage } from '../context.ts';

/** Subresources whose requests last as long as the client likes. */
const LONG_RUNNING = new Set(['attach', 'exec', 'log', 'portforward', 'proxy']);

export const isLongRunning = ({ info }: Context): boolean =>
  info.verb === 'watch' || info.verb === 'proxy' || LONG_RUNNING.has(info.subresource);

/**
 * Bounds how many requests are at work at once; watches and other long ones do not count, nor do the system's own masters,
 * so that an overloaded server can still be repaired.
 */
export function fairness<Out>(limit: number): Stage<Out> {
  let inFlight = 0;
  return async (context, next) => {
    if (isLongRunning(context)) return next(context);
    if (inFlight >= limit && !context.user.groups.includes('system:masters')) {
      throw tooManyRequests('Too many requests, please try again later.', 1);
    }
    inFlight++;
    try {
      return await next(context);
    } finally {
      inFlight--;
    }
  };
}
