import { type Clock, type Crypto, hex, utf8 } from '#core/base';
import type { Peer, Request, User } from '#core/apiserver';
import { subjectAccessReviews, tokenReviews } from '#core/api/tokens';
import type { SubjectAccessReview } from '#core/api/types/authorization/v1';
import type { TokenReview } from '#core/api/types/authentication/v1';
import type { Client } from '#core/client';
import type { KubeletAttributes } from '#core/kubelet/server';
import { refusal, unauthorized } from '#core/machinery/status';

export interface GuardParts {
  readonly nodeName: string;
  /** Asks the API server who somebody is and what they may. */
  readonly client: Client;
  /** The user of a verified client certificate. */
  readonly userOf: (peer: Peer) => User | undefined;
  readonly clock: Clock;
  readonly crypto: Crypto;
}

/** Milliseconds that an answer of the API server's is believed. Upstream: pkg/kubelet/apis/config/v1beta1/defaults.go. */
const ALLOWED_FOR = 300_000;
const REFUSED_FOR = 30_000;
const TOKEN_FOR = 120_000;
const MOST_REMEMBERED = 1000;

/** Asks the API server whether a request's user may make it: the `authorize` of a kubelet's server. Rejects with a StatusError (401, 403, 500). */
export function delegatedAccess(parts: GuardParts): (request: Request, attributes: KubeletAttributes) => Promise<void> {
  const { client, clock, crypto, nodeName } = parts;
  const decisions = memory<Promise<boolean>>(clock);
  const tokens = memory<Promise<User | undefined>>(clock);

  const authenticate = async ({ peer, headers }: Request): Promise<User | undefined> => {
    const user = parts.userOf(peer);
    if (user !== undefined) return user;
    const token = /^Bearer (\S+)$/i.exec(headers['authorization'] ?? '')?.[1];
    if (token === undefined) return undefined;
    // The token itself is not kept.
    const key = hex(crypto.hash('sha256', utf8(token)));
    return tokens.get(
      key,
      () => reviewToken(client, token),
      () => TOKEN_FOR,
    );
  };
  const authorize = (user: User, { verb, subresources }: KubeletAttributes): Promise<boolean> => {
    const key = JSON.stringify([user.name, user.uid ?? '', user.groups, user.extra ?? {}, verb, subresources]);
    return decisions.get(
      key,
      async () => {
        for (const subresource of subresources) {
          if (await mayAccess(client, user, { verb, version: 'v1', resource: 'nodes', subresource, name: nodeName }))
            return true;
        }
        return false;
      },
      (allowed) => (allowed ? ALLOWED_FOR : REFUSED_FOR),
    );
  };

  return async (request, attributes) => {
    const user = await authenticate(request);
    if (user === undefined) throw unauthorized();
    if (await authorize(user, attributes)) return;
    const { verb, subresources } = attributes;
    const what = `verb=${verb}, resource=nodes, subresource(s)=[${subresources.join(' ')}]`;
    throw refusal('Forbidden', `Forbidden (user=${user.name}, ${what})`);
  };
}

async function mayAccess(
  client: Client,
  { name, uid, groups, extra }: User,
  resourceAttributes: NonNullable<SubjectAccessReview['spec']['resourceAttributes']>,
): Promise<boolean> {
  const review: SubjectAccessReview = {
    kind: 'SubjectAccessReview',
    apiVersion: 'authorization.k8s.io/v1',
    metadata: {},
    spec: {
      user: name,
      groups,
      ...(uid === undefined ? {} : { uid }),
      ...(extra === undefined ? {} : { extra }),
      resourceAttributes,
    },
  };
  return (await client.create(subjectAccessReviews, review)).status?.allowed ?? false;
}

async function reviewToken(client: Client, token: string): Promise<User | undefined> {
  const review: TokenReview = {
    kind: 'TokenReview',
    apiVersion: 'authentication.k8s.io/v1',
    metadata: {},
    spec: { token },
  };
  const { status } = await client.create(tokenReviews, review);
  if (status?.authenticated !== true || status.user?.username === undefined) return undefined;
  const { username, uid, groups = [], extra } = status.user;
  return { name: username, groups, ...(uid === undefined ? {} : { uid }), ...(extra === undefined ? {} : { extra }) };
}

/** Remembers answers for a while; those that failed not at all, and of too many the oldest are forgotten. */
function memory<T extends Promise<unknown>>(clock: Clock) {
  const known = new Map<string, { readonly answer: T; until: number }>();
  return {
    get(key: string, ask: () => T, time: (answer: Awaited<T>) => number): T {
      const found = known.get(key);
      if (found !== undefined && found.until > clock.monotonic()) return found.answer;
      const entry = { answer: ask(), until: Infinity };
      known.delete(key);
      known.set(key, entry);
      if (known.size > MOST_REMEMBERED) known.delete(known.keys().next().value!);
      entry.answer.then(
        (answer) => {
          entry.until = clock.monotonic() + time(answer as Awaited<T>);
        },
        () => {
          if (known.get(key) === entry) known.delete(key);
        },
      );
      return entry.answer;
    },
  };
}
