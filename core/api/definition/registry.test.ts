import { expect, test } from 'vitest';
import { builtInDefinitions } from './built-in.ts';
import { registryOf } from './registry.ts';

const all = builtInDefinitions();
const registry = registryOf(all);

test('serves by default what the original serves', () => {
  const served = all.filter(({ versions }) => versions.some((version) => version.served));
  const versions = served.flatMap((one) =>
    one.versions.filter((v) => v.served).map((v) => `${one.group}/${v.version}`),
  );
  expect(served.length).toBe(67);
  expect(new Set(versions).size).toBe(22);
});

test('every version of every resource has a schema with metadata', () => {
  for (const { versions, group, resource } of all)
    for (const { schema, version } of versions)
      expect(schema.byName.has('metadata'), `${group}/${version} ${resource}`).toBe(true);
});

test('finds by name and by kind, and kinds that are no resource', () => {
  expect(registry.resource('apps', 'deployments')).toBe(registry.kind('apps', 'Deployment'));
  expect(registry.resource('', 'deployments')).toBeUndefined();
  expect(registry.schema('autoscaling', 'v1', 'Scale')?.name).toBe('io.k8s.api.autoscaling.v1.Scale');
  expect(registry.schema('apps', 'v1', 'DeleteOptions')?.byName.has('propagationPolicy')).toBe(true);
  expect(registry.schema('', 'v1', 'Nothing')).toBeUndefined();
});

test('events have one place for both of their groups', () => {
  expect(registry.resource('events.k8s.io', 'events')?.storage).toBe(registry.resource('', 'events')?.storage);
});
