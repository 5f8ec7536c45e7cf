import { readFileSync } from 'node:fs';
import { builtInDefaults } from '#core/api/defaults';
import { builtInSchemas, type StrategyContext } from '#core/api/definition';
import { featureGates } from '#core/api/gates';
import { detailedDefinitions } from '#core/api/details';
import type { JsonObject } from '#core/base';
import { dnsSubdomainProblems, objectName } from '#core/machinery/names';
import { type KubeObject, parseApiVersion } from '#core/machinery/object';
import { normalise } from '#core/machinery/schema';
import { metadataProblems, metadataUpdateProblems } from '#core/machinery/validation';

/** Faulty objects that the original's server was given, and the causes of its refusals (none where it accepted). */
export interface Recorded {
  readonly it: string;
  readonly object: KubeObject;
  readonly old?: KubeObject;
  readonly subresource?: string;
  readonly causes: readonly string[];
  /** The original told them in an order of chance. */
  readonly anyOrder?: boolean;
}

const file = (name: string) => JSON.parse(readFileSync(new URL(name, import.meta.url), 'utf8')) as readonly Recorded[];
export const recorded: readonly Recorded[] = [
  ...file('recorded.json').map((one) => ({ ...one, anyOrder: true })),
  ...file('recorded-kinds.json'),
];
const gates = featureGates();
const defaults = builtInDefaults({ gates, now: () => 0 });
const definitions = detailedDefinitions();
const subdomain = objectName(dnsSubdomainProblems);

function decoded(object: KubeObject): KubeObject {
  const { group, version } = parseApiVersion(object.apiVersion);
  const schema = builtInSchemas.kind(group, version, object.kind)!;
  const { value } = normalise(schema, object as unknown as JsonObject);
  return defaults(value, group, version, object.kind) as unknown as KubeObject;
}

/** The uid of an object that the original was about to create is random; it is recorded as this. */
const UID = 'UID';

/** What we say of it. */
export function problemsOf({ object, old, subresource = '' }: Recorded): readonly string[] {
  const { group } = parseApiVersion(object.apiVersion);
  const { strategy, namespaced } = definitions.find((one) => one.group === group && one.kind === object.kind)!;
  const context: StrategyContext = { now: 0, subresource, gates, user: 'someone' };
  const next = decoded(object);
  const problems = [];
  if (old === undefined) {
    const metadata = { ...next.metadata, uid: UID, ...(namespaced ? { namespace: 'default' } : {}) };
    const placed = { ...next, metadata };
    const created = strategy.prepareForCreate?.(placed, context) ?? placed;
    const validateName = strategy.validateName ?? subdomain;
    problems.push(...metadataProblems(created, { namespaced, validateName, standardFinalizers: true }));
    problems.push(...(strategy.validateCreate?.(created, context) ?? []));
  } else {
    const before = decoded(old);
    const updated = strategy.prepareForUpdate?.(next, before, context) ?? next;
    problems.push(
      ...metadataUpdateProblems(updated, before),
      ...(strategy.validateUpdate?.(updated, before, context) ?? []),
    );
  }
  return problems.map(({ path, message }) => `${path}: ${message}`);
}

/**
 * A problem without the object that it shows: the original prints whole objects in the shape that they have in its memory,
 * which no client can read back; an empty one is null to us, since what is empty is not kept.
 */
export const told = (cause: string): string =>
  cause
    .replace(/((?:Invalid|Unsupported|Duplicate) value: )(?:[{[].*[}\]]|null)(?=: |$)/s, '$1…')
    .replace(/\n(?:@@|changed: )[\s\S]*$/, '\n');
