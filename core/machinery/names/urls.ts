import { parseAddress } from './addresses.ts';

/** What may stand in a host without being escaped, beyond ASCII anything. */
const FOREIGN = /[^A-Za-z0-9\-_.~!$&'()*+,;=:[\]<>"%\u0080-\uffff]/;
const USER = /^[A-Za-z0-9\-._:~!$&'()*+,;=%@]*$/;
const PORT = /^(?::\d*)?$/;
/** An escape that is none. */
const BROKEN = /%(?![0-9A-Fa-f]{2}).{0,2}/s;
/** Within a host only bytes beyond ASCII are escaped, and the percent sign of a zone. */
const IDLE = /%(?!25)[0-7][0-9A-Fa-f]/;

/** Why a text is no URL, in the words of Go's parser; `undefined` where it is one. Upstream: Go's net/url (Parse). */
export function urlProblem(text: string): string | undefined {
  const [url = '', ...fragment] = text.split('#');
  const why = faultOf(url);
  if (why !== undefined) return `parse ${JSON.stringify(url)}: ${why}`;
  const broken = escapeProblem(fragment.join('#'));
  return broken === undefined ? undefined : `parse ${JSON.stringify(text)}: ${broken}`;
}

function faultOf(url: string): string | undefined {
  // eslint-disable-next-line no-control-regex -- it looks for them
  if (/[\u0000-\u001f\u007f]/.test(url)) return 'net/url: invalid control character in URL';
  if (url === '*') return undefined;
  if (url.startsWith(':')) return 'missing protocol scheme';
  const [, scheme = '', rest = ''] = /^(?:([A-Za-z][A-Za-z0-9+.-]*):)?([^?]*)/.exec(url)!;
  if (!rest.startsWith('/')) {
    if (scheme !== '') return undefined;
    if (rest.split('/', 1)[0]!.includes(':')) return 'first path segment in URL cannot contain colon';
  }
  const hasHost = rest.startsWith('//') && (scheme !== '' || !rest.startsWith('///'));
  const [, authority = '', path = ''] = hasHost ? /^\/\/([^/]*)(.*)$/s.exec(rest)! : ['', '', rest];
  return authorityProblem(scheme.toLowerCase(), authority) ?? escapeProblem(path);
}

function escapeProblem(text: string): string | undefined {
  const [broken] = BROKEN.exec(text) ?? [];
  return broken === undefined ? undefined : `invalid URL escape ${JSON.stringify(broken)}`;
}

function authorityProblem(scheme: string, authority: string): string | undefined {
  const at = authority.lastIndexOf('@');
  const why = hostProblem(scheme, authority.slice(at + 1));
  if (why !== undefined || at < 0) return why;
  const user = authority.slice(0, at);
  return USER.test(user) ? escapeProblem(user) : 'net/url: invalid userinfo';
}

function hostProblem(scheme: string, host: string): string | undefined {
  const open = host.lastIndexOf('[');
  if (open > 0) return 'invalid IP-literal';
  if (open === 0) {
    const close = host.lastIndexOf(']');
    if (close < 0) return "missing ']' in host";
    const [name, port] = [host.slice(1, close), host.slice(close + 1)];
    if (!PORT.test(port)) return `invalid port ${JSON.stringify(port)} after host`;
    const address = parseAddress(name.split('%25', 1)[0]!);
    if (address === undefined) return `invalid host: ParseAddr(${JSON.stringify(name)}): unable to parse IP`;
    return address.family === 4 ? 'invalid IP-literal' : undefined;
  }
  // Others than these may list hosts.
  const colon = scheme === 'http' || scheme === 'https' ? host.indexOf(':') : host.lastIndexOf(':');
  const port = colon < 0 ? '' : host.slice(colon);
  if (!PORT.test(port)) return `invalid port ${JSON.stringify(port)} after host`;
  const [broken] = BROKEN.exec(host) ?? IDLE.exec(host) ?? [];
  if (broken !== undefined) return `invalid URL escape ${JSON.stringify(broken)}`;
  const [foreign] = FOREIGN.exec(host) ?? [];
  return foreign === undefined ? undefined : `invalid character ${JSON.stringify(foreign)} in host name`;
}
