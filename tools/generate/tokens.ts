import { packageOfGroup } from './facts.ts';
import type { Recorded } from './inputs.ts';

/** A typed token for every stored resource, in its most preferred version: `export const pods: ResourceToken<Pod>`. */
export function tokensOf(recorded: Recorded): string {
  const imports: string[] = [];
  const tokens: string[] = [];
  const taken = new Set<string>();
  for (const { metadata, versions } of recorded.discovery.items)
    for (const { version, resources } of versions)
      for (const { resource, responseKind, scope, verbs } of resources) {
        const group = metadata.name ?? '';
        const id = `${group}/${resource}`;
        if (taken.has(id)) continue;
        taken.add(id);
        const { kind } = responseKind;
        const clash = taken.has(`name ${kind}`);
        taken.add(`name ${kind}`);
        const type = clash ? `${capital(group.split('.')[0]!)}${kind}` : kind;
        imports.push(
          `import type { ${clash ? `${kind} as ${type}` : kind} } from '#core/api/types/${packageOfGroup(group, version)}';`,
        );
        const name = clash ? `${group.split('.')[0]}${capital(camel(kind, resource))}` : camel(kind, resource);
        tokens.push(
          `export const ${name}: ResourceToken<${type}> = { group: '${group}', version: '${version}', resource: '${resource}', kind: '${kind}', namespaced: ${scope === 'Namespaced'} };`,
        );
        void verbs;
      }
  return `${["import type { ResourceToken } from '#core/api/definition';", ...imports].join('\n')}\n\n${tokens.join('\n')}\n`;
}

const capital = (word: string) => word[0]!.toUpperCase() + word.slice(1);

/** The resource with its kind's capitals: `configmaps`, `ConfigMap` → `configMaps`; `CSIDriver` → `csiDrivers`. */
function camel(kind: string, resource: string): string {
  const head = /^([A-Z]+)(?=[A-Z][a-z]|$)|^[A-Z]/.exec(kind)?.[0] ?? '';
  const cased = head.toLowerCase() + kind.slice(head.length);
  let common = 0;
  while (common < cased.length && cased[common]!.toLowerCase() === resource[common]) common++;
  return cased.slice(0, common) + resource.slice(common);
}
