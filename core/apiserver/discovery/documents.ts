import { byPreference, inOwnVersion, type ResourceDefinition, type Subresource } from '#core/api/definition';
import { hashOf, toBase64, utf8 } from '#core/base';
import { apiVersionOf } from '#core/machinery/object';

interface GroupVersionKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

interface Group {
  readonly name: string;
  /** In order of preference, each with the resources served in it. */
  readonly versions: ReadonlyMap<string, readonly ResourceDefinition[]>;
}

/** What discovery says of a set of resources, as plain objects. Pure: made anew when the resources change. */
export interface Documents {
  /** For /api. */
  readonly versions: object;
  /** For /apis. */
  readonly groups: object;
  /** For /apis/GROUP; `undefined` where there is none. */
  group(name: string): object | undefined;
  /** For /api/VERSION and /apis/GROUP/VERSION. */
  resources(group: string, version: string): object | undefined;
  /** The aggregated form, for /api and for /apis. */
  readonly aggregatedCore: object;
  readonly aggregated: object;
}

/**
 * Discovery of all that is served, groups in the order in which their first resource comes. `serverAddress` is `HOST:PORT`.
 * Upstream: apiserver/pkg/endpoints/discovery.
 */
export function documentsOf(all: Iterable<ResourceDefinition>, serverAddress: string): Documents {
  const groups = groupsOf(all);
  const named = [...groups.values()].filter(({ name }) => name !== '');
  const core = groups.get('');
  return {
    versions: {
      kind: 'APIVersions',
      versions: [...(core?.versions.keys() ?? [])],
      serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress }],
    },
    groups: { kind: 'APIGroupList', apiVersion: 'v1', groups: named.map(groupFields) },
    group: (name) => {
      const group = name === '' ? undefined : groups.get(name);
      return group === undefined ? undefined : { kind: 'APIGroup', apiVersion: 'v1', ...groupFields(group) };
    },
    resources: (name, version) => {
      const definitions = groups.get(name)?.versions.get(version);
      if (definitions === undefined) return undefined;
      const resources = definitions.flatMap((definition) => resourceFields(definition, version));
      return {
        kind: 'APIResourceList',
        ...(name === '' ? {} : { apiVersion: 'v1' }),
        groupVersion: apiVersionOf(name, version),
        resources,
      };
    },
    aggregatedCore: aggregated(core === undefined ? [] : [core]),
    aggregated: aggregated(named),
  };
}

function groupsOf(all: Iterable<ResourceDefinition>): ReadonlyMap<string, Group> {
  const groups = new Map<string, Map<string, ResourceDefinition[]>>();
  for (const definition of all)
    for (const { version, served } of definition.versions) {
      if (!served) continue;
      const versions = groups.get(definition.group) ?? new Map<string, ResourceDefinition[]>();
      groups.set(definition.group, versions);
      const resources = versions.get(version) ?? [];
      versions.set(version, resources);
      resources.push(inOwnVersion(definition, version));
    }
  for (const versions of groups.values())
    for (const resources of versions.values())
      resources.sort((left, right) => (left.resource < right.resource ? -1 : 1));
  return new Map([...groups].map(([name, versions]) => [name, { name, versions: preferred(versions) }]));
}

/** Built-in versions stand in their order; those of custom resources are ordered by their names. */
function preferred(versions: ReadonlyMap<string, readonly ResourceDefinition[]>): Group['versions'] {
  const isCustom = [...versions.values()].every((all) => all.every(({ edition }) => edition !== undefined));
  return isCustom ? new Map([...versions].sort(([left], [right]) => byPreference(left, right))) : versions;
}

function groupFields({ name, versions }: Group): object {
  const listed = [...versions.keys()].map((version) => ({ groupVersion: apiVersionOf(name, version), version }));
  return { name, versions: listed, preferredVersion: listed[0] };
}

/** Tells clients whether two versions are stored alike. Upstream: apiserver/pkg/endpoints/discovery/storageversionhash.go. */
const storageVersionHash = (group: string, version: string, kind: string): string =>
  toBase64(hashOf('sha256', utf8(`${group}/${HASHED_AS[`${group}/${kind}`] ?? version}/${kind}`)).subarray(0, 8));

/** Kinds whose hash names another version than the one they are stored at. */
const HASHED_AS: Readonly<Record<string, string>> = { 'apiextensions.k8s.io/CustomResourceDefinition': 'v1beta1' };

/** Reviews and bindings are made and answered, not stored. */
const isStored = ({ verbs }: ResourceDefinition): boolean => verbs.includes('get') && verbs.includes('create');

/** The group of the place where the objects lie: events of both groups lie in the core group's. */
const storageGroup = ({ storage }: ResourceDefinition): string => storage.slice(0, storage.indexOf('/'));

/** Of a custom resource the version that objects lie in, not the one that it is served in here. */
const hashedVersion = ({ storedVersion, storageVersion }: ResourceDefinition): string =>
  storedVersion ?? storageVersion;

const whenAny = <T>(name: string, items: readonly T[]): object => (items.length === 0 ? {} : { [name]: items });
const sorted = (verbs: readonly string[]): readonly string[] => verbs.toSorted();
const RETIRED = new Set(['create', 'patch', 'update']);

/** A custom resource's are in an order of their own; one that is about to go takes nothing any more. */
const verbsOf = ({ verbs, edition, retiring }: ResourceDefinition): readonly string[] =>
  edition === undefined ? sorted(verbs) : retiring === true ? verbs.filter((verb) => !RETIRED.has(verb)) : verbs;

function resourceFields(definition: ResourceDefinition, version: string): readonly object[] {
  const { resource, singular, namespaced, kind, shortNames, categories } = definition;
  const own = {
    name: resource,
    singularName: singular,
    namespaced,
    kind,
    verbs: verbsOf(definition),
    ...whenAny('shortNames', shortNames),
    ...whenAny('categories', categories),
    ...(isStored(definition)
      ? { storageVersionHash: storageVersionHash(storageGroup(definition), hashedVersion(definition), kind) }
      : {}),
  };
  const parts = bySubresource(definition).map((part) => {
    const of = foreignKind(definition, version, part);
    return {
      name: `${resource}/${part.name}`,
      singularName: '',
      namespaced,
      ...(of.group === '' ? {} : { group: of.group }),
      ...(of.version === '' ? {} : { version: of.version }),
      kind: of.kind,
      verbs: sorted(part.verbs),
    };
  });
  return [own, ...parts];
}

const bySubresource = ({ subresources, edition }: ResourceDefinition): readonly Subresource[] =>
  edition === undefined ? bySubresourceName(subresources) : subresources;

const bySubresourceName = (subresources: readonly Subresource[]): readonly Subresource[] =>
  subresources.toSorted((left, right) => (left.name < right.name ? -1 : 1));

/** The kind that a subresource answers; group and version are empty where they are the resource's own. */
function foreignKind({ group, kind }: ResourceDefinition, version: string, part: Subresource): GroupVersionKind {
  const of = part.kind ?? { group, version, kind };
  return of.group === group && of.version === version ? { group: '', version: '', kind: of.kind } : of;
}

function aggregated(groups: readonly Group[]): object {
  return {
    kind: 'APIGroupDiscoveryList',
    apiVersion: 'apidiscovery.k8s.io/v2',
    metadata: {},
    items: groups.map(({ name, versions }) => ({
      metadata: name === '' ? {} : { name },
      versions: [...versions].map(([version, resources]) => ({
        version,
        resources: resources.map((definition) => aggregatedResource(definition, version)),
        freshness: 'Current',
      })),
    })),
  };
}

function aggregatedResource(definition: ResourceDefinition, version: string): object {
  const { resource, kind, group, namespaced, singular, shortNames, categories } = definition;
  return {
    resource,
    responseKind: definition.edition === undefined ? { group: '', version: '', kind } : { group, version, kind },
    scope: namespaced ? 'Namespaced' : 'Cluster',
    singularResource: singular,
    verbs: verbsOf(definition),
    ...whenAny('shortNames', shortNames),
    ...whenAny('categories', categories),
    ...whenAny(
      'subresources',
      bySubresource(definition).map((part) => ({
        subresource: part.name,
        responseKind: foreignKind(definition, version, part),
        verbs: sorted(part.verbs),
      })),
    ),
  };
}
