import type { Authenticator, Credentials, User } from '#core/apiserver';

export const AUTHENTICATED = 'system:authenticated';
export const UNAUTHENTICATED = 'system:unauthenticated';

export const anonymousUser: User = { name: 'system:anonymous', groups: [UNAUTHENTICATED] };

/**
 * Asks the authenticators in their order; the first that knows the request's credentials names the user. Without any, the user is
 * anonymous where that is allowed.
 */
export function authenticators(all: readonly Authenticator[], anonymous: boolean): Authenticator {
  const withGroup = new WeakMap<User, User>();
  const authenticated = (user: User): User => {
    if (user.groups.includes(AUTHENTICATED)) return user;
    let whole = withGroup.get(user);
    if (whole === undefined) {
      whole = { ...user, groups: [...user.groups, AUTHENTICATED] };
      withGroup.set(user, whole);
    }
    return whole;
  };
  const from = (index: number, request: Credentials): User | undefined | Promise<User | undefined> => {
    for (let i = index; i < all.length; i++) {
      const found = all[i]!.authenticate(request);
      if (found instanceof Promise) {
        return found.then((user) => (user === undefined ? from(i + 1, request) : authenticated(user)));
      }
      if (found !== undefined) return authenticated(found);
    }
    return anonymous ? anonymousUser : undefined;
  };
  return { authenticate: (request) => from(0, request) };
}
