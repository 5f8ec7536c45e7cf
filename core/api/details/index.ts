import { columns } from '#core/api/columns';
import { conversions } from '#core/api/convert';
import { builtInDefinitions, type ResourceDefinition } from '#core/api/definition';
import { selectableFields } from './fields.ts';
import { strategyOf } from './strategies.ts';

export { type Validation, validationOf } from './strategies.ts';

/** An event is forgotten after an hour. */
const EVENT_LIFE = 60 * 60 * 1000;

/** Every built-in resource with all that is known of it: its strategy, selectable fields, columns. */
export function detailedDefinitions(): readonly ResourceDefinition[] {
  return builtInDefinitions().map((definition) => {
    const id = `${definition.group}/${definition.resource}`;
    const fields = selectableFields[id];
    const shown = columns[id];
    return {
      ...definition,
      strategy: strategyOf(definition),
      ...(fields === undefined ? {} : { selectableFields: fields }),
      ...(shown === undefined ? {} : { columns: () => shown }),
      ...(conversions[id] === undefined ? {} : { convert: conversions[id] }),
      ...(definition.kind === 'Event' ? { expiresAfter: EVENT_LIFE } : {}),
    };
  });
}
