import { builtInSchemas, inOwnVersion, type Registry, type ResourceDefinition } from '#core/api/definition';
import { stringify } from '#core/base';
import { apiVersionOf } from '#core/machinery/object';
import type { ObjectSchema } from '#core/machinery/schema';
import { customDefinitions, customPaths } from './custom.ts';
import { definitionName, groupPath, type NameOf, otherPaths, type Path, pathsOf, versionPath } from './operations.ts';
import { schemeVersions } from './scheme-versions.ts';
import { definitionNode, type Descriptions, type Dialect, type Node, plainDefinition, referenced } from './schemas.ts';
import { pathNode as pathNodeV2 } from './v2.ts';
import { pathNode as pathNodeV3 } from './v3.ts';

export interface OpenApiInfo {
  readonly title: string;
  /** `1.36`. */
  readonly version: string;
}

/** One document of v3: its name under /openapi/v3 and what it covers. */
interface Section {
  readonly name: string;
  readonly group: string;
  readonly version: string;
  readonly definitions: readonly ResourceDefinition[];
}

export interface OpenApiDocuments {
  /** Names under /openapi/v3: `api/v1`, `apis/apps/v1`, `version`, ... in order. */
  readonly names: readonly string[];
  /** `undefined` where there is no such name. */
  v3(name: string): Node | undefined;
  /** What a document of built-in kinds is made of, in short; `undefined` where custom resources are part of it. */
  outline(name: string): readonly string[] | undefined;
  v2(): Node;
}

const META = 'io.k8s.apimachinery.pkg.apis.meta.v1';
const SECURITY = { type: 'apiKey', name: 'authorization', in: 'header' };
const BEARER = 'Bearer Token authentication';

/** The kinds of calls' options and events, which every group and version has. */
const EVERYWHERE = ['DeleteOptions', 'WatchEvent'];

/** OpenAPI of all that is served. Pure; each document is made when asked for. Upstream: kube-openapi. */
export function openApiOf(
  registry: Registry,
  info: OpenApiInfo,
  describe: Descriptions,
  cbor = false,
): OpenApiDocuments {
  const sections = sectionsOf(registry.all);
  const groupNames = [...new Set(sections.filter((one) => !isCustomSection(one)).map(({ group }) => group))].filter(
    (group) => group !== '',
  );
  const names = [
    ...sections.map(({ name }) => name),
    ...groupNames.map((group) => `apis/${group}`),
    ...Object.keys(otherPaths),
  ].sort();

  const nameOf: NameOf = (group, version, kind) => {
    const schema = registry.schema(group, version, kind);
    return schema === undefined ? undefined : { name: definitionName(group, version, kind, schema), schema };
  };

  const sectionPaths = (section: Section): readonly (readonly [Path, boolean])[] => {
    const { group, version, definitions } = section;
    const own = definitions.flatMap((definition): (readonly [Path, boolean])[] =>
      isBuiltIn(definition, version)
        ? pathsOf(definition, version, nameOf).map((path) => [path, false])
        : customPaths(inOwnVersion(definition, version), version).map((path) => [path, true]),
    );
    return isCustomSection(section) ? own : [[versionPath(group, version), false], ...own];
  };

  const groupsAnd = (section: Section | undefined) =>
    section === undefined ? sections : [{ ...section, group: '', version: 'v1' }, section];

  const schemasOf = (
    paths: readonly (readonly [Path, boolean])[],
    dialect: Dialect,
    section: Section | undefined,
  ): Node => {
    const roots = new Set<string>();
    for (const [path] of paths)
      for (const { body, answer } of path.operations) {
        if (body !== undefined) roots.add(body.definition);
        if (answer !== undefined) roots.add(answer);
      }
    // Custom resources are described apart, by what the scheme knows.
    const isApart = section !== undefined && isCustomSection(section);
    const custom = customNodes(section === undefined ? sections : [section], dialect, describe);
    const kinds = kindsOf(sections, isApart ? sections : groupsAnd(section), nameOf, custom, isApart);
    return collect([...roots], dialect, describe, kinds);
  };

  const v3Of = (paths: readonly (readonly [Path, boolean])[], section: Section | undefined): Node => {
    const schemas = schemasOf(paths, 'v3', section);
    if (section !== undefined && isCustomSection(section)) {
      const { title, version } = CUSTOM_INFO;
      return {
        openapi: '3.0.0',
        info: { title, version },
        paths: sortedPaths(paths, (path, isCustom) => pathNodeV3(path, { isCustom, cbor })),
        components: { schemas },
      };
    }
    return {
      openapi: '3.0.0',
      info: { title: info.title, version: info.version },
      paths: sortedPaths(paths, (path, isCustom) => pathNodeV3(path, { isCustom, cbor })),
      components: {
        ...(Object.keys(schemas).length === 0 ? {} : { schemas }),
        securitySchemes: { BearerToken: { ...SECURITY, description: BEARER } },
      },
    };
  };

  const outline = (name: string): readonly string[] | undefined => {
    const section = sections.find((one) => one.name === name);
    if (section === undefined) return [name];
    const { version, definitions } = section;
    if (definitions.some((definition) => !isBuiltIn(definition, version))) return undefined;
    return [
      name,
      ...definitions.map(({ resource, verbs, subresources }) =>
        [resource, ...verbs, ...subresources.map((one) => one.name)].join(),
      ),
    ];
  };

  return {
    names,
    outline,
    v3: (name) => {
      const section = sections.find((one) => one.name === name);
      if (section !== undefined) return v3Of(sectionPaths(section), section);
      const single = Object.hasOwn(otherPaths, name)
        ? otherPaths[name]
        : groupNames.includes(name.slice('apis/'.length)) && name.startsWith('apis/')
          ? groupPath(name.slice('apis/'.length))
          : undefined;
      return single === undefined ? undefined : v3Of([[single, false]], undefined);
    },
    v2: () => {
      const paths = [
        ...sections.flatMap(sectionPaths),
        ...[...groupNames.map(groupPath), ...Object.values(otherPaths)].map((path) => [path, false] as const),
      ];
      return {
        swagger: '2.0',
        info: { title: info.title, version: info.version },
        paths: sortedPaths(paths, (path, isCustom) => pathNodeV2(path, { isCustom, cbor })),
        definitions: schemasOf(paths, 'v2', undefined),
        securityDefinitions: { BearerToken: { description: BEARER, ...SECURITY } },
        security: [{ BearerToken: [] }],
      };
    },
  };
}

/** What the original calls its documents of custom resources. */
const CUSTOM_INFO = { title: 'Kubernetes CRD Swagger', version: 'v0.1.0' };

const isCustomSection = ({ definitions, version }: Section): boolean =>
  definitions.every((definition) => !isBuiltIn(definition, version));

/** The definitions of custom resources and of their lists. */
function customNodes(
  sections: readonly Section[],
  dialect: Dialect,
  describe: Descriptions,
): ReadonlyMap<string, Node> {
  return new Map(
    sections.flatMap(({ version, definitions }) =>
      definitions
        .filter((definition) => !isBuiltIn(definition, version))
        .flatMap((definition) => [...customDefinitions(definition, version, dialect, describe)]),
    ),
  );
}

const isBuiltIn = ({ group, kind }: ResourceDefinition, version: string): boolean =>
  builtInSchemas.kind(group, version, kind) !== undefined;

function sectionsOf(all: Iterable<ResourceDefinition>): readonly Section[] {
  const sections = new Map<string, Section & { readonly definitions: ResourceDefinition[] }>();
  for (const definition of all)
    for (const { version, served } of definition.versions) {
      if (!served) continue;
      const { group } = definition;
      const name = group === '' ? `api/${version}` : `apis/${apiVersionOf(group, version)}`;
      const section = sections.get(name) ?? { name, group, version, definitions: [] };
      sections.set(name, section);
      section.definitions.push(definition);
    }
  return [...sections.values()];
}

const sortedPaths = (
  paths: readonly (readonly [Path, boolean])[],
  nodeOf: (path: Path, isCustom: boolean) => Node,
): Node =>
  Object.fromEntries(
    paths
      .toSorted(([left], [right]) => (left.path < right.path ? -1 : 1))
      .map(([path, isCustom]) => [path.path, nodeOf(path, isCustom)]),
  );

/** Groups of the scheme that clients do not know; documents of custom resources are made with theirs. */
const SERVERS_OWN = new Set([
  'admission.k8s.io',
  'apiextensions.k8s.io',
  'apiregistration.k8s.io',
  'imagepolicy.k8s.io',
]);

/** Which kinds of the given sections a definition stands for; and the definitions that only a custom resource has. */
interface Kinds {
  readonly of: ReadonlyMap<string, readonly Node[]>;
  readonly custom: ReadonlyMap<string, Node>;
}

function kindsOf(
  all: readonly Section[],
  shown: readonly Section[],
  nameOf: NameOf,
  custom: Kinds['custom'],
  isApart = false,
): Kinds {
  const of = new Map<string, Node[]>();
  const add = (group: string, version: string, kind: string) => {
    const named = nameOf(group, version, kind);
    if (named === undefined) return;
    if (named.schema.name === undefined) return;
    const kinds = of.get(named.name) ?? [];
    of.set(named.name, kinds);
    if (!kinds.some((one) => one['group'] === group && one['version'] === version && one['kind'] === kind))
      kinds.push({ group, kind, version });
  };
  for (const { group, version } of shown) {
    for (const kind of EVERYWHERE) add(group, version, kind);
    for (const kind of builtInSchemas.kinds(group, version)) add(group, version, kind);
  }
  // No section at all is meant: the document tells of whatever the scheme knows.
  if (shown === all)
    for (const kind of EVERYWHERE) {
      const { name = '' } = nameOf('', 'v1', kind) ?? {};
      const schemes = Object.entries(schemeVersions).filter(([group]) => !isApart || !SERVERS_OWN.has(group));
      const known = schemes.flatMap(([group, versions]) => versions.map((version) => ({ group, kind, version })));
      const others = (isApart ? [] : (of.get(name) ?? [])).filter(
        (one) => !known.some((own) => kindKey(own) === kindKey(one)),
      );
      of.set(name, [...others, ...known]);
    }
  for (const kinds of of.values()) kinds.sort((left, right) => (kindKey(left) < kindKey(right) ? -1 : 1));
  for (const { group, version, definitions } of all)
    for (const { kind, listKind, subresources } of definitions) {
      add(group, version, kind);
      add(group, version, listKind);
      for (const { kind: foreign } of subresources)
        if (foreign !== undefined) add(foreign.group, foreign.version, foreign.kind);
    }
  return { of, custom };
}

const kindKey = ({ group, version, kind }: Node): string => `${group}/${version}/${kind}`;

/** The definitions that the roots are made of, by name. */
function collect(roots: readonly string[], dialect: Dialect, describe: Descriptions, { of, custom }: Kinds): Node {
  const found = new Map<string, Node>();
  const queue = [...roots];
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    if (found.has(name)) continue;
    const plain = plainDefinition(name, dialect);
    if (plain !== undefined) {
      const description = describe(name);
      found.set(name, description === undefined ? plain : { description, ...plain });
      continue;
    }
    const own = custom.get(name);
    if (own !== undefined) {
      found.set(name, own);
      queue.push(...references(own));
      continue;
    }
    const schema = named(name);
    if (schema === undefined) continue;
    found.set(name, definitionNode({ ...schema, name }, dialect, describe, of.get(name) ?? []));
    for (const { schema: field } of schema.fields)
      queue.push(...(referenced(field) === undefined ? [] : [referenced(field)!]));
  }
  return Object.fromEntries([...found].sort(([left], [right]) => (left < right ? -1 : 1)));
}

/** Names of the definitions that a node speaks of. */
const references = (node: Node): readonly string[] =>
  [...stringify(node).matchAll(/"\$ref":"#\/(?:definitions|components\/schemas)\/([^"]+)"/g)].map(([, name]) => name!);

function named(name: string): ObjectSchema | undefined {
  const [group, version, kind] = name.split('.').slice(-3);
  if (name.startsWith(`${META}.`)) return builtInSchemas.definition(`meta/v1.${kind}`);
  const isKnown = name.startsWith('io.k8s.api.') || /^io\.k8s\.(apiextensions-apiserver|kube-aggregator)\./.test(name);
  return isKnown ? builtInSchemas.definition(`${group}/${version}.${kind}`) : undefined;
}
