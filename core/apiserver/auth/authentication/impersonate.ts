import { badRequest } from '#core/machinery/status';
import type { Attributes, Authorizer, Headers, Impersonate, User } from '#core/apiserver';
import { forbiddenFor } from '../authorization/forbidden.ts';
import { AUTHENTICATED, anonymousUser, UNAUTHENTICATED } from './authenticators.ts';
import { unescapeKey, valuesOf } from './client-certificates.ts';
import { accountGroups, accountOf } from './service-accounts.ts';

interface Wanted {
  readonly name: string;
  readonly uid: string;
  readonly groups: readonly string[];
  readonly extra: readonly (readonly [key: string, values: readonly string[]])[];
}

/** Lets a user act as another where it may `impersonate` each thing asked for. Upstream: apiserver/pkg/endpoints/filters/impersonation. */
export const impersonate =
  (authorizer: Authorizer): Impersonate =>
  async (user, headers) => {
    const wanted = wantedOf(headers);
    if (wanted === undefined) return user;
    for (const attributes of checksFor(user, wanted)) {
      const decision = await authorizer.decide(attributes);
      if (!decision.allowed) throw forbiddenFor(attributes, decision.reason);
    }
    return become(wanted);
  };

/** Whether a request asks for it at all; cheap, for every request. */
export const asksToImpersonate = (headers: Headers): boolean => {
  for (const name in headers) if (name.startsWith('impersonate-')) return true;
  return false;
};

function wantedOf(headers: Headers): Wanted | undefined {
  if (!asksToImpersonate(headers)) return undefined;
  const name = headers['impersonate-user'] ?? '';
  const uid = headers['impersonate-uid'] ?? '';
  const groups = valuesOf(headers['impersonate-group']);
  const extra = Object.entries(headers)
    .filter(([header]) => header.startsWith('impersonate-extra-'))
    .map(([header, value]) => [unescapeKey(header.slice(18)), valuesOf(value)] as const);
  if (name === '') {
    if (uid === '' && groups.length === 0 && extra.length === 0) return undefined;
    throw badRequest('requested groups, a uid or extra values without impersonating a user name');
  }
  return { name, uid, groups, extra };
}

function* checksFor(user: User, { name, uid, groups, extra }: Wanted): Generator<Attributes> {
  const check = (more: Partial<Attributes>): Attributes => ({
    user,
    verb: 'impersonate',
    isResource: true,
    path: '',
    group: '',
    version: 'v1',
    resource: '',
    subresource: '',
    namespace: '',
    name: '',
    ...more,
  });
  const account = accountOf(name);
  yield account === undefined ? check({ resource: 'users', name }) : check({ resource: 'serviceaccounts', ...account });
  for (const group of groups) yield check({ resource: 'groups', name: group });
  const own = { group: 'authentication.k8s.io' };
  for (const [key, values] of extra) {
    for (const value of values) yield check({ ...own, resource: 'userextras', subresource: key, name: value });
  }
  if (uid !== '') yield check({ ...own, resource: 'uids', name: uid });
}

function become({ name, uid, groups, extra }: Wanted): User {
  const account = accountOf(name);
  const all = groups.length === 0 && account !== undefined ? accountGroups(account.namespace) : groups;
  const own = name === anonymousUser.name ? UNAUTHENTICATED : AUTHENTICATED;
  const complete = all.includes(own) || all.includes(UNAUTHENTICATED);
  return {
    name,
    ...(uid === '' ? {} : { uid }),
    groups: complete ? all : [...all, own],
    ...(extra.length === 0 ? {} : { extra: Object.fromEntries(extra) }),
  };
}
