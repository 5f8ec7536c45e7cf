import type { JsonObject } from '#core/base';
import { kinds, type Kind, NAMESPACE } from '../generated/kinds.ts';
import { skeletons } from '../generated/skeletons.ts';
import type { Scenario, Step } from '../scenario.ts';
import { APPLY, JSON_PATCH, MERGE_PATCH, METADATA, PROTOBUF, STRATEGIC_PATCH, TABLE, YAML } from './accept.ts';
import { get, patch, post, put, remove } from './steps.ts';

/** Kinds that the original's server writes to by itself, at times of its own choice. */
const RESTLESS = new Set([
  'CustomResourceDefinition',
  'APIService',
  'FlowSchema',
  'PriorityLevelConfiguration',
  'ServiceCIDR',
]);

/** The life of an object of every kind: made, read in every form, changed in every way, deleted with every policy. */
export const lives: readonly Scenario[] = kinds()
  .filter(({ kind }) => !RESTLESS.has(kind))
  .map((kind) => ({
    name: `life-${kind.id
      .toLowerCase()
      .replace(/registration|[.]k8s[.]io/g, '')
      .replaceAll(/[^a-z0-9]+/g, '-')}`,
    steps: stepsOf(kind),
  }));

function stepsOf(kind: Kind): readonly Step[] {
  const collection = kind.collection.replace(/\/namespaces\/[^/]+/, '/namespaces/{{ns}}');
  const bodies = (inNamespace(skeletons[kind.id]!) as readonly JsonObject[]).map((body, n) => named(kind, n, body));
  const [first] = bodies as [JsonObject];
  const name = kind.nameOf(0);
  const path = `${collection}/${name}`;
  const can = (verb: string) => kind.verbs.some((one) => one === verb);
  const steps: Step[] = bodies.map((body) => post(`${collection}?dryRun=All`, body));
  if (!can('get') || !can('update'))
    return [...steps, post(collection, first), get(collection), get(path), remove(path)];

  steps.push(
    post(collection, first, { save: { rv: 'metadata.resourceVersion', uid: 'metadata.uid' } }),
    post(collection, first),
    get(path),
    get(path, { headers: TABLE }),
    get(path, { headers: YAML }),
    get(path, { headers: PROTOBUF }),
    get(path, { headers: METADATA }),
    get(`${collection}?fieldSelector=metadata.name%3D${name}`),
    get(`${collection}?fieldSelector=metadata.name%3D${name}`, { headers: TABLE }),
    get(`${collection}?fieldSelector=spec.nothing%3Dx`),
    get(`${collection}/absent`),
    put(path, withMetadata(first, { resourceVersion: '{{rv}}' })),
    put(path, withMetadata(first, { resourceVersion: '{{rv}}', labels: { changed: 'yes' } }), {
      save: { rv2: 'metadata.resourceVersion' },
    }),
    put(path, withMetadata(first, { resourceVersion: '{{rv}}', labels: { changed: 'again' } })),
    put(`${collection}/other`, withMetadata(first, { resourceVersion: '{{rv}}' })),
    put(path, withMetadata(first, { uid: '11111111-2222-3333-4444-555555555555' })),
    put(`${collection}/absent`, withMetadata(first, { name: 'absent' })),
    patch(path, [{ op: 'add', path: '/metadata/annotations', value: { a: 'b' } }], JSON_PATCH),
    patch(path, [{ op: 'test', path: '/metadata/annotations/a', value: 'c' }], JSON_PATCH),
    patch(path, { metadata: { annotations: { merged: 'x', a: null } } }, MERGE_PATCH),
    patch(path, { metadata: { annotations: { strategic: 'x' }, finalizers: ['example.com/f'] } }, STRATEGIC_PATCH),
    patch(`${path}?fieldManager=applier`, withMetadata(only(first), { labels: { applied: 'yes' } }), APPLY),
    patch(`${path}?fieldManager=other`, withMetadata(only(first), { labels: { applied: 'no' } }), APPLY),
    patch(`${path}?fieldManager=other&force=true`, withMetadata(only(first), { labels: { applied: 'no' } }), APPLY),
    patch(`${collection}/absent`, { metadata: { labels: { a: 'b' } } }, MERGE_PATCH),
    get(path),
    ...subresources(kind, path, first),
    remove(`${path}?propagationPolicy=Background`, {
      apiVersion: 'v1',
      kind: 'DeleteOptions',
      preconditions: { uid: 'x' },
    }),
    remove(`${path}?gracePeriodSeconds=0&propagationPolicy=Background`),
    get(path),
    patch(path, { metadata: { finalizers: null } }, MERGE_PATCH),
    get(path),
    remove(path),
  );
  for (const policy of ['Background', 'Foreground', 'Orphan']) {
    steps.push(
      post(collection, first),
      remove(`${path}?gracePeriodSeconds=0`, { apiVersion: 'v1', kind: 'DeleteOptions', propagationPolicy: policy }),
      get(path),
      patch(path, { metadata: { finalizers: null } }, MERGE_PATCH),
    );
  }
  steps.push(
    patch(`${path}?fieldManager=applier`, only(first), APPLY),
    get(`${collection}?fieldSelector=metadata.name%3D${name}`),
  );
  if (can('deletecollection') && kind.namespace !== undefined) steps.push(remove(collection), get(collection));
  else steps.push(remove(path));
  return steps;
}

function subresources(kind: Kind, path: string, first: JsonObject): readonly Step[] {
  return kind.subresources.flatMap(({ name }): readonly Step[] => {
    const at = `${path}/${name}`;
    if (name === 'status')
      return [
        get(at),
        get(at, { headers: TABLE }),
        patch(at, { metadata: { annotations: { status: 'x' } }, status: {} }, MERGE_PATCH),
        patch(
          at,
          {
            status: {
              conditions: [
                {
                  type: 'Judged',
                  status: 'True',
                  reason: 'Judged',
                  message: '',
                  lastTransitionTime: '2020-01-01T00:00:00Z',
                },
              ],
            },
          },
          MERGE_PATCH,
        ),
        put(at, withMetadata(first, { labels: { from: 'status' } })),
      ];
    if (name === 'scale')
      return [
        get(at),
        get(at, { headers: TABLE }),
        patch(at, { spec: { replicas: 3 } }, MERGE_PATCH),
        put(at, {
          apiVersion: 'autoscaling/v1',
          kind: 'Scale',
          metadata: { name: kind.nameOf(0) },
          spec: { replicas: -1 },
        }),
        get(path),
      ];
    return [];
  });
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

function withMetadata(object: JsonObject, more: JsonObject): JsonObject {
  return { ...object, metadata: { ...(object['metadata'] as JsonObject), ...more } };
}

/** What an applier says: no status. */
function only({ status: _, ...rest }: JsonObject): JsonObject {
  return rest;
}

/** The skeletons name the namespace of the generated cases. */
function inNamespace(bodies: readonly JsonObject[]): unknown {
  return JSON.parse(JSON.stringify(bodies).replaceAll(`"${NAMESPACE}"`, '"{{ns}}"'));
}
