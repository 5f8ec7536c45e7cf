import type { ResourceDefinition } from '#core/api/definition';
import type { Json, JsonObject } from '#core/base';
import { apiVersionOf } from '#core/machinery/object';
import {
  capital,
  definitionName,
  DELETING,
  hoisted,
  LISTING,
  type Operation,
  type Parameter,
  PATCHING,
  type Path,
  place,
  PRETTY,
  query,
  tagOf,
  WRITING,
} from './operations.ts';
import type { Descriptions, Dialect, Node } from './schemas.ts';

const META = 'io.k8s.apimachinery.pkg.apis.meta.v1';
const PREFIX = { v2: '#/definitions/', v3: '#/components/schemas/' } as const;
const READING = query('string', 'resourceVersion');

/** The paths of a custom resource in one version. Upstream: apiextensions-apiserver/pkg/controller/openapi/builder/builder.go. */
export function customPaths(definition: ResourceDefinition, version: string): readonly Path[] {
  const { group, resource, kind, listKind, namespaced, subresources } = definition;
  const own = definitionName(group, version, kind, undefined);
  const list = definitionName(group, version, listKind, undefined);
  const about = `${capital(tagOf(group))}${capital(version)}`;
  const scope = namespaced ? 'Namespaced' : '';
  const shared = { tag: `${tagOf(group)}_${version}`, kind: { group, version, kind }, media: 'object' } as const;
  const root = `/apis/${apiVersionOf(group, version)}`;
  const above = namespaced ? `${root}/namespaces/{namespace}/${resource}` : `${root}/${resource}`;
  const places = namespaced ? [place('namespace')] : [];
  const sent = (name: string) => ({ definition: name, required: true, patch: false });
  const make = (
    method: Operation['method'],
    id: string,
    action: string,
    parameters: readonly Parameter[],
    statuses: readonly number[],
    answer: string,
    body?: Operation['body'],
  ): Operation => ({
    ...shared,
    method,
    id,
    action,
    parameters,
    statuses: [...statuses, 401],
    answer,
    ...(body === undefined ? {} : { body }),
  });
  const single = (id: string, of: string): readonly Operation[] => [
    make('get', `read${id}`, 'get', READING, [200], of),
    make('put', `replace${id}`, 'put', WRITING, [200, 201], of, sent(of)),
    make('patch', `patch${id}`, 'patch', PATCHING, [200], of, {
      definition: `${META}.Patch`,
      required: true,
      patch: true,
    }),
  ];
  const status = `${META}.Status`;
  const options = { definition: `${META}.DeleteOptions`, required: false, patch: false };
  const one = [place('name'), ...places, ...PRETTY];
  const id = `${about}${scope}${kind}`;
  return [
    ...(namespaced
      ? [
          hoisted(`${root}/${resource}`, PRETTY, [
            make('get', `list${about}${kind}ForAllNamespaces`, 'list', LISTING, [200], list),
          ]),
        ]
      : []),
    hoisted(
      above,
      [...places, ...PRETTY],
      [
        make('get', `list${id}`, 'list', LISTING, [200], list),
        make('post', `create${id}`, 'post', WRITING, [200, 201, 202], own, sent(own)),
        make('delete', `delete${about}Collection${scope}${kind}`, 'deletecollection', LISTING, [200], status),
      ],
    ),
    hoisted(`${above}/{name}`, one, [
      ...single(id, own),
      make('delete', `delete${id}`, 'delete', DELETING, [200, 202], status, options),
    ]),
    ...subresources.map(({ name, kind: foreign }) => {
      const of = foreign === undefined ? own : `io.k8s.api.${foreign.group}.${foreign.version}.${foreign.kind}`;
      return hoisted(`${above}/{name}/${name}`, one, single(`${id}${capital(name)}`, of));
    }),
  ];
}

const described = (text: string | undefined): JsonObject => (text === undefined ? {} : { description: text });

function reference(name: string, dialect: Dialect, description: string | undefined): JsonObject {
  const to = { $ref: PREFIX[dialect] + name };
  return dialect === 'v2' ? { ...described(description), ...to } : { ...described(description), allOf: [to] };
}

const CONVENTIONS = 'https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md';
/** Nobody but the server describes the metadata of custom resources. */
const ABOUT = {
  ObjectMeta: `Standard object's metadata. More info: ${CONVENTIONS}#metadata`,
  ListMeta: `Standard list metadata. More info: ${CONVENTIONS}#types-kinds`,
} as const;

/** Kind, version and metadata, which every object has. */
function metaProperties(dialect: Dialect, describe: Descriptions, meta: 'ObjectMeta' | 'ListMeta'): JsonObject {
  const text = (field: string) => ({ ...described(describe(`${META}.Status`, field)), type: 'string' });
  return {
    apiVersion: text('apiVersion'),
    kind: text('kind'),
    metadata: reference(`${META}.${meta}`, dialect, ABOUT[meta]),
  };
}

const inOrder = (node: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(node).sort(([left], [right]) => (left < right ? -1 : 1)));

const withMeta = (node: JsonObject, meta: JsonObject): JsonObject =>
  inOrder({ ...node, properties: inOrder({ ...(node['properties'] as JsonObject | undefined), ...meta }) });

/** Objects within an object have a kind, a version and metadata too. */
function withEmbedded(node: Json, dialect: Dialect, meta: JsonObject): Json {
  if (typeof node !== 'object' || node === null || Array.isArray(node)) return node;
  let own = node as JsonObject;
  const { properties, items, additionalProperties: extra } = own;
  const within = (value: Json | undefined, name: string) => {
    if (value !== undefined) own = { ...own, [name]: withEmbedded(value, dialect, meta) };
  };
  if (properties !== undefined) {
    const entries = Object.entries(properties as JsonObject);
    own = {
      ...own,
      properties: Object.fromEntries(entries.map(([name, one]) => [name, withEmbedded(one, dialect, meta)])),
    };
  }
  within(items, 'items');
  within(extra, 'additionalProperties');
  const isOpen = dialect === 'v2' && own['x-kubernetes-preserve-unknown-fields'] === true;
  if (own['x-kubernetes-embedded-resource'] !== true || isOpen) return own;
  const required = (own['required'] ?? []) as readonly string[];
  const all = [...required, ...['kind', 'apiVersion'].filter((name) => !required.includes(name))];
  return withMeta({ ...own, required: all }, meta);
}

/** What OpenAPI says of a custom resource and of its lists, by the names of the definitions. */
export function customDefinitions(
  { group, kind, listKind, resource, versions }: ResourceDefinition,
  version: string,
  dialect: Dialect,
  describe: Descriptions,
): readonly (readonly [string, Node])[] {
  const published = versions.find((one) => one.version === version)?.published;
  if (published === undefined) return [];
  const own = definitionName(group, version, kind, undefined);
  const { selectable } = published;
  const more = (of: string): JsonObject => ({
    'x-kubernetes-group-version-kind': [{ group, kind: of, version }],
    ...(selectable.length === 0
      ? {}
      : { 'x-kubernetes-selectable-fields': selectable.map((fieldPath) => ({ fieldPath })) }),
  });
  const meta = metaProperties(dialect, describe, 'ObjectMeta');
  const schema = withEmbedded(published[dialect], dialect, meta) as JsonObject;
  const isOpen = dialect === 'v2' && schema['properties'] === undefined && Object.keys(schema).length === 1;
  const object = { ...(isOpen ? schema : withMeta(schema, meta)), ...more(kind) };
  const doc = `List of ${resource}. More info: ${CONVENTIONS}`;
  const list = {
    description: `${listKind} is a list of ${kind}`,
    type: 'object',
    required: ['items'],
    ...more(listKind),
  };
  const items = { description: doc, items: { $ref: PREFIX[dialect] + own }, type: 'array' };
  return [
    [own, inOrder(object)],
    [
      definitionName(group, version, listKind, undefined),
      withMeta({ ...list, properties: { items } }, metaProperties(dialect, describe, 'ListMeta')),
    ],
  ];
}
