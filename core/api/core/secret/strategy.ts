import type { Strategy } from '#core/api/definition';
import { genericStrategy } from '#core/api/strategy';
import type { Secret } from '#core/api/types';
import { fromBase64, parseJson } from '#core/base';
import { invalid, type Problem, required, tooLong } from '#core/machinery/status';
import { unchanged } from '#core/machinery/validation';
import { immutableProblems, keyProblems, MAX_DATA, textSize } from '../keyed-data.ts';

const generic = genericStrategy({ group: '', version: 'v1', kind: 'Secret' });

const SERVICE_ACCOUNT = 'kubernetes.io/service-account.name';

type Needs = (secret: Secret, problems: Problem[]) => void;

const needs =
  (...keys: readonly string[]): Needs =>
  ({ data = {} }, problems) => {
    for (const key of keys) if (!Object.hasOwn(data, key)) problems.push(required(`data[${key}]`));
  };

const needsJson =
  (key: string): Needs =>
  ({ data = {} }, problems) => {
    if (!Object.hasOwn(data, key)) {
      problems.push(required(`data[${key}]`));
      return;
    }
    try {
      parseJson(fromBase64(data[key]!));
    } catch (failure) {
      problems.push(invalid(`data[${key}]`, '<secret contents redacted>', (failure as Error).message));
    }
  };

/** What a secret of a well-known type must hold. */
const NEEDS: ReadonlyMap<string, Needs> = new Map([
  [
    'kubernetes.io/service-account-token',
    ({ metadata }: Secret, problems: Problem[]) => {
      const name = metadata.annotations?.[SERVICE_ACCOUNT] ?? '';
      if (name === '') problems.push(required(`metadata.annotations[${SERVICE_ACCOUNT}]`));
    },
  ],
  ['kubernetes.io/dockercfg', needsJson('.dockercfg')],
  ['kubernetes.io/dockerconfigjson', needsJson('.dockerconfigjson')],
  [
    'kubernetes.io/basic-auth',
    (secret: Secret, problems: Problem[]) => {
      const { data = {} } = secret;
      if (!('username' in data) && !('password' in data)) needs('username', 'password')(secret, problems);
    },
  ],
  ['kubernetes.io/ssh-auth', needs('ssh-privatekey')],
  ['kubernetes.io/tls', needs('tls.crt', 'tls.key')],
]);

function secretProblems(secret: Secret): readonly Problem[] {
  const problems: Problem[] = [];
  let size = 0;
  for (const [key, value] of Object.entries(secret.data ?? {})) {
    keyProblems(key, `data[${key}]`, problems);
    size += textSize(value);
  }
  if (size > MAX_DATA) problems.push(tooLong('data', MAX_DATA));
  NEEDS.get(secret.type ?? '')?.(secret, problems);
  return problems;
}

function secretUpdateProblems(next: Secret, old: Secret): readonly Problem[] {
  const problems: Problem[] = [];
  unchanged(next.type, old.type, 'type', problems);
  return [...problems, ...immutableProblems(next, old, ['data']), ...secretProblems(next)];
}

const pemBlock = /^-----BEGIN ([^\n]*)-----\s*?$[^]*?^-----END \1-----\s*?$/m;

const hasPem = (data: string | undefined): boolean =>
  data !== undefined && pemBlock.test(new TextDecoder().decode(fromBase64(data)));

/** Of a pair for TLS: there must be something to read in both halves. Whether they fit each other is not looked at. */
function pairWarnings({ type, data }: Secret): readonly string[] {
  if (type !== 'kubernetes.io/tls') return [];
  if (!hasPem(data?.['tls.crt'])) return ['tls: failed to find any PEM data in certificate input'];
  if (!hasPem(data?.['tls.key'])) return ['tls: failed to find any PEM data in key input'];
  return [];
}

/** Upstream: pkg/registry/core/secret/strategy.go. */
export const secretStrategy: Strategy = {
  ...generic,
  validateCreate: (object) => secretProblems(object as Secret),
  warnings: (object) => pairWarnings(object as Secret),
  validateUpdate: (next, old) => secretUpdateProblems(next as Secret, old as Secret),
  prepareForUpdate: (next, old) => {
    const secret = next as Secret;
    const type = (old as Secret).type;
    // A client that does not know the type leaves it as it is.
    return secret.type === undefined && type !== undefined ? { ...secret, type } : secret;
  },
};
