import { fromBase64, lossyTextOf } from '#core/base';
import type { Secret } from '../api.ts';
import type { ImageAuth } from '../runtime.ts';
import { registryOf } from './reference.ts';

export type Credentials = ImageAuth;

/** Where credentials count: a registry, with `*` for parts of its name, and a path prefix. */
export interface Key {
  readonly host: string;
  readonly path: string;
  readonly auth: Credentials;
}

interface Entry {
  readonly username?: unknown;
  readonly password?: unknown;
  readonly auth?: unknown;
  readonly identitytoken?: unknown;
  readonly registrytoken?: unknown;
}

/** The keys of pull secrets (`.dockerconfigjson` and `.dockercfg`); what cannot be read is passed over. Upstream: pkg/credentialprovider. */
export function keyringOf(secrets: readonly Secret[]): readonly Key[] {
  const keys: Key[] = [];
  for (const { data = {} } of secrets) {
    const modern = parse(data['.dockerconfigjson']);
    const auths = modern === undefined ? parse(data['.dockercfg']) : modern['auths'];
    if (typeof auths !== 'object' || auths === null) continue;
    for (const [server, entry] of Object.entries(auths)) keys.push(keyOf(server, entry as Entry));
  }
  return keys;
}

function parse(base64: string | undefined): Record<string, unknown> | undefined {
  if (base64 === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(lossyTextOf(fromBase64(base64)));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

const textIn = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

function keyOf(server: string, entry: Entry): Key {
  const bare = server.replace(/^https?:\/\//, '').replace(/^index\.docker\.io|^registry-1\.docker\.io/, 'docker.io');
  const slash = bare.indexOf('/');
  const host = slash < 0 ? bare : bare.slice(0, slash);
  const path =
    slash < 0
      ? ''
      : bare
          .slice(slash + 1)
          .replace(/^v[12]\/?$/, '')
          .replace(/\/$/, '');
  const decoded = textIn(entry.auth) === undefined ? undefined : decode(textIn(entry.auth)!);
  const username = textIn(entry.username) ?? decoded?.username;
  const password = textIn(entry.password) ?? decoded?.password;
  const registryToken = textIn(entry.registrytoken);
  return {
    host,
    path,
    auth: {
      ...(username === undefined ? {} : { username }),
      ...(password === undefined ? {} : { password }),
      ...(registryToken === undefined ? {} : { registryToken }),
    },
  };
}

function decode(auth: string): { username: string; password: string } | undefined {
  try {
    const text = lossyTextOf(fromBase64(auth));
    const colon = text.indexOf(':');
    return colon < 0 ? undefined : { username: text.slice(0, colon), password: text.slice(colon + 1) };
  } catch {
    return undefined;
  }
}

/** The credentials that count for an image, the most exact first. */
export function credentialsFor(keyring: readonly Key[], image: string): readonly Credentials[] {
  const { host, repository } = registryOf(image);
  return keyring
    .filter(
      (key) =>
        hostMatches(key.host, host) &&
        (repository === key.path || key.path === '' || repository.startsWith(`${key.path}/`)),
    )
    .sort((a, b) => b.path.length - a.path.length)
    .map(({ auth }) => auth);
}

function hostMatches(pattern: string, host: string): boolean {
  if (pattern === host) return true;
  const wanted = pattern.split('.');
  const given = host.split('.');
  return wanted.length === given.length && wanted.every((part, index) => partMatches(part, given[index]!));
}

function partMatches(pattern: string, part: string): boolean {
  if (!pattern.includes('*')) return pattern === part;
  const [head = '', ...rest] = pattern.split('*');
  const tail = rest.at(-1) ?? '';
  return part.length >= head.length + tail.length && part.startsWith(head) && part.endsWith(tail);
}
