import type { ObjectSchema } from '#core/machinery/schema';
import { builtInSchemas } from './built-in.ts';
import type { Registry, ResourceDefinition } from './definition.ts';

/** Finds definitions by name and by kind; where two claim one name the first has it. */
export function registryOf(all: readonly ResourceDefinition[]): Registry {
  const byResource = new Map<string, ResourceDefinition>();
  const byKind = new Map<string, ResourceDefinition>();
  for (const definition of all) {
    const resource = `${definition.group}/${definition.resource}`;
    const kind = `${definition.group}/${definition.kind}`;
    if (!byResource.has(resource)) byResource.set(resource, definition);
    if (!byKind.has(kind)) byKind.set(kind, definition);
  }
  const kindNamed = (group: string, kind: string) => byKind.get(`${group}/${kind}`);
  return {
    all,
    resource: (group, resource) => byResource.get(`${group}/${resource}`),
    kind: kindNamed,
    schema: (group, version, kind): ObjectSchema | undefined =>
      kindNamed(group, kind)?.versions.find((one) => one.version === version)?.schema ??
      builtInSchemas.kind(group, version, kind),
  };
}
