import { badRequest } from '#core/machinery/status';
import { first, flag, parseQuery, type Query } from './query.ts';

/** What a request is about, read from its method and target alone. Upstream: apiserver/pkg/endpoints/request/requestinfo.go. */
export interface RequestInfo {
  /** Without query, escapes resolved. */
  readonly path: string;
  readonly query: Query;
  /** A resource's verb, or the lower-case HTTP method for other paths. '' for a method that no resource knows. */
  readonly verb: string;
  readonly isResource: boolean;
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly subresource: string;
  /** '' for cluster scope and all namespaces. */
  readonly namespace: string;
  readonly name: string;
  /** What follows the subresource: the path given to a proxy. With a leading slash unless empty. */
  readonly rest: string;
}

const WITH_SELECTORS = new Set(['list', 'watch', 'deletecollection']);
/** What may follow a namespace's name without being a resource in it. */
const NAMESPACE_SUBRESOURCES = new Set(['status', 'finalize']);

const VERBS: Readonly<Record<string, string>> = {
  POST: 'create',
  GET: 'get',
  HEAD: 'get',
  PUT: 'update',
  PATCH: 'patch',
  DELETE: 'delete',
};

const nothing = { group: '', version: '', resource: '', subresource: '', namespace: '', name: '', rest: '' };

/** Throws a StatusError (400) for a target that cannot be read. */
export function requestInfoOf(method: string, target: string): RequestInfo {
  const mark = target.indexOf('?');
  const rawPath = mark < 0 ? target : target.slice(0, mark);
  const query = parseQuery(mark < 0 ? '' : target.slice(mark + 1));
  const path = unescapePath(rawPath);
  const other: RequestInfo = { path, query, verb: method.toLowerCase(), isResource: false, ...nothing };

  // What follows two slashes at the beginning is below nothing that is served; others stand around an empty part.
  if (path.startsWith('//')) return other;
  let parts = path.replace(/^\/|\/+$/g, '').split('/');
  const grouped = parts[0] === 'apis';
  if (!grouped && parts[0] !== 'api') return other;
  if (parts.length < (grouped ? 4 : 3)) return other;
  const group = grouped ? parts[1]! : '';
  const version = parts[grouped ? 2 : 1]!;
  parts = parts.slice(grouped ? 3 : 2);

  let verb = VERBS[method] ?? '';
  // The old form /api/v1/watch/...
  const prefixed = parts[0] === 'watch' || parts[0] === 'proxy';
  if (prefixed) {
    if (parts.length < 2) throw badRequest(`unable to determine kind and namespace from url, ${target}`);
    verb = parts[0]!;
    parts = parts.slice(1);
  }

  let namespace = '';
  if (parts[0] === 'namespaces' && parts.length > 1) {
    namespace = parts[1]!;
    if (parts.length > 2 && !NAMESPACE_SUBRESOURCES.has(parts[2]!)) parts = parts.slice(2);
  }
  const [resource = '', named = '', subresource = ''] = parts;
  let name = named;
  if (name === '' && !prefixed) {
    if (verb === 'get') {
      verb = flag(query, 'watch') === true ? 'watch' : 'list';
      name = nameDemanded(first(query, 'fieldSelector'));
    } else if (verb === 'delete') verb = 'deletecollection';
  }
  const rest = [...parts.slice(3).map((part) => `/${part}`), parts.length < 3 ? '' : trailing(path)].join('');
  return { path, query, verb, isResource: true, group, version, resource, subresource, namespace, name, rest };
}

/** Of a list of one object by name the authorizer is told the name. */
function nameDemanded(selector: string): string {
  const match = /(?:^|,)metadata\.name==?([^,=!\\]+)(?:,|$)/.exec(selector);
  return match === null ? '' : match[1]!;
}

const trailing = (path: string): string => /\/*$/.exec(path)![0];

function unescapePath(path: string): string {
  if (!path.includes('%')) return path;
  try {
    return decodeURIComponent(path);
  } catch {
    throw badRequest(`invalid URL escape in ${JSON.stringify(path)}`);
  }
}

export const takesSelectors = (verb: string): boolean => WITH_SELECTORS.has(verb);
