import { badRequest, refusal } from '#core/machinery/status';

/** What of a log is asked for. Upstream: k8s.io/api/core/v1, PodLogOptions. */
export interface LogOptions {
  readonly follow: boolean;
  readonly previous: boolean;
  readonly timestamps: boolean;
  readonly tailLines: number | undefined;
  readonly limitBytes: number | undefined;
  /** Milliseconds since the epoch. */
  readonly since: number | undefined;
  readonly stream: 'stdout' | 'stderr' | 'all';
}

const isTrue = (text: string | null): boolean => text === 'true' || text === '1' || text === '';

/** Throws a StatusError. */
export function logOptions(query: URLSearchParams, now: number): LogOptions {
  const number = (name: string, least: number): number | undefined => {
    const text = query.get(name);
    if (text === null || text === '') return undefined;
    const value = Number(text);
    if (!Number.isSafeInteger(value)) throw badRequest(`${name} must be a whole number`);
    if (value < least) throw refusal('Invalid', `${name}: Invalid value: ${value}: must be at least ${least}`);
    return value;
  };
  const sinceSeconds = number('sinceSeconds', 1);
  const sinceTime = query.get('sinceTime') ?? '';
  if (sinceSeconds !== undefined && sinceTime !== '') {
    throw refusal('Invalid', 'at most one of `sinceTime` or `sinceSeconds` may be specified');
  }
  const at = sinceTime === '' ? undefined : Date.parse(sinceTime);
  if (at !== undefined && Number.isNaN(at)) throw badRequest('sinceTime must be an RFC 3339 time');
  const stream = (query.get('stream') ?? 'All').toLowerCase();
  if (stream !== 'all' && stream !== 'stdout' && stream !== 'stderr')
    throw badRequest(`there is no stream "${stream}"`);
  return {
    follow: query.has('follow') && isTrue(query.get('follow')),
    previous: query.has('previous') && isTrue(query.get('previous')),
    timestamps: query.has('timestamps') && isTrue(query.get('timestamps')),
    tailLines: number('tailLines', 0),
    limitBytes: number('limitBytes', 1),
    since: sinceSeconds === undefined ? at : now - sinceSeconds * 1000,
    stream,
  };
}
