import { type Crypto, fromBase64Url, textOf, toBase64Url, utf8, type PrivateKey, type PublicKey } from '#core/base';

/** A token's payload; the registered claims in seconds since the epoch. */
export interface Claims {
  readonly iss?: string;
  readonly sub?: string;
  readonly aud?: string | readonly string[];
  readonly exp?: number;
  readonly nbf?: number;
  readonly iat?: number;
  readonly jti?: string;
  readonly [claim: string]: unknown;
}

/** JWS compact form (RFC 7515). Claims are written in the order of their names, as upstream's library does. */
export function signToken(crypto: Crypto, key: PrivateKey, claims: Claims): string {
  const ordered = Object.fromEntries(Object.entries(claims).sort(([a], [b]) => (a < b ? -1 : 1)));
  const head = toBase64Url(utf8(JSON.stringify({ alg: key.public.algorithm, kid: key.public.id })));
  const signed = `${head}.${toBase64Url(utf8(JSON.stringify(ordered)))}`;
  return `${signed}.${toBase64Url(crypto.sign(key, utf8(signed)))}`;
}

export interface ParsedToken {
  readonly header: { readonly alg?: string; readonly kid?: string };
  readonly claims: Claims;
  readonly signed: Uint8Array;
  readonly signature: Uint8Array;
}

/** `undefined` where the text is no token; nothing is verified yet. */
export function parseToken(token: string): ParsedToken | undefined {
  const [head, payload, signature, ...more] = token.split('.');
  if (head === undefined || payload === undefined || signature === undefined || more.length > 0) return undefined;
  try {
    const header = JSON.parse(textOf(fromBase64Url(head))) as ParsedToken['header'] | null;
    const claims = JSON.parse(textOf(fromBase64Url(payload))) as Claims | null;
    if (typeof header !== 'object' || header === null || typeof claims !== 'object' || claims === null)
      return undefined;
    return { header, claims, signed: utf8(`${head}.${payload}`), signature: fromBase64Url(signature) };
  } catch {
    return undefined;
  }
}

/** Whether one of the keys signed it: the one that the header names, or any where it names none. Only the key's own algorithm counts. */
export function isSignedBy(
  crypto: Crypto,
  { header, signed, signature }: ParsedToken,
  keys: readonly PublicKey[],
): boolean {
  return keys.some(
    (key) =>
      (header.kid === undefined || header.kid === '' || header.kid === key.id) &&
      header.alg === key.algorithm &&
      crypto.verify(key, signed, signature),
  );
}
