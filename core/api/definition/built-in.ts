import { facts, resources } from '#core/api/facts';
import { schemaSource, type ObjectSchema, type SchemaSource } from '#core/machinery/schema';
import type { ResourceDefinition, ServedVersion, Subresource, Verb } from './definition.ts';

/** The schemas of every kind of v1.36, on by default or not. Parsed on first use. */
export const builtInSchemas: SchemaSource = schemaSource(facts);

interface ResourceFacts {
  readonly group: string;
  readonly resource: string;
  readonly singular: string;
  readonly kind: string;
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
  readonly namespaced: boolean;
  readonly verbs: readonly Verb[];
  readonly subresources: readonly Subresource[];
  /** Group and version of what is stored; absent where nothing is. */
  readonly storage?: readonly [group: string, version: string];
  /** In order of preference, and whether it is served by default. */
  readonly versions: readonly (readonly [version: string, served: boolean])[];
}

/** What is written by hand of a resource: its strategy, columns, selectable fields. By `GROUP/RESOURCE`: `apps/deployments`, `/pods`. */
export type Details = Readonly<Record<string, Partial<ResourceDefinition>>>;

/**
 * Every built-in resource of v1.36, in discovery's order; those off by default have no version with `served`. The schemas
 * are built when asked for.
 */
export function builtInDefinitions(details: Details = {}): readonly ResourceDefinition[] {
  const { resources: all } = JSON.parse(resources) as { readonly resources: readonly ResourceFacts[] };
  return all.map((one) => {
    const id = `${one.group}/${one.resource}`;
    const [storageGroup, storageVersion] = one.storage ?? [one.group, one.versions[0]![0]];
    return {
      group: one.group,
      resource: one.resource,
      singular: one.singular,
      kind: one.kind,
      listKind: `${one.kind}List`,
      shortNames: one.shortNames ?? [],
      categories: one.categories ?? [],
      namespaced: one.namespaced,
      verbs: one.verbs,
      versions: one.versions.map(([version, served]) => servedVersion(one.group, version, one.kind, served)),
      storageVersion,
      storage: `${storageGroup}/${one.resource}/`,
      subresources: one.subresources,
      strategy: {},
      ...(Object.hasOwn(details, id) ? details[id] : {}),
    };
  });
}

/** What clients are warned of; upstream: the APILifecycle methods beside each type, k8s.io/api. */
const DEPRECATED: Readonly<Record<string, string>> = {
  '/v1 ComponentStatus': 'v1 ComponentStatus is deprecated in v1.19+',
  '/v1 Endpoints': 'v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice',
};

function servedVersion(group: string, version: string, kind: string, served: boolean): ServedVersion {
  const deprecated = DEPRECATED[`${group}/${version} ${kind}`];
  return {
    version,
    served,
    ...(deprecated === undefined ? {} : { deprecated }),
    get schema(): ObjectSchema {
      const schema = builtInSchemas.kind(group, version, kind);
      if (schema === undefined) throw new Error(`no facts of ${group}/${version} ${kind}`);
      return schema;
    },
  };
}
