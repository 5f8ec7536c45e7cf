import { builtInSchemas, type Registry, type ResourceDefinition } from '#core/api/definition';
import type { Headers, Mount, MountedAnswer, Yaml } from '#core/apiserver';
import { hashOf, hex, stringify, utf8 } from '#core/base';
import { parseApiVersion } from '#core/machinery/object';
import { encodeEnvelope } from '#core/machinery/protobuf';
import { noSuchPath, notAcceptable, refusal } from '#core/machinery/status';
import { type Documents, documentsOf } from './documents.ts';

const PROTOBUF = 'application/vnd.kubernetes.protobuf';
const YAML = 'application/yaml';
const AGGREGATED = ';g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

interface Wanted {
  readonly type: 'application/json' | typeof YAML | typeof PROTOBUF;
  readonly aggregated: boolean;
}

/**
 * The first form in the Accept header that there is; aggregated ones only at the two roots. Throws a 406 where there is none.
 * Upstream: apiserver/pkg/endpoints/discovery/aggregated/negotiation.go.
 */
function wanted(accept: string, isRoot: boolean, hasYaml: boolean): Wanted {
  let isKnown = false;
  for (const clause of (accept === '' ? '*/*' : accept).split(',')) {
    const [type = '', ...parameters] = clause.split(';').map((part) => part.trim());
    const named = new Map(parameters.map((parameter) => parameter.split('=', 2) as [string, string]));
    const isYaml = hasYaml && type === YAML;
    if (type !== PROTOBUF && !isYaml && !/^(application\/json|\*\/\*|application\/\*)$/.test(type)) continue;
    const known = type === PROTOBUF || isYaml ? type : 'application/json';
    isKnown ||= type !== 'application/*';
    if (!named.has('as')) return { type: known, aggregated: false };
    const isAggregated =
      named.get('g') === 'apidiscovery.k8s.io' &&
      named.get('v') === 'v2' &&
      named.get('as') === 'APIGroupDiscoveryList';
    if (isAggregated && isRoot) return { type: known, aggregated: true };
  }
  const all = ['application/json', ...(hasYaml ? [YAML] : []), PROTOBUF].join(', ');
  if (isKnown) throw notAcceptable(`only the following media types are accepted: ${all}`);
  throw refusal('NotAcceptable', `406: Not Acceptable\n\nAvailable representations: ${all}`, {});
}

const NOTHING: MountedAnswer = {
  status: 404,
  headers: { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' },
  body: utf8('404 page not found\n'),
};

interface Encoded {
  readonly body: Uint8Array;
  readonly etag: string;
}

/**
 * /api and /apis with all below that is no resource, in the legacy and the aggregated form. Follows the registry: documents are made
 * again when its definitions are others. `serverAddress` is `HOST:PORT` as clients should use it.
 */
export function discoveryMounts(registry: Registry, serverAddress: () => string, yaml?: Yaml): readonly Mount[] {
  let known: readonly ResourceDefinition[] = [];
  let address = '';
  let documents = documentsOf([], '');
  const encoded = new Map<string, Encoded>();

  const current = (): Documents => {
    const all = [...registry.all];
    const isSame = all.length === known.length && all.every((one, index) => one === known[index]);
    if (!isSame || address !== serverAddress()) {
      known = all;
      address = serverAddress();
      documents = documentsOf(all, address);
      encoded.clear();
    }
    return documents;
  };

  const answer = (path: string, headers: Headers): MountedAnswer => {
    const parts = path.split('/').filter((part) => part !== '');
    const { type, aggregated } = wanted(headers['accept'] ?? '', parts.length === 1, yaml !== undefined);
    const document = documentAt(current(), parts, aggregated);
    // Of a group that nobody serves, or that holds custom resources alone, not even a Status is said.
    const isBuiltIn = known.some(({ group, edition }) => group === parts[1] && edition === undefined);
    if (document === undefined && parts[0] === 'apis' && (parts.length === 2 || (parts.length === 3 && !isBuiltIn)))
      return NOTHING;
    if (document === undefined) throw noSuchPath();
    const key = `${type}${aggregated ? AGGREGATED : ''}`;
    const id = `${parts.join('/')} ${key}`;
    let found = encoded.get(id);
    if (found === undefined) {
      found = encode(document, type, yaml);
      encoded.set(id, found);
    }
    if (!aggregated)
      return { status: 200, headers: { 'content-type': key, 'cache-control': 'no-cache, private' }, body: found.body };
    const own = { etag: found.etag, vary: 'Accept', 'cache-control': 'public' };
    return headers['if-none-match'] === found.etag
      ? { status: 304, headers: own, body: new Uint8Array() }
      : { status: 200, headers: { ...own, 'content-type': key }, body: found.body };
  };

  return ['/api/', '/apis/'].map((path) => ({
    path,
    answer: ({ path: asked, headers }) => answer(asked, headers),
  }));
}

function documentAt(documents: Documents, parts: readonly string[], aggregated: boolean): object | undefined {
  const [root, first, second, ...rest] = parts;
  if (rest.length > 0) return undefined;
  if (root === 'api') {
    if (first === undefined) return aggregated ? documents.aggregatedCore : documents.versions;
    return second === undefined ? documents.resources('', first) : undefined;
  }
  if (first === undefined) return aggregated ? documents.aggregated : documents.groups;
  return second === undefined ? documents.group(first) : documents.resources(first, second);
}

/** YAML is written with its keys in order, as the original does. */
function byKey(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(byKey);
  const entries = Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1));
  return Object.fromEntries(entries.map(([key, one]) => [key, byKey(one)]));
}

function encode(document: object, type: Wanted['type'], yaml: Yaml | undefined): Encoded {
  const { kind, apiVersion = 'v1' } = document as { readonly kind: string; readonly apiVersion?: string };
  const { group, version } = parseApiVersion(apiVersion);
  const schema = type === PROTOBUF ? builtInSchemas.kind(group, version, kind) : undefined;
  const text = type === YAML && yaml !== undefined ? yaml.stringify(byKey(document)) : stringify(document);
  const body = schema === undefined ? utf8(text) : encodeEnvelope(schema, document);
  return { body, etag: `"${hex(hashOf('sha512', body)).toUpperCase()}"` };
}
