import { columns } from '#core/api/columns';
import { conversions } from '#core/api/convert';
import { builtInDefinitions, type ResourceDefinition } from '#core/api/definition';
import { selectableFields } from './fields.ts';
import { strategyOf } from './strategies.ts';

export { type Validation, validationOf } from './strategies.ts';

/** An event is forgotten after an hour. */
const EVENT_LIFE = 60 * 60 * 1000;

/** Versions whose use is answered with a warning, by `GROUP/VERSION RESOURCE`. Upstream: staging/src/k8s.io/api, its lifecycle markers. */
const deprecated: Readonly<Record<string, string>> = {
  '/v1 endpoints': 'v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice',
  '/v1 componentstatuses': 'v1 ComponentStatus is deprecated in v1.19+',
};

/** The version with the warning that belongs to it, its schema still made when asked for. */
function warned(definition: ResourceDefinition): Pick<ResourceDefinition, 'versions'> {
  const told = (version: string) => deprecated[`${definition.group}/${version} ${definition.resource}`];
  if (!definition.versions.some(({ version }) => told(version) !== undefined)) return definition;
  const versions = definition.versions.map((one) => {
    const warning = told(one.version);
    return warning === undefined
      ? one
      : {
          version: one.version,
          served: one.served,
          deprecated: warning,
          get schema() {
            return one.schema;
          },
        };
  });
  return { versions };
}

/** Every built-in resource with all that is known of it: its strategy, selectable fields, columns. */
export function detailedDefinitions(): readonly ResourceDefinition[] {
  return builtInDefinitions().map((definition) => {
    const id = `${definition.group}/${definition.resource}`;
    const fields = selectableFields[id];
    const shown = columns[id];
    return {
      ...definition,
      versions: warned(definition).versions,
      strategy: strategyOf(definition),
      ...(fields === undefined ? {} : { selectableFields: fields }),
      ...(shown === undefined ? {} : { columns: () => shown }),
      ...(conversions[id] === undefined ? {} : { convert: conversions[id] }),
      ...(definition.kind === 'Event' ? { expiresAfter: EVENT_LIFE } : {}),
    };
  });
}
