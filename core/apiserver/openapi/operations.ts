import type { ResourceDefinition, Subresource } from '#core/api/definition';
import { apiVersionOf } from '#core/machinery/object';
import type { ObjectSchema, Schema } from '#core/machinery/schema';

export type Method = 'get' | 'put' | 'post' | 'delete' | 'options' | 'head' | 'patch';

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query';
  readonly type: 'string' | 'integer' | 'boolean';
}

/** What an operation answers with: an object, a list or events that may stream, a text, a document of discovery. */
export type Media = 'object' | 'stream' | 'text' | 'any' | 'document' | 'json' | 'keys';

export interface Operation {
  readonly method: Method;
  readonly id: string;
  readonly tag: string;
  readonly action?: string;
  readonly kind?: { readonly group: string; readonly version: string; readonly kind: string };
  readonly parameters: readonly Parameter[];
  /** Name of the definition that is sent; a patch is of many types. */
  readonly body?: { readonly definition: string; readonly required: boolean; readonly patch: boolean };
  readonly statuses: readonly number[];
  /** Name of the definition that is answered; without one a string. */
  readonly answer?: string;
  readonly media: Media;
}

export interface Path {
  readonly path: string;
  /** Those that all of its operations share. */
  readonly parameters: readonly Parameter[];
  readonly operations: readonly Operation[];
}

const META = 'io.k8s.apimachinery.pkg.apis.meta.v1';
const ORDER: readonly Method[] = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch'];

export const query = (type: Parameter['type'], ...names: string[]): readonly Parameter[] =>
  names.map((name) => ({ name, in: 'query', type }));
export const place = (name: string): Parameter => ({ name, in: 'path', type: 'string' });

export const PRETTY = query('string', 'pretty');
const SELECTING = [
  ...query(
    'string',
    'continue',
    'fieldSelector',
    'labelSelector',
    'resourceVersion',
    'resourceVersionMatch',
    'shardSelector',
  ),
  ...query('integer', 'limit', 'timeoutSeconds'),
  ...query('boolean', 'sendInitialEvents'),
];
export const LISTING = [...SELECTING, ...query('boolean', 'allowWatchBookmarks', 'watch')];
export const WRITING = query('string', 'dryRun', 'fieldManager', 'fieldValidation');
export const PATCHING = [...WRITING, ...query('boolean', 'force')];
export const DELETING = [
  ...query('string', 'dryRun', 'propagationPolicy'),
  ...query('integer', 'gracePeriodSeconds'),
  ...query('boolean', 'ignoreStoreReadErrorWithClusterBreakingPotential', 'orphanDependents'),
];

/** Whose deletion answers with the object rather than a Status. Upstream: `ReturnDeletedObject` of pkg/registry/GROUP/RESOURCE/storage. */
const SHOWN_WHEN_DELETED: ReadonlySet<string> = new Set([
  '/persistentvolumeclaims',
  '/persistentvolumes',
  '/pods',
  '/podtemplates',
  '/resourcequotas',
  '/serviceaccounts',
  '/services',
  'resource.k8s.io/deviceclasses',
  'resource.k8s.io/devicetaintrules',
  'resource.k8s.io/resourceclaims',
  'resource.k8s.io/resourceclaimtemplates',
  'resource.k8s.io/resourcepoolstatusrequests',
  'resource.k8s.io/resourceslices',
  'storage.k8s.io/csidrivers',
  'storage.k8s.io/csinodes',
  'storage.k8s.io/storageclasses',
  'storage.k8s.io/volumeattachments',
  'storage.k8s.io/volumeattributesclasses',
]);

export const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

/** `rbac.authorization.k8s.io` → rbacAuthorization; '' → core. */
export function tagOf(group: string): string {
  if (group === '') return 'core';
  const [first = '', ...others] = group.replace(/\.k8s\.io$/, '').split('.');
  return first + others.map(capital).join('');
}

/** A definition's name: generated ones have it, a custom resource's is made of its group, reversed. */
export const definitionName = (
  group: string,
  version: string,
  kind: string,
  schema: ObjectSchema | undefined,
): string => schema?.name ?? [...group.split('.').toReversed(), version, kind].join('.');

/** Finds the definition's name of a kind that is no resource of its own. */
export type NameOf = (
  group: string,
  version: string,
  kind: string,
) => { readonly name: string; readonly schema: ObjectSchema } | undefined;

/** All paths of a resource in one version, as `kubectl` and generated clients know them. Upstream: apiserver/pkg/endpoints/installer.go. */
export function pathsOf(definition: ResourceDefinition, version: string, nameOf: NameOf): readonly Path[] {
  const { group, resource, kind, namespaced, verbs } = definition;
  const root = group === '' ? `/api/${version}` : `/apis/${apiVersionOf(group, version)}`;
  const own = nameOf(group, version, kind)?.name ?? kind;
  const list = nameOf(group, version, definition.listKind)?.name ?? own.replace(/[^.]+$/, definition.listKind);
  const about = `${capital(tagOf(group))}${capital(version)}`;
  const scope = namespaced ? 'Namespaced' : '';
  const shared = { tag: `${tagOf(group)}_${version}`, kind: { group, version, kind } };
  const places = namespaced ? [place('namespace')] : [];
  const above = namespaced ? `${root}/namespaces/{namespace}/${resource}` : `${root}/${resource}`;
  const ok = [200, 401];
  const object = { ...shared, answer: own, media: 'object' } as const;
  const stream = { ...shared, media: 'stream', method: 'get', statuses: ok } as const;
  const events = `${META}.WatchEvent`;
  const body = (of: string) => ({ definition: of, required: true, patch: false });
  const patch = { definition: `${META}.Patch`, required: true, patch: true };
  const options = { definition: `${META}.DeleteOptions`, required: false, patch: false };
  const paths: Path[] = [];
  const add = (path: string, here: readonly Parameter[], operations: readonly (Operation | false)[]) => {
    const found = operations.filter((one) => one !== false);
    if (found.length > 0) paths.push(hoisted(path, here, found));
  };

  add(
    above,
    [...places, ...PRETTY],
    [
      verbs.includes('list') && {
        ...stream,
        id: `list${about}${scope}${kind}`,
        action: 'list',
        parameters: LISTING,
        answer: list,
      },
      verbs.includes('create') && {
        ...object,
        method: 'post',
        id: `create${about}${scope}${kind}`,
        action: 'post',
        parameters: WRITING,
        body: body(own),
        statuses: [200, 201, 202, 401],
      },
      verbs.includes('deletecollection') && {
        ...object,
        method: 'delete',
        id: `delete${about}Collection${scope}${kind}`,
        action: 'deletecollection',
        parameters: [...DELETING, ...SELECTING],
        body: options,
        statuses: ok,
        answer: `${META}.Status`,
      },
    ],
  );
  const single = (
    id: string,
    of: Pick<Operation, 'tag' | 'answer' | 'media' | 'kind'>,
    does: readonly string[],
    sent: string,
  ) => [
    does.includes('get') &&
      ({ ...of, method: 'get', id: `read${id}`, action: 'get', parameters: [], statuses: ok } as const),
    does.includes('update') &&
      ({
        ...of,
        method: 'put',
        id: `replace${id}`,
        action: 'put',
        parameters: WRITING,
        body: body(sent),
        statuses: [200, 201, 401],
      } as const),
    does.includes('patch') &&
      ({
        ...of,
        method: 'patch',
        id: `patch${id}`,
        action: 'patch',
        parameters: PATCHING,
        body: patch,
        statuses: [200, 201, 401],
      } as const),
  ];
  const oneOf = [place('name'), ...places, ...PRETTY];
  const mainId = `${about}${scope}${kind}`;
  add(`${above}/{name}`, oneOf, [
    ...single(mainId, object, verbs, own),
    verbs.includes('delete') && {
      ...object,
      method: 'delete',
      id: `delete${mainId}`,
      action: 'delete',
      parameters: DELETING,
      body: options,
      statuses: [200, 202, 401],
      answer: SHOWN_WHEN_DELETED.has(`${group}/${resource}`) ? own : `${META}.Status`,
    },
  ]);
  for (const part of definition.subresources) {
    const of = part.kind ?? shared.kind;
    const named = nameOf(of.group, of.version, of.kind);
    const sent = named?.name ?? own;
    const id = `${mainId}${capital(part.name)}`;
    const here = `${above}/{name}/${part.name}`;
    if (of.kind.endsWith('Options')) {
      const asked = named === undefined ? [] : queryOf(named.schema);
      const connect = {
        tag: shared.tag,
        kind: of,
        action: 'connect',
        parameters: [],
        statuses: ok,
        media: 'any',
      } as const;
      const methods = methodsOf(part);
      const all = (suffix: string): Operation[] =>
        methods.map((method) => ({
          ...connect,
          method,
          id: `connect${about}${capital(method)}${scope}${kind}${capital(part.name)}${suffix}`,
        }));
      add(here, [place('name'), ...places, ...asked], all(''));
      if (part.name === 'proxy')
        add(`${here}/{path}`, [place('name'), ...places, place('path'), ...asked], all('WithPath'));
      continue;
    }
    if (part.name === 'log') {
      const asked = queryOf(nameOf('', 'v1', 'PodLogOptions')!.schema);
      add(
        here,
        [...oneOf, ...asked],
        [{ ...shared, method: 'get', id: `read${id}`, action: 'get', parameters: [], statuses: ok, media: 'text' }],
      );
      continue;
    }
    const answers = { tag: shared.tag, kind: of, answer: sent, media: 'object' } as const;
    add(here, oneOf, [
      ...single(id, answers, part.verbs, sent),
      part.verbs.includes('create') && {
        ...answers,
        method: 'post',
        id: `create${id}`,
        action: 'post',
        parameters: WRITING,
        body: body(sent),
        statuses: [200, 201, 202, 401],
      },
    ]);
  }
  if (namespaced && verbs.includes('list'))
    add(`${root}/${resource}`, PRETTY, [
      { ...stream, id: `list${about}${kind}ForAllNamespaces`, action: 'list', parameters: LISTING, answer: list },
    ]);
  if (!verbs.includes('watch')) return paths;
  const watching = { ...stream, parameters: LISTING, answer: events };
  if (namespaced)
    add(`${root}/watch/${resource}`, PRETTY, [
      { ...watching, id: `watch${about}${kind}ListForAllNamespaces`, action: 'watchlist' },
    ]);
  const watched = `${root}/watch${namespaced ? '/namespaces/{namespace}' : ''}/${resource}`;
  add(watched, [...places, ...PRETTY], [{ ...watching, id: `watch${mainId}List`, action: 'watchlist' }]);
  add(`${watched}/{name}`, oneOf, [{ ...watching, id: `watch${mainId}`, action: 'watch' }]);
  return paths;
}

const byName = (left: Parameter, right: Parameter): number =>
  left.name === right.name ? (left.in < right.in ? -1 : 1) : left.name < right.name ? -1 : 1;

/** What all operations of a path take is said once, of the path. */
export function hoisted(path: string, here: readonly Parameter[], operations: readonly Operation[]): Path {
  const [first, ...others] = operations;
  const common = first!.parameters.filter((one) =>
    others.every(({ parameters }) => parameters.some(({ name }) => name === one.name)),
  );
  return {
    path,
    parameters: [...here, ...common].sort(byName),
    operations: operations
      .map((operation) => ({
        ...operation,
        parameters: operation.parameters.filter((one) => !common.some(({ name }) => name === one.name)).sort(byName),
      }))
      .sort((left, right) => ORDER.indexOf(left.method) - ORDER.indexOf(right.method)),
  };
}

/** The fields of an options kind as they are written in a query. */
function queryOf(schema: ObjectSchema): readonly Parameter[] {
  return schema.fields
    .filter(({ name, schema: { type } }) => name !== 'kind' && name !== 'apiVersion' && type !== 'time')
    .map(({ name, schema: field }) => ({ name, in: 'query', type: queryType(field) }));
}

function queryType(schema: Schema): Parameter['type'] {
  if (schema.type === 'list') return queryType(schema.items);
  if (schema.type === 'boolean') return 'boolean';
  return schema.type === 'int32' || schema.type === 'int64' ? 'integer' : 'string';
}

function methodsOf({ name, verbs }: Subresource): readonly Method[] {
  if (name === 'proxy') return ['get', 'put', 'post', 'delete', 'options', 'head', 'patch'];
  return verbs.includes('create') ? ['get', 'post'] : ['get'];
}

/** /apis/GROUP/VERSION/ itself. */
export function versionPath(group: string, version: string): Path {
  const path = group === '' ? `/api/${version}/` : `/apis/${apiVersionOf(group, version)}/`;
  return document(
    path,
    `get${capital(tagOf(group))}${capital(version)}APIResources`,
    `${tagOf(group)}_${version}`,
    `${META}.APIResourceList`,
    'object',
  );
}

/** /apis/GROUP/. */
export const groupPath = (group: string): Path =>
  document(`/apis/${group}/`, `get${capital(tagOf(group))}APIGroup`, tagOf(group), `${META}.APIGroup`, 'document');

/** Paths that belong to no group, by the name under which /openapi/v3 lists them. */
export const otherPaths: Readonly<Record<string, Path>> = {
  '.well-known/openid-configuration': document(
    '/.well-known/openid-configuration/',
    'getServiceAccountIssuerOpenIDConfiguration',
    'WellKnown',
    undefined,
    'json',
  ),
  api: document('/api/', 'getCoreAPIVersions', 'core', `${META}.APIVersions`, 'document'),
  apis: document('/apis/', 'getAPIVersions', 'apis', `${META}.APIGroupList`, 'document'),
  'openid/v1/jwks': document('/openid/v1/jwks/', 'getServiceAccountIssuerOpenIDKeyset', 'openid', undefined, 'keys'),
  version: document('/version/', 'getCodeVersion', 'version', 'io.k8s.apimachinery.pkg.version.Info', 'json'),
};

function document(path: string, id: string, tag: string, answer: string | undefined, media: Media): Path {
  const operation: Operation = {
    method: 'get',
    id,
    tag,
    parameters: [],
    statuses: [200, 401],
    media,
    ...(answer === undefined ? {} : { answer }),
  };
  return { path, parameters: [], operations: [operation] };
}
