import type { JsonObject } from '#core/base';
import { kinds, type Kind, NAMESPACE } from '../generated/kinds.ts';
import { skeletons } from '../generated/skeletons.ts';
import type { Scenario } from '../scenario.ts';
import { life, type Subject } from './life.ts';

/** Kinds that the original's server writes to by itself, at times of its own choice, and how one knows that it has. */
const settles: Readonly<Record<string, NonNullable<Subject['settles']>>> = {
  APIService: { made: '"type":"Available"' },
  CustomResourceDefinition: { made: '"reason":"InitialNamesAccepted"', removed: '"InstanceDeletionCompleted"' },
  FlowSchema: { made: '"type":"Dangling"' },
};

/** The life of an object of every kind. */
export const lives: readonly Scenario[] = kinds().map((kind) => ({
  name: `life-${kind.id
    .toLowerCase()
    .replace(/registration|[.]k8s[.]io/g, '')
    .replaceAll(/[^a-z0-9]+/g, '-')}`,
  steps: life(subjectOf(kind)),
}));

function subjectOf(kind: Kind): Subject {
  const { verbs, subresources } = kind;
  const bodies = (inNamespace(skeletons[kind.id]!) as readonly JsonObject[]).map((body, n) => named(kind, n, body));
  const settling = settles[kind.kind];
  return {
    collection: kind.collection.replace(/\/namespaces\/[^/]+/, '/namespaces/{{ns}}'),
    name: kind.nameOf(0),
    verbs,
    subresources,
    bodies: bodies as [JsonObject, ...JsonObject[]],
    hasProtobuf: true,
    touchesOthers: kind.stored === 'metadata',
    ...(settling === undefined ? {} : { settles: settling }),
  };
}

function named(kind: Kind, n: number, body: JsonObject): JsonObject {
  const { metadata, ...rest } = body;
  const name = { name: kind.nameOf(n) };
  return {
    apiVersion: kind.apiVersion,
    kind: kind.kind,
    metadata: n === 0 ? name : { ...name, ...(metadata as JsonObject) },
    ...rest,
  };
}

/** The skeletons name the namespace of the generated cases. */
function inNamespace(bodies: readonly JsonObject[]): unknown {
  return JSON.parse(JSON.stringify(bodies).replaceAll(`"${NAMESPACE}"`, '"{{ns}}"'));
}
