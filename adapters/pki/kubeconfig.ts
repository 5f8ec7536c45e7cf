import type { Pair } from './certificate.ts';

/** A kubeconfig file as an object; fields we do not know are kept. Upstream: client-go/tools/clientcmd/api/v1/types.go. */
export interface Kubeconfig {
  readonly apiVersion: 'v1';
  readonly kind: 'Config';
  readonly preferences?: object;
  readonly clusters?: readonly { readonly name: string; readonly cluster: ClusterAccess }[] | null;
  readonly users?: readonly { readonly name: string; readonly user: UserAccess }[] | null;
  readonly contexts?:
    | readonly {
        readonly name: string;
        readonly context: { readonly cluster: string; readonly user: string; readonly namespace?: string };
      }[]
    | null;
  readonly 'current-context'?: string;
}

export interface ClusterAccess {
  readonly server: string;
  /** Base64 of PEM. */
  readonly 'certificate-authority-data'?: string;
  readonly [other: string]: unknown;
}

export interface UserAccess {
  readonly 'client-certificate-data'?: string;
  readonly 'client-key-data'?: string;
  readonly token?: string;
  readonly [other: string]: unknown;
}

export interface Access {
  /** Names the cluster, the context and, after `-admin`, the user. */
  readonly name: string;
  /** `https://127.0.0.1:6443` */
  readonly server: string;
  /** PEM. */
  readonly ca: string;
  readonly credentials: Pair | { readonly token: string };
  readonly user?: string;
}

const base64 = (text: string) => Buffer.from(text).toString('base64');

/** One cluster, one user, one context, which is the current one. */
export function kubeconfigOf({ name, server, ca, credentials, user = `${name}-admin` }: Access): Kubeconfig {
  const access =
    'token' in credentials
      ? { token: credentials.token }
      : { 'client-certificate-data': base64(credentials.certificate), 'client-key-data': base64(credentials.key) };
  return {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name, cluster: { 'certificate-authority-data': base64(ca), server } }],
    contexts: [{ name, context: { cluster: name, user } }],
    'current-context': name,
    users: [{ name: user, user: access }],
  };
}

/** The user's own file with what `addition` holds put in or replaced by name; its current context becomes the addition's. */
export function mergeKubeconfig(existing: Kubeconfig | undefined, addition: Kubeconfig): Kubeconfig {
  return {
    ...existing,
    apiVersion: 'v1',
    kind: 'Config',
    clusters: byName(existing?.clusters, addition.clusters),
    contexts: byName(existing?.contexts, addition.contexts),
    users: byName(existing?.users, addition.users),
    'current-context': addition['current-context'] ?? existing?.['current-context'] ?? '',
  };
}

/** Without what `addition` named; the current context becomes `previous` if it was the addition's. */
export function withoutKubeconfig(existing: Kubeconfig, addition: Kubeconfig, previous = ''): Kubeconfig {
  const current = existing['current-context'] ?? '';
  return {
    ...existing,
    clusters: without(existing.clusters, addition.clusters),
    contexts: without(existing.contexts, addition.contexts),
    users: without(existing.users, addition.users),
    'current-context': current === addition['current-context'] ? previous : current,
  };
}

type Item = { readonly name: string };
const without = <T extends Item>(list: readonly T[] | null | undefined, gone: readonly Item[] | null | undefined) =>
  (list ?? []).filter(({ name }) => !(gone ?? []).some((one) => one.name === name));
const byName = <T extends Item>(list: readonly T[] | null | undefined, more: readonly T[] | null | undefined) => [
  ...without(list, more),
  ...(more ?? []),
];

/** As YAML, of which JSON is a part: written by hand for the shape that we make, so that no YAML library is needed for it. */
export function kubeconfigText(config: Kubeconfig): string {
  return yamlOf(config, '');
}

function yamlOf(value: unknown, indent: string): string {
  if (Array.isArray(value)) {
    return value.map((item) => `${indent}- ${yamlOf(item, `${indent}  `).trimStart()}`).join('');
  }
  const lines = Object.entries(value as object).map(([key, item]: [string, unknown]) => {
    if (item === undefined) return '';
    const nested = typeof item === 'object' && item !== null && Object.keys(item).length > 0;
    const inner = Array.isArray(item) ? indent : `${indent}  `;
    return nested ? `${indent}${scalar(key)}:\n${yamlOf(item, inner)}` : `${indent}${scalar(key)}: ${scalar(item)}\n`;
  });
  return lines.join('');
}

/** Words that YAML would not read as text are quoted. */
const scalar = (value: unknown): string =>
  typeof value === 'string' &&
  /^[A-Za-z/][\w./+=:@-]*$/.test(value) &&
  !/^(true|false|null|yes|no|on|off|y|n)$|:$/i.test(value)
    ? value
    : JSON.stringify(value);
