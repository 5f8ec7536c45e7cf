import type { Strategy } from '#core/api/definition';
import { genericStrategy } from '#core/api/strategy';
import type { Secret } from '#core/api/types';
import { toBase64, utf8 } from '#core/base';

const generic = genericStrategy({ group: '', version: 'v1', kind: 'Secret' });

/** `stringData` is for writing only: it is kept as data. */
function withData(secret: Secret): Secret {
  const { stringData, ...rest } = secret;
  if (stringData === undefined) return secret;
  const encoded = Object.entries(stringData).map(([key, text]) => [key, toBase64(utf8(text))] as const);
  return { ...rest, data: Object.fromEntries([...Object.entries(secret.data ?? {}), ...encoded]) };
}

/** Upstream: pkg/registry/core/secret/strategy.go. */
export const secretStrategy: Strategy = {
  ...generic,
  prepareForCreate: (object) => withData(object as Secret),
  prepareForUpdate: (next, old) => {
    const secret = withData(next as Secret);
    const type = (old as Secret).type;
    // A client that does not know the type leaves it as it is.
    return secret.type === undefined && type !== undefined ? { ...secret, type } : secret;
  },
};
