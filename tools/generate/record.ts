/**
 * Records what only a running kube-apiserver tells: which resources it serves by default, and, with every gate and version
 * on, the discovery documents and OpenAPI schemas (enums, list types, defaults, required fields) without their prose.
 *
 *     run --port 16443                                                             (the default server)
 *     run --port 16543 -- --runtime-config=api/all=true --feature-gates=AllAlpha=true,AllBeta=true
 *     node record.ts https://127.0.0.1:16443 https://127.0.0.1:16543 TOKEN
 */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import type { Discovery, OpenApiSchema, Recorded } from './inputs.ts';

const AGGREGATED = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
const [byDefault, everything, token] = process.argv.slice(2);
if (byDefault === undefined || everything === undefined || token === undefined)
  throw new Error('usage: node record.ts DEFAULT_SERVER SERVER_WITH_EVERYTHING_ON TOKEN');

const get = (server: string, path: string, accept = 'application/json') =>
  JSON.parse(
    execFileSync('curl', ['-sk', '-H', `Authorization: Bearer ${token}`, '-H', `Accept: ${accept}`, server + path], {
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    }),
  );
const discovery = (server: string): Discovery => ({
  items: [...get(server, '/api', AGGREGATED).items, ...get(server, '/apis', AGGREGATED).items],
});

function withoutProse(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutProse);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, inner]) => key !== 'description' || typeof inner !== 'string')
      .map(([key, inner]) => [key, withoutProse(inner)]),
  );
}

const schemas: Record<string, OpenApiSchema> = {};
const storageHashes: Record<string, string> = {};
for (const [path, { serverRelativeURL }] of Object.entries<{ serverRelativeURL: string }>(
  get(everything, '/openapi/v3').paths,
)) {
  const document = get(everything, serverRelativeURL);
  for (const [name, schema] of Object.entries(document.components?.schemas ?? {}))
    schemas[name] = withoutProse(schema) as OpenApiSchema;
  if (path === 'api/v1' || path.split('/').length === 3)
    for (const resource of get(everything, `/${path}`).resources ?? [])
      if (resource.storageVersionHash !== undefined)
        storageHashes[`${path.replace(/^apis?\//, '')}/${resource.name}`] = resource.storageVersionHash;
}
const served = discovery(byDefault).items.flatMap(({ metadata, versions }) =>
  versions.flatMap(({ version, resources }) =>
    resources.map(({ resource }) => `${metadata.name ?? ''}/${version}/${resource}`),
  ),
);
const recorded: Recorded = { served, discovery: discovery(everything), storageHashes, schemas };
writeFileSync(new URL('inputs/recorded.json', import.meta.url), `${JSON.stringify(recorded)}\n`);
