import { badRequest } from '#core/machinery/status';
import { durationFault } from '#core/machinery/values';
import type { Context, Stage } from '../context.ts';
import { first } from '../query.ts';
import { isLongRunning } from './fairness.ts';

/**
 * Refuses a `timeout` that is no duration. How long a request may take is not bounded by it: answers come from memory.
 * Upstream: apiserver/pkg/endpoints/filters/request_deadline.go.
 */
export function deadline<Out>(): Stage<Out> {
  return (context, next) => {
    const fault = faultOf(context);
    if (fault !== undefined) throw badRequest(`invalid timeout specified in the request URL - ${fault}`);
    return next(context);
  };
}

function faultOf(context: Context): string | undefined {
  const timeout = first(context.info.query, 'timeout');
  return timeout === '' || isLongRunning(context) ? undefined : durationFault(timeout);
}
