import { builtInDefinitions, type ResourceDefinition } from '#core/api/definition';
import { selectableFields } from './fields.ts';
import { strategyOf } from './strategies.ts';

/** An event is forgotten after an hour. */
const EVENT_LIFE = 60 * 60 * 1000;

/** Every built-in resource with all that is known of it: its strategy, selectable fields, columns. */
export function detailedDefinitions(): readonly ResourceDefinition[] {
  return builtInDefinitions().map((definition) => {
    const id = `${definition.group}/${definition.resource}`;
    const fields = selectableFields[id];
    return {
      ...definition,
      strategy: strategyOf(definition),
      ...(fields === undefined ? {} : { selectableFields: fields }),
      ...(definition.kind === 'Event' ? { expiresAfter: EVENT_LIFE } : {}),
    };
  });
}
