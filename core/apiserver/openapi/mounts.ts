import type { Registry, ResourceDefinition } from '#core/api/definition';
import type { Headers, Mount, MountedAnswer } from '#core/apiserver';
import { hashOf, hex, stringify, utf8 } from '#core/base';
import { type OpenApiDocuments, type OpenApiInfo, openApiOf } from './documents.ts';
import type { Descriptions } from './schemas.ts';
import { encodeV2 } from './v2-protobuf.ts';

const PROTOBUF_V2 = 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf';
/** What clients called it before a media type could not hold an `@`. */
const PROTOBUF_V2_OLD = 'application/com.github.proto-openapi.spec.v2@v1.0+protobuf';

export interface OpenApiOptions {
  readonly info: OpenApiInfo;
  /**
   * Changes whenever the same resources would be described otherwise: the program's version, and where descriptions come
   * from. Clients keep documents by it for as long as it stays.
   */
  readonly fingerprint: string;
  /** Asked for when a document is made; may take its time to load. */
  readonly descriptions: () => Promise<Descriptions>;
  /** CBOR is served. */
  readonly cbor?: boolean;
}

interface Made {
  readonly json: Uint8Array;
  readonly etag: string;
}

/**
 * /openapi/v2 (JSON and protobuf) and /openapi/v3. Follows the registry; documents are made when first asked for. Upstream:
 * kube-openapi/pkg/{handler,handler3}.
 */
export function openApiMounts(
  registry: Registry,
  { info, fingerprint, descriptions, cbor = false }: OpenApiOptions,
): readonly Mount[] {
  let known: readonly ResourceDefinition[] = [];
  let documents: OpenApiDocuments | undefined;
  let made = new Map<string, Promise<Made>>();

  /** The present documents; `describe` is asked late, so that the index needs no descriptions. */
  const current = (): readonly [OpenApiDocuments, Map<string, Promise<Made>>] => {
    const all = [...registry.all];
    if (documents === undefined || all.length !== known.length || all.some((one, index) => one !== known[index])) {
      known = all;
      made = new Map();
      documents = openApiOf(registry, info, (...of) => describe(...of), cbor);
    }
    return [documents, made];
  };
  let describe: Descriptions = () => undefined;
  let loaded: Promise<void> | undefined;
  const ready = (): Promise<void> =>
    (loaded ??= descriptions().then((found) => {
      describe = found;
    }));

  const once = (id: string, make: (documents: OpenApiDocuments) => Made): Promise<Made> => {
    const [now, kept] = current();
    const found = kept.get(id) ?? ready().then(() => make(now));
    kept.set(id, found);
    return found;
  };

  const v2 = async (headers: Headers): Promise<MountedAnswer> => {
    const accept = headers['accept'] ?? '';
    const types = accept.split(',').map((one) => one.split(';', 1)[0]!.trim());
    const first = types.find((one) => /^(\*\/\*|application\/(\*|json))?$/.test(one) || isProtobuf(one));
    if (first === undefined)
      return { status: 406, headers: { vary: 'Accept-Encoding, Accept' }, body: new Uint8Array() };
    const protobuf = isProtobuf(first);
    const { json, etag } = await once(protobuf ? 'v2 protobuf' : 'v2', (now) => {
      const document = now.v2();
      const body = protobuf ? encodeV2(document) : utf8(stringify(document));
      return { json: body, etag: tagOf(body) };
    });
    const type = protobuf ? PROTOBUF_V2 : 'application/json';
    return unlessKnown(
      headers,
      etag,
      { 'content-type': type, vary: 'Accept-Encoding, Accept', 'cache-control': 'no-cache, private' },
      json,
    );
  };

  const hashes = new Map<string, Promise<string>>();
  /** Built-in documents are known by what they are made of; a custom resource's by its content. */
  const hashFor = (name: string): Promise<string> => {
    const [now] = current();
    const facts = now.outline(name);
    if (facts === undefined)
      return once(name, (documents) => v3Of(documents, name)).then(({ etag }) => etag.slice(1, -1));
    const key = JSON.stringify([fingerprint, facts, ...(cbor ? ['cbor'] : [])]);
    const found = hashes.get(key) ?? Promise.resolve(digest(utf8(key)));
    hashes.set(key, found);
    return found;
  };

  const index = async (): Promise<MountedAnswer> => {
    const [{ names }] = current();
    const entries = await Promise.all(
      names.map(
        async (name) => [name, { serverRelativeURL: `/openapi/v3/${name}?hash=${await hashFor(name)}` }] as const,
      ),
    );
    const headers = { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-cache, private' };
    return { status: 200, headers, body: utf8(JSON.stringify({ paths: Object.fromEntries(entries) })) };
  };

  const v3 = async (
    path: string,
    query: ReadonlyMap<string, readonly string[]>,
    headers: Headers,
  ): Promise<MountedAnswer> => {
    const name = path.slice('/openapi/v3/'.length);
    const [{ names }] = current();
    if (!names.includes(name)) return { status: 404, headers: {}, body: new Uint8Array() };
    const hash = await hashFor(name);
    const asked = query.get('hash')?.[0];
    if (asked !== undefined && asked !== hash)
      return { status: 301, headers: { location: `/openapi/v3/${name}?hash=${hash}` }, body: new Uint8Array() };
    const { json } = await once(name, (documents) => v3Of(documents, name));
    const cache = asked === undefined ? 'no-cache, private' : 'public, immutable';
    return unlessKnown(
      headers,
      `"${hash}"`,
      { 'content-type': 'application/json', vary: 'Accept', 'cache-control': cache },
      json,
    );
  };

  return [
    { path: '/openapi/v2', answer: ({ headers }) => v2(headers) },
    { path: '/openapi/v3', answer: index },
    {
      path: '/openapi/v3/',
      answer: ({ path, query, headers }) => (/^\/openapi\/v3\/?$/.test(path) ? index() : v3(path, query, headers)),
    },
  ];
}

const isProtobuf = (type: string): boolean => type === PROTOBUF_V2 || type === PROTOBUF_V2_OLD;
const digest = (bytes: Uint8Array): string => hex(hashOf('sha512', bytes)).toUpperCase();
const tagOf = (bytes: Uint8Array): string => `"${digest(bytes)}"`;

function v3Of(documents: OpenApiDocuments, name: string): Made {
  const json = utf8(stringify(documents.v3(name)));
  return { json, etag: tagOf(json) };
}

const unlessKnown = (asked: Headers, etag: string, headers: Headers, body: Uint8Array): MountedAnswer =>
  asked['if-none-match'] === etag
    ? { status: 304, headers: { ...headers, etag }, body: new Uint8Array() }
    : { status: 200, headers: { ...headers, etag }, body };
