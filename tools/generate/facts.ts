import { createHash } from 'node:crypto';
import type { OpenApiSchema, Recorded, Reflected, ReflectedField } from './inputs.ts';

/** What a field's facts hold beyond name, type, tag and flags; see `core/machinery/schema/facts.ts` for the reader. */
type Extras = Record<string, unknown>;

const PREFIXES: readonly [string, string][] = [
  ['io.k8s.api.', ''],
  ['io.k8s.apimachinery.pkg.apis.meta.v1.', 'meta/v1.'],
  ['io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.', 'apiextensions/v1.'],
  ['io.k8s.kube-aggregator.pkg.apis.apiregistration.v1.', 'apiregistration/v1.'],
];

/** `io.k8s.api.core.v1.PodSpec` → `core/v1.PodSpec`. */
export function shortName(definition: string): string {
  for (const [prefix, short] of PREFIXES)
    if (definition.startsWith(prefix)) {
      const rest = definition.slice(prefix.length);
      return short === '' ? rest.replace('.', '/') : short + rest;
    }
  throw new Error(`no short name for ${definition}`);
}

export const packageOf = (short: string) => short.slice(0, short.indexOf('.'));
export const bare = (short: string) => short.slice(short.indexOf('.') + 1);

/** The type as facts name it: `[]core/v1.Container`, `{}string`, local names without their package. */
function typeName(type: string, home: string): string {
  const inner = /^(\[\]|\{\}|wrapped)/.exec(type)?.[0];
  if (inner !== undefined) return inner + typeName(type.slice(inner.length), home);
  if (!type.startsWith('io.k8s.')) return type;
  const short = shortName(type);
  return packageOf(short) === home ? bare(short) : short;
}

const isZero = (value: unknown) =>
  value === '' ||
  value === 0 ||
  value === false ||
  (typeof value === 'object' && value !== null && Object.keys(value).length === 0);

/** The facts of a field that only OpenAPI has, in few letters. */
function extrasOf(field: ReflectedField, schema: OpenApiSchema | undefined, gates: ReadonlySet<string>): Extras {
  const extras: Extras = {};
  const add = (key: string, value: unknown) => value !== undefined && (extras[key] = value);
  add('within', field.within);
  add('strategy', field.patchStrategy?.split(','));
  add('mergeKey', field.patchMergeKey);
  // Some comments name gates that are no more, or never were.
  if (field.gate?.split(',').every((gate) => gates.has(gate)) === true) add('gate', field.gate);
  add('go', field.go);
  add('embedded', field.embedded);
  if (schema === undefined) return extras;
  const listType = schema['x-kubernetes-list-type'];
  add('list', listType);
  add('keys', schema['x-kubernetes-list-map-keys']);
  add('map', schema['x-kubernetes-map-type']);
  add('enum', schema.enum ?? schema.items?.enum ?? schema.additionalProperties?.enum);
  // Go's own zero values are published as defaults too; kept is what somebody asked for.
  const isAsked = typeof schema.default !== 'object' && (field.pointer === true || field.omitempty === true);
  if (schema.default !== undefined && (isAsked || !isZero(schema.default))) extras['default'] = schema.default;
  return extras;
}

export function definitionFacts(
  reflected: Reflected,
  recorded: Recorded,
  served: ReadonlySet<string>,
  gates: ReadonlySet<string>,
) {
  const packages = new Map<string, { kinds: Record<string, string>; definitions: Record<string, unknown> }>();
  const packageNamed = (name: string) => {
    const found = packages.get(name) ?? { kinds: {}, definitions: {} };
    packages.set(name, found);
    return found;
  };
  for (const [definition, { fields }] of Object.entries(reflected.definitions)) {
    const short = shortName(definition);
    const home = packageOf(short);
    if (!served.has(home)) continue;
    const schema = recorded.schemas[definition];
    const facts: Record<string, unknown> = {
      fields: fields.map((field) => {
        const flags =
          (field.pointer ? 'p' : '') +
          (field.omitempty ? 'o' : '') +
          (field.omitzero ? 'z' : '') +
          (schema?.required?.includes(field.name) ? 'r' : '') +
          (field.wrapped ? 'w' : '');
        const extras = extrasOf(field, schema?.properties?.[field.name], gates);
        const fact: unknown[] = [field.name, typeName(field.type, home), field.tag ?? 0, flags];
        if (Object.keys(extras).length > 0) fact.push(extras);
        return fact;
      }),
    };
    if (schema?.['x-kubernetes-map-type'] !== undefined) facts['map'] = schema['x-kubernetes-map-type'];
    if (schema?.['x-kubernetes-unions'] !== undefined) facts['unions'] = schema['x-kubernetes-unions'];
    packageNamed(home).definitions[bare(short)] = facts;
  }
  for (const { group, version, kind, definition } of reflected.kinds) {
    const home = packageOfGroup(group, version);
    if (served.has(home)) packageNamed(home).kinds[kind] = typeName(definition, home);
  }
  return packages;
}

/** Go's package of a group: `rbac.authorization.k8s.io` lies in `rbac`. */
export const packageOfGroup = (group: string, version: string) =>
  `${group === '' ? 'core' : group === 'internal.apiserver.k8s.io' ? 'apiserverinternal' : group.split('.')[0]}/${version}`;

const storageHash = (group: string, version: string, kind: string) =>
  createHash('sha256').update(`${group}/${version}/${kind}`).digest().subarray(0, 8).toString('base64');

/** Every resource with its versions in order of preference, as `core/api/definition` builds definitions from it. */
export function resourceFacts(recorded: Recorded) {
  const served = new Set(recorded.served);
  const resources = new Map<string, Record<string, unknown> & { versions: unknown[] }>();
  const groups: string[] = [];
  for (const { metadata, versions } of recorded.discovery.items) {
    const group = metadata.name ?? '';
    groups.push(group);
    for (const { version, resources: found } of versions)
      for (const one of found) {
        const id = `${group}/${one.resource}`;
        const hash =
          recorded.storageHashes[group === '' ? `${version}/${one.resource}` : `${group}/${version}/${one.resource}`];
        const storage =
          hash === undefined
            ? undefined
            : recorded.discovery.items
                .flatMap((item) => item.versions.map((v) => [item.metadata.name ?? '', v.version] as const))
                .find(([g, v]) => storageHash(g, v, one.responseKind.kind) === hash);
        const verbs = [...one.verbs];
        const subresources = (one.subresources ?? []).map(
          ({ subresource, responseKind, verbs: does, acceptedTypes }) => ({
            name: subresource,
            verbs: does,
            ...(responseKind === undefined || responseKind.kind === one.responseKind.kind
              ? {}
              : {
                  // Without a version it is one of the resource's own group.
                  kind:
                    responseKind.version === ''
                      ? { group, version, kind: responseKind.kind }
                      : { group: responseKind.group, version: responseKind.version, kind: responseKind.kind },
                }),
            ...(acceptedTypes === undefined ? {} : { accepts: acceptedTypes }),
          }),
        );
        const known = resources.get(id) ?? {
          group,
          resource: one.resource,
          singular: one.singularResource,
          kind: one.responseKind.kind,
          ...(one.shortNames === undefined ? {} : { shortNames: one.shortNames }),
          ...(one.categories === undefined ? {} : { categories: one.categories }),
          namespaced: one.scope === 'Namespaced',
          verbs,
          subresources,
          ...(storage === undefined ? {} : { storage }),
          versions: [],
        };
        if (JSON.stringify([known['verbs'], known['subresources']]) !== JSON.stringify([verbs, subresources]))
          throw new Error(`${id} differs by version`);
        known.versions.push([version, served.has(`${group}/${version}/${one.resource}`)]);
        resources.set(id, known);
      }
  }
  return { groups, resources: [...resources.values()] };
}
