import type { Clock, Metrics } from '#core/base';
import { isStatusError } from '#core/machinery/status';
import type { Context, Stage } from '../context.ts';
import type { Answer } from '../types.ts';
import { isLongRunning } from './fairness.ts';

/** Upper bounds in seconds. Upstream: apiserver/pkg/endpoints/metrics/metrics.go. */
const SECONDS = [0.005, 0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1.0, 1.25, 1.5, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 45, 60];

const LABELS = ['verb', 'dry_run', 'group', 'version', 'resource', 'subresource', 'scope', 'component'];

/** Counts requests and their durations under upstream's names. */
export function count(metrics: Metrics, clock: Clock): Stage<Answer> {
  const total = metrics.counter(
    'apiserver_request_total',
    'Counter of apiserver requests broken out for each verb, dry run value, group, version, resource, scope, component, and HTTP response code.',
    [...LABELS, 'code'],
  );
  const duration = metrics.histogram(
    'apiserver_request_duration_seconds',
    'Response latency distribution in seconds for each verb, dry run value, group, version, resource, subresource, scope and component.',
    SECONDS,
    LABELS,
  );
  const inFlight = metrics.gauge(
    'apiserver_current_inflight_requests',
    'Maximal number of currently used inflight request limit of this apiserver per request kind in last second.',
    ['request_kind'],
  );
  return async (context, next) => {
    const start = clock.monotonic();
    const labels = labelsOf(context);
    const counts = !isLongRunning(context);
    const kind = context.method === 'GET' || context.method === 'HEAD' ? 'readOnly' : 'mutating';
    if (counts) inFlight.add(1, kind);
    let code = 500;
    try {
      const answer = await next(context);
      code = answer.status;
      return answer;
    } catch (failure) {
      if (isStatusError(failure)) ({ code } = failure);
      throw failure;
    } finally {
      if (counts) {
        inFlight.add(-1, kind);
        duration.observe((clock.monotonic() - start) / 1000, ...labels);
      }
      total.add(1, ...labels, String(code));
    }
  };
}

const VERBS: Readonly<Record<string, string>> = { create: 'POST', update: 'PUT', patch: 'PATCH' };

function labelsOf({ info }: Context): string[] {
  const { verb, isResource, group, version, resource, subresource, namespace, name, query, path } = info;
  const dryRun = query.has('dryRun') ? 'All' : '';
  if (!isResource) return [verb.toUpperCase(), dryRun, '', '', '', KNOWN_PATHS.has(path) ? path : '', '', 'apiserver'];
  const scope = name !== '' ? 'resource' : namespace !== '' ? 'namespace' : 'cluster';
  return [VERBS[verb] ?? verb.toUpperCase(), dryRun, group, version, resource, subresource, scope, 'apiserver'];
}

/** Other paths are clients' invention and would make series without end. */
const KNOWN_PATHS = new Set([
  '/healthz',
  '/livez',
  '/readyz',
  '/metrics',
  '/version',
  '/api',
  '/apis',
  '/openapi/v2',
  '/openapi/v3',
  '/',
]);
