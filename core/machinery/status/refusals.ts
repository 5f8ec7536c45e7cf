import type { Problem } from './problem.ts';
import { StatusError, type StatusDetails, type StatusReason } from './status.ts';

/** The resource that a refusal speaks of: `deployments` of group `apps`. */
export interface Named {
  readonly group: string;
  /** The plural resource; for `invalid` the kind. */
  readonly resource: string;
  readonly name?: string | undefined;
}

/** The one table of refusals: reason and HTTP code stand together here and nowhere else. Upstream: apimachinery/pkg/api/errors/errors.go. */
const CODES = {
  Unauthorized: 401,
  Forbidden: 403,
  NotFound: 404,
  MethodNotAllowed: 405,
  NotAcceptable: 406,
  AlreadyExists: 409,
  Conflict: 409,
  Gone: 410,
  Expired: 410,
  RequestEntityTooLarge: 413,
  UnsupportedMediaType: 415,
  Invalid: 422,
  TooManyRequests: 429,
  BadRequest: 400,
  InternalError: 500,
  ServiceUnavailable: 503,
  ServerTimeout: 500,
  Timeout: 504,
} as const satisfies Partial<Record<StatusReason, number>>;

export function refusal(
  reason: keyof typeof CODES,
  message: string,
  details?: StatusDetails,
  code?: number,
): StatusError {
  return new StatusError({
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message,
    reason,
    ...(details === undefined ? {} : { details }),
    code: code ?? CODES[reason],
  });
}

/** What the original says where it has no reason to give: a 500, though it is the request that is wrong. */
export const unexplained = (message: string): StatusError =>
  new StatusError({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, code: 500 });

/** `deployments.apps "web"`, as messages name it. */
export const qualified = ({ group, resource }: Named): string => (group === '' ? resource : `${resource}.${group}`);

const detailsOf = ({ group, resource, name }: Named, more: StatusDetails = {}): StatusDetails => ({
  ...(name === undefined || name === '' ? {} : { name }),
  ...(group === '' ? {} : { group }),
  ...(resource === '' ? {} : { kind: resource }),
  ...more,
});

export const notFound = (of: Named) =>
  refusal('NotFound', `${qualified(of)} "${of.name ?? ''}" not found`, detailsOf(of));

/** A path that nothing serves. */
export const noSuchPath = () => refusal('NotFound', 'the server could not find the requested resource', {});

export const alreadyExists = (of: Named) =>
  refusal('AlreadyExists', `${qualified(of)} "${of.name ?? ''}" already exists`, detailsOf(of));

export const conflict = (of: Named, why: string) =>
  refusal('Conflict', `Operation cannot be fulfilled on ${qualified(of)} "${of.name ?? ''}": ${why}`, detailsOf(of));

export const forbidden = (of: Named, why: string) =>
  refusal(
    'Forbidden',
    of.resource === ''
      ? `forbidden: ${why}`
      : of.name === undefined || of.name === ''
        ? `${qualified(of)} is forbidden: ${why}`
        : `${qualified(of)} "${of.name}" is forbidden: ${why}`,
    detailsOf(of),
  );

export const unauthorized = (why = 'Unauthorized') => refusal('Unauthorized', why);
export const badRequest = (why: string) => refusal('BadRequest', why);
export const gone = (why: string) => refusal('Gone', why);
export const expired = (why: string) => refusal('Expired', why);
export const internalError = (why: string) =>
  refusal('InternalError', `Internal error occurred: ${why}`, { causes: [{ message: why }] });
export const serviceUnavailable = (why: string) => refusal('ServiceUnavailable', why);
export const tooManyRequests = (why: string, retryAfterSeconds: number) =>
  refusal('TooManyRequests', why, { retryAfterSeconds });
export const timeout = (why: string, retryAfterSeconds = 0) =>
  refusal('Timeout', `Timeout: ${why}`, retryAfterSeconds === 0 ? {} : { retryAfterSeconds });
export const methodNotSupported = (of: Named, verb: string) =>
  refusal('MethodNotAllowed', `${verb} is not supported on resources of kind "${qualified(of)}"`, detailsOf(of));
export const notAcceptable = (why: string) => refusal('NotAcceptable', why);
export const unsupportedMediaType = (why: string) => refusal('UnsupportedMediaType', why);
export const tooLarge = (why: string) => refusal('RequestEntityTooLarge', `Request entity too large: ${why}`);

/** So many problems of one object are told; the original tells all, which makes a small request a hundred times larger. */
const MOST_PROBLEMS = 1000;

/** Here `of.resource` is the kind: `Deployment.apps "web" is invalid: ...`. */
export function invalidObject(of: Named, all: readonly Problem[]): StatusError {
  const problems = all.length > MOST_PROBLEMS ? all.slice(0, MOST_PROBLEMS) : all;
  const texts = [...new Set(problems.map(({ path, message }) => `${path}: ${message}`))];
  if (all.length > MOST_PROBLEMS) texts.push(`and ${all.length - MOST_PROBLEMS} more`);
  const summary = texts.length === 1 ? texts[0] : `[${texts.join(', ')}]`;
  return refusal(
    'Invalid',
    `${qualified(of)} ${JSON.stringify(of.name ?? '')} is invalid${texts.length === 0 ? '' : `: ${summary}`}`,
    detailsOf(of, { causes: problems.map(({ reason, path, message }) => ({ reason, message, field: path })) }),
  );
}
