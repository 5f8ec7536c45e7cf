const HOST = /^(?:localhost|[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+|\[[0-9a-fA-F:]+\]|[A-Za-z0-9-]+(?=:))(?::\d+)?$/;
const NAME = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/;
const TAG = /^\w[\w.-]{0,127}$/;
const DIGEST = /^[a-z0-9]+(?:[.+_-][a-z0-9]+)*:[0-9a-fA-F]{32,}$/;

/** The name with its default tag, as a runtime takes it; undefined where it is no image reference. Upstream: pkg/util/parsers. */
export function parseImage(reference: string): string | undefined {
  const at = reference.indexOf('@');
  const digest = at < 0 ? '' : reference.slice(at + 1);
  if (at >= 0 && !DIGEST.test(digest)) return undefined;
  const named = at < 0 ? reference : reference.slice(0, at);
  const colon = named.indexOf(':', named.lastIndexOf('/') + 1);
  const name = colon < 0 ? named : named.slice(0, colon);
  const tag = colon < 0 ? '' : named.slice(colon + 1);
  if (colon >= 0 && !TAG.test(tag)) return undefined;
  const slash = name.indexOf('/');
  const first = name.slice(0, Math.max(slash, 0));
  const rest = HOST.test(first) && slash > 0 ? name.slice(slash + 1) : name;
  // Sixty-four hexadecimal digits are an id, never a name.
  if (!NAME.test(rest) || name.length > 255 || /^[0-9a-f]{64}$/.test(name)) return undefined;
  return tag === '' && digest === '' ? `${reference}:latest` : reference;
}

/** The registry that a reference names, and the repository in it. */
export function registryOf(reference: string): { readonly host: string; readonly repository: string } {
  const name = reference.split('@')[0]!;
  const colon = name.indexOf(':', name.lastIndexOf('/') + 1);
  const bare = colon < 0 ? name : name.slice(0, colon);
  const slash = bare.indexOf('/');
  const first = bare.slice(0, Math.max(slash, 0));
  if (slash > 0 && HOST.test(first)) return { host: first, repository: bare.slice(slash + 1) };
  return { host: 'docker.io', repository: slash < 0 ? `library/${bare}` : bare };
}
