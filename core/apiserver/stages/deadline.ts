import { deadlines, type Turns, utf8 } from '#core/base';
import { badRequest } from '#core/machinery/status';
import { durationFault, parseDuration } from '#core/machinery/values';
import type { Context, Stage } from '../context.ts';
import { first } from '../query.ts';
import type { Answer } from '../types.ts';
import { isLongRunning } from './fairness.ts';

/** What a request may take at most, in milliseconds. Upstream: apiserver/pkg/server/config.go (RequestTimeout). */
const LONGEST = 60_000;

/**
 * Ends a request that does not do with its `timeout`, at most a minute: with 504, or by breaking a list off that is being
 * sent. What it has begun may go on, but nothing is written any more (verbs/write.ts). Throws a StatusError (400) for a
 * `timeout` that is no duration. Upstream: apiserver/pkg/endpoints/filters/request_deadline.go, apiserver/pkg/server/filters/timeout.go.
 */
export function deadline(turns: Turns): Stage<Answer> {
  const longest = deadlines(turns, LONGEST);
  const begin = (milliseconds: number, late: () => void): (() => void) => {
    if (milliseconds === LONGEST) return longest(late);
    const timer = turns.after(milliseconds, late);
    return () => timer.cancel();
  };
  return (context, next) => {
    if (isLongRunning(context)) return next(context);
    const milliseconds = allowed(context);
    // No clock is fine enough for less, and the original is not fast enough.
    if (milliseconds < 1) return Promise.resolve(LATE);
    return new Promise((resolve, reject) => {
      const expiry = { isOver: false };
      let giveUp = () => resolve(LATE);
      const met = begin(milliseconds, () => {
        expiry.isOver = true;
        giveUp();
      });
      next({ ...context, expiry }).then(
        (answer) => {
          const { body } = answer;
          if (typeof body !== 'function') {
            met();
            return resolve(answer);
          }
          resolve({
            ...answer,
            body(out) {
              giveUp = () => out.abort(new Error('the answer was not read in time'));
              void out.closed.then(met);
              body(out);
            },
          });
        },
        (failure: unknown) => {
          met();
          reject(failure as Error);
        },
      );
    });
  };
}

/** Milliseconds. A negative `timeout` and none are no wish. */
function allowed({ info }: Context): number {
  const timeout = first(info.query, 'timeout');
  if (timeout === '') return LONGEST;
  const nanoseconds = parseDuration(timeout);
  if (nanoseconds === undefined) {
    throw badRequest(`invalid timeout specified in the request URL - ${durationFault(timeout)}`);
  }
  return nanoseconds > 0n ? Math.min(Number(nanoseconds) / 1e6, LONGEST) : LONGEST;
}

/** In one form, whatever the client would have: it comes from where nothing is known of forms. */
const LATE: Answer = {
  status: 504,
  headers: { 'cache-control': 'no-cache, private', 'content-type': 'text/plain; charset=utf-8' },
  body: [
    utf8(
      '{"metadata":{},"status":"Failure","message":"Timeout: request did not complete within the allotted timeout","reason":"Timeout","details":{},"code":504}\n',
    ),
  ],
};
