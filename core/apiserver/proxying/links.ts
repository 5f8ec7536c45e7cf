/** Where a proxied page came from, and where clients see it. */
export interface Place {
  /** The path that leads to the other side's root: `/api/v1/namespaces/a/pods/web/proxy`. */
  readonly prefix: string;
  /** Host and port by which this server was asked. */
  readonly asked: string;
  /** Host and port that were dialled; '' where the other side is in this process. */
  readonly dialled: string;
}

const PARTS = /^(?:[a-z][a-z0-9+.-]*:)?(?:\/\/([^/?#]*))?([^?#]*)(.*)$/is;

/**
 * A link as a client must follow it: an absolute path of the other side gets the prefix; relative links and those to other hosts stay.
 * Upstream: apimachinery/pkg/util/proxy/transport.go (rewriteURL).
 */
export function rewriteLink(link: string, { prefix, asked, dialled }: Place): string {
  const [, host = '', path = '', more = ''] = PARTS.exec(link) ?? [];
  const elsewhere = host !== '' && host !== asked && host !== dialled;
  if (elsewhere || !path.startsWith('/')) return link;
  // A link by the host that the client asked keeps it.
  const origin = host !== '' && host === asked ? link.slice(0, link.length - path.length - more.length) : '';
  return origin + (path.startsWith(prefix) ? path : prefix + cleaned(path)) + more;
}

/** Without `.`, `..` and empty parts; never leads above the root. */
function cleaned(path: string): string {
  const kept: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') kept.pop();
    else if (part !== '' && part !== '.') kept.push(part);
  }
  return kept.length === 0 ? '/' : `/${kept.join('/')}${path.endsWith('/') ? '/' : ''}`;
}
