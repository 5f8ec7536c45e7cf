import type { Registry } from '#core/api/definition';
import type { ApiResource } from './definition.ts';

/** What a server in the same process serves, each resource in the version that it prefers. */
export function registryResources(registry: Registry): readonly ApiResource[] {
  const found: ApiResource[] = [];
  for (const { group, resource, kind, namespaced, verbs, versions } of registry.all) {
    const served = versions.find((one) => one.served);
    if (served !== undefined && verbs.length > 0) {
      found.push({ group, version: served.version, resource, kind, namespaced, verbs });
    }
  }
  return found;
}
