import { builtInDefinitions, type ResourceDefinition } from '#core/api/definition';

/** A resource in one of the versions that are served by default. */
export interface Served {
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly kind: string;
  readonly namespaced: boolean;
  readonly definition: ResourceDefinition;
  /** `/apis/apps/v1`. */
  readonly root: string;
  /** Where its objects are; in the scenario's namespace if it has namespaces. */
  readonly collection: string;
  /** Over all namespaces. */
  readonly everywhere: string;
}

/** Every resource that both servers serve by default, in all of its versions. */
export const served: readonly Served[] = builtInDefinitions().flatMap((definition) =>
  definition.versions
    .filter((one) => one.served)
    .map(({ version }) => {
      const { group, resource, kind, namespaced } = definition;
      const root = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
      const everywhere = `${root}/${resource}`;
      const collection = namespaced ? `${root}/namespaces/{{ns}}/${resource}` : everywhere;
      return { group, version, resource, kind, namespaced, definition, root, collection, everywhere };
    }),
);

/** Those that can be listed. */
export const listed: readonly Served[] = served.filter(({ definition }) => definition.verbs.includes('list'));
