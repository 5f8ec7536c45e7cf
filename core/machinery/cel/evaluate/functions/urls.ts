import { parseRequestUri } from '#core/machinery/values';
import { listOfValues, mapOfEntries } from '../collections.ts';
import { Failure, type Foreign, type Value } from '../values.ts';
import { type Functions, ofText } from './function.ts';

interface UrlValue extends Foreign {
  readonly url: string;
}

const isUrlValue = (value: Value): value is UrlValue => typeof value === 'object' && value !== null && 'url' in value;

const unescaped = (text: string): string => {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
};

/** Values of a query by name, in the order in which they stand. */
function queryOf(query: string): Value {
  const values = new Map<string, string[]>();
  for (const pair of query.split('&')) {
    if (pair === '' || pair.includes(';')) continue;
    const [name = '', value = ''] = [
      pair.split('=', 1)[0],
      pair.includes('=') ? pair.slice(pair.indexOf('=') + 1) : '',
    ];
    values.set(unescaped(name), [...(values.get(unescaped(name)) ?? []), unescaped(value)]);
  }
  return mapOfEntries([...values].map(([name, list]) => [name, listOfValues(list)] as const));
}

/** What stands for itself in a path, and what is written by its bytes. */
const escapedPath = (path: string): string =>
  path.replaceAll(/%[\da-fA-F]{2}|[^]/gu, (one) =>
    /^(?:%..|[\w\-.~$&+,/:;=@!'()*[\]])$/.test(one) ? one : encodeURIComponent(one),
  );

function urlValue(text: string): UrlValue | undefined {
  const uri = parseRequestUri(text);
  if (uri === undefined) return undefined;
  const { scheme, host, path, query, port } = uri;
  const hostname = host.replace(/:\d*$/, '').replace(/^\[(.*)\]$/, '$1');
  const opaque = scheme !== '' && !text.slice(scheme.length + 1).startsWith('/');
  return {
    typeName: 'kubernetes.URL',
    url: text,
    equals: (other) => isUrlValue(other) && other.url === text,
    methods: {
      getScheme: () => scheme.toLowerCase(),
      getHost: () => host,
      getHostname: () => hostname,
      getPort: () => port ?? '',
      getEscapedPath: () => (opaque ? '' : escapedPath(path)),
      getQuery: () => queryOf(query),
    },
  };
}

/** Upstream: apiserver/pkg/cel/library/urls.go. */
export const URLS: Functions = {
  url: ofText((text) => {
    const value = urlValue(text);
    if (value) return value;
    const why = `parse ${JSON.stringify(text)}: ${text === '' ? 'empty url' : 'invalid URI for request'}`;
    return new Failure(`URL parse error during conversion from string: ${why}`);
  }),
  isURL: ofText((text) => urlValue(text) !== undefined),
};
