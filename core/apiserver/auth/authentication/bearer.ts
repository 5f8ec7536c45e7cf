import { fromBase64Url, textOf } from '#core/base';
import { unauthorized } from '#core/machinery/status';
import type { Authenticator, Credentials, Headers, User } from '#core/apiserver';
import type { TokenAuthenticator } from './service-accounts.ts';

/** Tokens that are simply known, as upstream's `--token-auth-file`. */
export const staticTokens = (tokens: ReadonlyMap<string, User>): TokenAuthenticator => ({
  authenticateToken(token, audiences) {
    const user = tokens.get(token);
    return user === undefined ? undefined : { user, audiences: audiences ?? [] };
  },
});

/** Asks one after another; the first that knows the token answers. Throws the first complaint where none does. */
export const tokenUnion = (all: readonly TokenAuthenticator[]): TokenAuthenticator => ({
  authenticateToken(token, audiences) {
    let complaint: unknown;
    for (const one of all) {
      try {
        const found = one.authenticateToken(token, audiences);
        if (found !== undefined) return found;
      } catch (error) {
        complaint ??= error;
      }
    }
    if (complaint !== undefined) throw complaint;
    return undefined;
  },
});

/** `Authorization: Bearer TOKEN`, or the WebSocket subprotocol that browsers use in its place. A wrong token is refused, not anonymous. */
export const bearerTokens = (tokens: TokenAuthenticator): Authenticator => ({
  authenticate({ headers, warn }) {
    const token = bearerOf(headers, warn);
    if (token === undefined) return undefined;
    let found;
    try {
      found = tokens.authenticateToken(token, undefined);
    } catch {
      throw unauthorized();
    }
    if (found === undefined) throw unauthorized();
    return found.user;
  },
});

/** What a subprotocol that is a token begins with. Upstream: apiserver/pkg/authentication/request/websocket/protocol.go. */
export const BEARER_PROTOCOL = 'base64url.bearer.authorization.k8s.io.';

/**
 * The token of an `Authorization` header, up to its first space; `undefined` where there is none.
 * Upstream: apiserver/pkg/authentication/request/bearertoken/bearertoken.go.
 */
export function bearerToken(authorization: string, warn?: (text: string) => void): string | undefined {
  const [scheme, token] = authorization.trim().split(' ');
  if (scheme?.toLowerCase() !== 'bearer' || token === undefined) return undefined;
  if (token !== '') return token;
  warn?.('the provided Authorization header contains extra space before the bearer token, and is ignored');
  return undefined;
}

function bearerOf(headers: Headers, warn: Credentials['warn']): string | undefined {
  const token = bearerToken(headers['authorization'] ?? '', warn);
  if (token !== undefined) return token;
  const protocol = headers['sec-websocket-protocol'];
  if (protocol === undefined || !protocol.includes(BEARER_PROTOCOL)) return undefined;
  const encoded = protocol
    .split(',')
    .map((one) => one.trim())
    .find((one) => one.startsWith(BEARER_PROTOCOL));
  try {
    return encoded === undefined ? undefined : textOf(fromBase64Url(encoded.slice(BEARER_PROTOCOL.length)));
  } catch {
    throw unauthorized();
  }
}
