import type { TokenReview, UserInfo } from '#core/api/types';
import type { Clock } from '#core/base';
import type { KubeObject } from '#core/machinery/object';
import { badRequest } from '#core/machinery/status';
import type { ReviewHandler, User } from '#core/apiserver';
import { AUTHENTICATED } from './authenticators.ts';
import { bearerToken } from './bearer.ts';
import type { TokenAuthenticator } from './service-accounts.ts';

/** A user as reviews show it. */
export const userInfoOf = ({ name, uid, groups, extra }: User): UserInfo => ({
  username: name,
  ...(uid === undefined || uid === '' ? {} : { uid }),
  ...(groups.length === 0 ? {} : { groups }),
  ...(extra === undefined || Object.keys(extra).length === 0 ? {} : { extra }),
});

/**
 * Whose token it is, asked as a request would show it: what holds no token is `nobody`'s.
 * Upstream: pkg/registry/authentication/tokenreview/storage.go.
 */
export const tokenReviews =
  (tokens: TokenAuthenticator, audiences: readonly string[], nobody: User | undefined): ReviewHandler =>
  (object) => {
    const review = object as unknown as TokenReview;
    const token = review.spec?.token ?? '';
    if (token === '') throw badRequest('token is required for TokenReview in authentication');
    const asked = review.spec?.audiences?.length ? review.spec.audiences : audiences;
    // What nothing was found out of stays as it was sent.
    const { authenticated: _, ...sent } = review.status ?? {};
    return {
      ...object,
      status: { user: {}, ...sent, ...statusOf(bearerToken(`Bearer ${token}`), asked, tokens, nobody) },
    } as KubeObject;
  };

function statusOf(
  token: string | undefined,
  audiences: readonly string[],
  tokens: TokenAuthenticator,
  nobody: User | undefined,
): TokenReview['status'] {
  if (token === undefined)
    return nobody === undefined ? {} : { authenticated: true, user: userInfoOf(nobody), audiences: [...audiences] };
  try {
    const found = tokens.authenticateToken(token, audiences);
    if (found === undefined) return { error: 'invalid bearer token' };
    const { user } = found;
    const groups = user.groups.includes(AUTHENTICATED) ? user.groups : [...user.groups, AUTHENTICATED];
    return { authenticated: true, user: userInfoOf({ ...user, groups }), audiences: found.audiences };
  } catch (error) {
    return { error: `[invalid bearer token, ${(error as Error).message}]` };
  }
}

/** Upstream: pkg/registry/authentication/selfsubjectreview/rest.go. */
export const selfSubjectReviews =
  (clock: Clock): ReviewHandler =>
  (object, { user }) =>
    ({
      ...object,
      metadata: { creationTimestamp: new Date(clock.now()).toISOString().replace(/\.\d+Z$/, 'Z') },
      status: { userInfo: userInfoOf(user) },
    }) as KubeObject;
