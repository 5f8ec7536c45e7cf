import { fromBase64Url, textOf, toBase64Url, utf8 } from '#core/base';
import { badRequest } from '#core/machinery/status';
import type { Revision } from '#core/store';

/** Where a list in pages goes on. */
export interface ContinueToken {
  /** The revision of the first page; -1 to go on with what there is now. */
  readonly revision: Revision;
  /** The first key of the next page, within the resource. */
  readonly start: string;
}

const VERSION = 'meta.k8s.io/v1';

/** Upstream: apiserver/pkg/storage/continue.go. */
export const writeToken = ({ revision, start }: ContinueToken): string =>
  toBase64Url(utf8(JSON.stringify({ v: VERSION, rv: revision, start })));

/** Throws a StatusError (400). */
export function readToken(text: string): ContinueToken {
  let token: { readonly v?: unknown; readonly rv?: unknown; readonly start?: unknown };
  try {
    token = JSON.parse(textOf(fromBase64Url(text))) as typeof token;
  } catch (failure) {
    throw bad(`continue key is not valid: ${(failure as Error).message}`);
  }
  const { v, rv, start } = token ?? {};
  if (v !== VERSION)
    throw bad(
      `continue key is not valid: server does not recognize this encoded version ${typeof v === 'string' ? v : ''}`,
    );
  if (typeof rv !== 'number' || !Number.isSafeInteger(rv) || rv === 0 || rv < -1) {
    throw bad('continue key is not valid: incorrect encoded start resourceVersion (version meta.k8s.io/v1)');
  }
  if (typeof start !== 'string' || start === '') {
    throw bad('continue key is not valid: encoded start key empty (version meta.k8s.io/v1)');
  }
  return { revision: rv, start };
}

const bad = (why: string) => badRequest(`invalid continue token: ${why}`);
