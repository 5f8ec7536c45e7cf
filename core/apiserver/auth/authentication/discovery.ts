import { type PublicKey, utf8 } from '#core/base';
import type { Mount } from '#core/apiserver';

export interface IssuerParts {
  readonly issuer: string;
  /** `https://HOST:PORT` of the API server as advertised. */
  readonly server: string;
  readonly keys: readonly PublicKey[];
}

/** By what others verify our tokens: OpenID Connect discovery. Upstream: pkg/serviceaccount/openidmetadata.go. */
export function issuerDiscovery({ issuer, server, keys }: IssuerParts): readonly Mount[] {
  const configuration = {
    issuer,
    jwks_uri: `${server}/openid/v1/jwks`,
    response_types_supported: ['id_token'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: [...new Set(keys.map(({ algorithm }) => algorithm))].sort(),
  };
  const set = { keys: keys.map(jsonWebKey) };
  return [
    document('/.well-known/openid-configuration', 'application/json', configuration),
    document('/openid/v1/jwks', 'application/jwk-set+json', set),
  ];
}

const jsonWebKey = ({ algorithm, id, jwk: { kty, crv, x, y, n, e } }: PublicKey) => ({
  use: 'sig',
  kty,
  kid: id,
  crv,
  alg: algorithm,
  x,
  y,
  n,
  e,
});

function document(path: string, type: string, value: object): Mount {
  const body = utf8(JSON.stringify(value));
  const headers = { 'content-type': type, 'cache-control': 'public, max-age=3600' };
  return { path, answer: () => ({ status: 200, headers, body }) };
}
