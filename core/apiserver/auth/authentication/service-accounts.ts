import type { Clock, Crypto, PrivateKey, PublicKey } from '#core/base';
import type { KubeObject } from '#core/machinery/object';
import type { User } from '#core/apiserver';
import type { Stored } from '../stored.ts';
import { type Claims, isSignedBy, parseToken, signToken } from './jwt.ts';

/** What service-account tokens are made and judged with. */
export interface TokenParts {
  readonly clock: Clock;
  readonly crypto: Crypto;
  readonly stored: Stored;
  readonly signingKey: PrivateKey;
  /** All whose tokens count; the signing key's public half is one of them. */
  readonly verifyingKeys: readonly PublicKey[];
  /** The first signs, all are accepted. */
  readonly issuers: readonly string[];
  /** What the API server calls itself; default the issuers. */
  readonly audiences?: readonly string[];
}

/** Judges bearer tokens of one kind. */
export interface TokenAuthenticator {
  /** `undefined` where the token is not of this kind. Throws an Error whose message may be shown where it is wrong. */
  authenticateToken(token: string, audiences: readonly string[] | undefined): TokenUser | undefined;
}

export interface TokenUser {
  readonly user: User;
  /** Those asked for that the token is meant for. */
  readonly audiences: readonly string[];
}

/** A name and the uid it must still have. */
export interface Reference {
  readonly name: string;
  readonly uid?: string;
}

interface AccountClaims {
  readonly namespace: string;
  readonly serviceaccount: Reference;
  readonly pod?: Reference;
  readonly secret?: Reference;
  readonly node?: Reference;
  readonly warnafter?: number;
}

export interface IssueOptions {
  readonly account: KubeObject;
  readonly bound?: Pick<AccountClaims, 'pod' | 'secret' | 'node'>;
  readonly audiences: readonly string[];
  /** How long it is valid. */
  readonly seconds: number;
  /** From when on its use is worth a warning, in seconds from now. */
  readonly warnAfter?: number;
  readonly now: number;
}

/** For clocks that differ, as upstream's library allows. */
const LEEWAY_SECONDS = 60;
/** Tokens whose signatures are remembered; the rest is checked anew each time. */
const REMEMBERED = 4096;

export interface ServiceAccountTokens extends TokenAuthenticator {
  readonly audiences: readonly string[];
  issue(options: IssueOptions): string;
}

/** Makes and judges service-account tokens. Upstream: pkg/serviceaccount/{claims,jwt}.go. */
export function serviceAccountTokens(parts: TokenParts): ServiceAccountTokens {
  const { clock, crypto, stored, signingKey, verifyingKeys, issuers } = parts;
  const own = parts.audiences ?? issuers;
  const verified = new Map<string, Claims>();

  const verifiedClaims = (token: string): Claims | undefined => {
    const known = verified.get(token);
    if (known !== undefined) return known;
    const parsed = parseToken(token);
    if (parsed === undefined || !issuers.includes(parsed.claims.iss ?? '')) return undefined;
    if (!isSignedBy(crypto, parsed, verifyingKeys)) throw new Error('invalid signature');
    if (verified.size >= REMEMBERED) verified.delete(verified.keys().next().value!);
    verified.set(token, parsed.claims);
    return parsed.claims;
  };

  return {
    audiences: own,
    issue({ account, bound, audiences, seconds, warnAfter, now }) {
      const iat = Math.floor(now / 1000);
      const { name = '', namespace = '', uid = '' } = account.metadata;
      const claims: AccountClaims = {
        namespace,
        ...(bound?.node === undefined ? {} : { node: bound.node }),
        ...(bound?.pod === undefined ? {} : { pod: bound.pod }),
        ...(bound?.secret === undefined ? {} : { secret: bound.secret }),
        serviceaccount: { name, uid },
        ...(warnAfter === undefined ? {} : { warnafter: iat + warnAfter }),
      };
      return signToken(crypto, signingKey, {
        aud: audiences,
        exp: iat + seconds,
        iat,
        iss: issuers[0]!,
        jti: crypto.uuid(),
        'kubernetes.io': claims,
        nbf: iat,
        sub: accountUserName(namespace, name),
      });
    },
    authenticateToken(token, asked = own) {
      const claims = verifiedClaims(token);
      if (claims === undefined) return undefined;
      const given = typeof claims.aud === 'string' ? [claims.aud] : (claims.aud ?? own);
      const audiences = given.filter((one) => asked.includes(one));
      if (audiences.length === 0) {
        throw new Error(`token audiences ${quoted(given)} is invalid for the target audiences ${quoted(asked)}`);
      }
      checkTimes(claims, clock.now() / 1000);
      const user = existingAccount(claims, stored, clock.now());
      return { user, audiences };
    },
  };
}

const quoted = (list: readonly string[]) => `[${list.map((one) => JSON.stringify(one)).join(' ')}]`;

/** `system:serviceaccount:NAMESPACE:NAME` */
export const accountUserName = (namespace: string, name: string) => `system:serviceaccount:${namespace}:${name}`;

export const accountGroups = (namespace: string): readonly string[] => [
  'system:serviceaccounts',
  `system:serviceaccounts:${namespace}`,
];

/** The identity of a service account inside the process: as a token of it would give, without a credential. */
export const accountUser = (namespace: string, name: string): User => ({
  name: accountUserName(namespace, name),
  groups: [...accountGroups(namespace), 'system:authenticated'],
});

/** The parts of a service account's user name; `undefined` for other users. */
export function accountOf(userName: string): { namespace: string; name: string } | undefined {
  const [system, kind, namespace, name, ...more] = userName.split(':');
  return system === 'system' &&
    kind === 'serviceaccount' &&
    namespace !== undefined &&
    namespace !== '' &&
    name !== undefined &&
    name !== '' &&
    more.length === 0
    ? { namespace, name }
    : undefined;
}

function checkTimes({ exp, nbf, iat }: Claims, now: number): void {
  if (exp !== undefined && now - LEEWAY_SECONDS > exp) throw new Error('service account token has expired');
  if (nbf !== undefined && now + LEEWAY_SECONDS < nbf) throw new Error('service account token is not valid yet');
  if (iat !== undefined && now + LEEWAY_SECONDS < iat) throw new Error('service account token is issued in the future');
}

const INVALIDATED = 'service account token has been invalidated';

/** The account, and what the token is bound to, must be there still, and be the same. */
function existingAccount(claims: Claims, stored: Stored, now: number): User {
  const { namespace, serviceaccount, pod, secret, node } = claims['kubernetes.io'] as AccountClaims;
  const isGone = ({ metadata: { deletionTimestamp } }: KubeObject) =>
    deletionTimestamp !== undefined && Date.parse(deletionTimestamp) < now - LEEWAY_SECONDS * 1000;

  const account = stored.get('', 'serviceaccounts', namespace, serviceaccount.name);
  if (account === undefined) throw new Error(`serviceaccounts "${serviceaccount.name}" not found`);
  if (account.metadata.uid !== serviceaccount.uid) {
    throw new Error(`service account UID (${account.metadata.uid}) does not match claim (${serviceaccount.uid})`);
  }
  if (isGone(account)) throw new Error(`service account ${namespace}/${serviceaccount.name} has been deleted`);

  const check = (resource: string, kind: string, within: string, reference: Reference) => {
    const object = stored.get('', resource, within, reference.name);
    if (object === undefined) throw new Error(INVALIDATED);
    if (object.metadata.uid !== reference.uid) {
      throw new Error(
        `${kind} UID (${object.metadata.uid}) does not match service account ${kind} ref claim (${reference.uid})`,
      );
    }
    if (isGone(object)) throw new Error(INVALIDATED);
  };
  if (secret !== undefined) check('secrets', 'secret', namespace, secret);
  if (pod !== undefined) check('pods', 'pod', namespace, pod);
  else if (node !== undefined) check('nodes', 'node', '', node);

  const extra: Record<string, readonly string[]> = {};
  if (claims.jti !== undefined) extra['authentication.kubernetes.io/credential-id'] = [`JTI=${claims.jti}`];
  for (const [kind, reference] of [
    ['pod', pod],
    ['node', node],
  ] as const) {
    if (reference === undefined) continue;
    extra[`authentication.kubernetes.io/${kind}-name`] = [reference.name];
    if (reference.uid !== undefined && reference.uid !== '')
      extra[`authentication.kubernetes.io/${kind}-uid`] = [reference.uid];
  }
  return {
    name: accountUserName(namespace, serviceaccount.name),
    ...(serviceaccount.uid === undefined ? {} : { uid: serviceaccount.uid }),
    groups: accountGroups(namespace),
    extra,
  };
}
