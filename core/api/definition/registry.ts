import type { ObjectSchema } from '#core/machinery/schema';
import { builtInSchemas } from './built-in.ts';
import type { OpenRegistry, Registry, ResourceDefinition } from './definition.ts';

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

/** Resources that come and go beside those of another registry, which have precedence. In the order of their groups and names. */
export function openRegistry(builtIn: Registry): OpenRegistry {
  const own = new Map<string, ResourceDefinition>();
  const followers: ((gone: ResourceDefinition) => void)[] = [];
  let all: readonly ResourceDefinition[] = [...builtIn.all];
  let custom = registryOf([]);
  const changed = (gone: ResourceDefinition | undefined) => {
    const names = [...own.keys()].sort();
    custom = registryOf(names.map((name) => own.get(name)!));
    all = [...builtIn.all, ...custom.all];
    if (gone !== undefined) for (const tell of followers) tell(gone);
  };
  return {
    get all() {
      return all;
    },
    resource: (group, resource) => builtIn.resource(group, resource) ?? custom.resource(group, resource),
    kind: (group, kind) => builtIn.kind(group, kind) ?? custom.kind(group, kind),
    schema: (group, version, kind) =>
      custom.kind(group, kind) === undefined
        ? builtIn.schema(group, version, kind)
        : (builtIn.schema(group, version, kind) ?? custom.schema(group, version, kind)),
    serve(definition) {
      const { group, resource } = definition;
      if (builtIn.resource(group, resource) !== undefined) return;
      const id = `${group}/${resource}`;
      const before = own.get(id);
      own.set(id, definition);
      changed(before);
    },
    withdraw(group, resource) {
      const id = `${group}/${resource}`;
      const before = own.get(id);
      if (own.delete(id)) changed(before);
    },
    follow: (gone) => void followers.push(gone),
  };
}
