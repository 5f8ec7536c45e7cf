import type { Subresource, Verb } from '#core/api/definition';
import type { JsonObject } from '#core/base';
import { yamlCodec } from '#adapters/yaml';
import type { Step } from '../scenario.ts';
import {
  APPLY,
  JSON_PATCH,
  MERGE_PATCH,
  METADATA,
  METADATA_LIST,
  PROTOBUF,
  STRATEGIC_PATCH,
  TABLE,
  YAML,
} from './accept.ts';
import { get, patch, post, put, remove } from './steps.ts';
import { subresourceSteps } from './subresources.ts';

/** An object whose life is played: where it is, what may be done to it, what it says. */
export interface Subject {
  readonly collection: string;
  readonly name: string;
  readonly verbs: readonly Verb[];
  readonly subresources: readonly Subresource[];
  /** Valid objects; the first is the one that lives, the others are made and taken away where they touch nobody else. */
  readonly bodies: readonly [JsonObject, ...JsonObject[]];
  /** Objects may change how the server treats others. */
  readonly touchesOthers?: boolean;
  /** Custom resources have no protobuf. */
  readonly hasProtobuf: boolean;
  /** Words by which one knows that the server, which writes to such objects by itself, has done so. */
  readonly settles?: { readonly made: string; readonly removed?: string };
}

const PROTOBUF_BODY = { 'content-type': 'application/vnd.kubernetes.protobuf', ...PROTOBUF };
const YAML_BODY = { 'content-type': 'application/yaml', ...YAML };
const deleteOptions = (more: JsonObject): JsonObject => ({ apiVersion: 'v1', kind: 'DeleteOptions', ...more });

/** The life of an object: made, read in every form, changed in every way, deleted with every policy. */
export function life(subject: Subject): readonly Step[] {
  if (!subject.verbs.includes('get') || !subject.verbs.includes('update')) return asked(subject);
  return [
    ...offered(subject),
    ...watched(subject),
    ...others(subject),
    ...made(subject),
    ...read(subject),
    ...replaced(subject),
    ...patched(subject),
    ...subresourceSteps(subject),
    ...deleted(subject),
    ...deletedByPolicy(subject),
    ...deletedInBulk(subject),
  ];
}

const pathOf = ({ collection, name }: Subject): string => `${collection}/${name}`;
const only = ({ collection, name }: Subject): string => `${collection}?fieldSelector=metadata.name%3D${name}`;

/** What is only created: an answer, no object. */
function asked(subject: Subject): readonly Step[] {
  const { collection, bodies } = subject;
  const [first] = bodies;
  return [
    ...bodies.map((body) => post(`${collection}?dryRun=All`, body)),
    post(collection, first),
    post(collection, first, { headers: PROTOBUF_BODY }),
    post(collection, yamlCodec.stringify(first), { headers: YAML_BODY }),
    post(collection, first, { headers: TABLE }),
    post(collection, first, { headers: METADATA }),
    post(`${collection}?fieldValidation=Strict`, { ...first, nothing: 1 }),
    post(collection, { ...first, spec: 'text' }),
    get(collection),
    get(pathOf(subject)),
    put(pathOf(subject), first),
    patch(pathOf(subject), {}, MERGE_PATCH),
    remove(pathOf(subject)),
    remove(collection),
  ];
}

/** Creations that leave nothing behind. */
function offered({ collection, bodies, hasProtobuf }: Subject): readonly Step[] {
  const [first] = bodies;
  const dry = `${collection}?dryRun=All`;
  return [
    ...bodies.map((body) => post(dry, body)),
    post(dry, yamlCodec.stringify(first), { headers: YAML_BODY }),
    ...(hasProtobuf ? [post(dry, first, { headers: PROTOBUF_BODY })] : []),
    post(dry, first, { headers: TABLE }),
    post(dry, first, { headers: METADATA }),
    ...['Strict', 'Warn', 'Ignore'].map((mode) =>
      post(`${dry}&fieldValidation=${mode}`, {
        ...first,
        metadata: { ...(first['metadata'] as JsonObject), nothing: 1 },
        nothing: {},
      }),
    ),
  ];
}

/** What else there may be of the kind: made, read and taken away. */
function others({ collection, bodies, touchesOthers = false, settles, hasProtobuf }: Subject): readonly Step[] {
  if (touchesOthers || settles !== undefined) return [];
  return bodies.slice(1).flatMap((body) => {
    const { name } = body['metadata'] as { readonly name: string };
    const path = `${collection}/${name}`;
    return [
      post(collection, body),
      get(path),
      get(path, { headers: TABLE }),
      ...(hasProtobuf ? [get(path, { headers: PROTOBUF })] : []),
      patch(path, { metadata: { labels: { changed: 'yes' } } }, MERGE_PATCH),
      remove(`${path}?gracePeriodSeconds=0`),
    ];
  });
}

/** Watches of all that follows up to the first deletion, but of objects at which the server itself writes at any time. */
const watched = (subject: Subject): readonly Step[] =>
  subject.settles === undefined
    ? [
        { watch: 'json', path: `${only(subject)}&watch=true` },
        ...(subject.hasProtobuf ? [{ watch: 'protobuf', path: `${only(subject)}&watch=true`, headers: PROTOBUF }] : []),
      ]
    : [get(`${subject.collection}?fieldSelector=metadata.name%3Dnone&watch=true&timeoutSeconds=1`)];

function made(subject: Subject): readonly Step[] {
  const { collection, bodies } = subject;
  const [first] = bodies;
  return [
    post(collection, first, { save: { rv: 'metadata.resourceVersion', uid: 'metadata.uid' } }),
    ...settled(subject),
    post(collection, first),
  ];
}

/** Waits until the server has said its own. */
const settled = (subject: Subject): readonly Step[] =>
  subject.settles === undefined
    ? []
    : [
        get(pathOf(subject), {
          until: subject.settles.made,
          save: { rv: 'metadata.resourceVersion' },
          quiet: true,
        }),
      ];

/** Waits until the server has done its part of a deletion after which the object is there still, or is not. */
const goneOr = (subject: Subject, isThere: boolean): readonly Step[] =>
  subject.settles?.removed === undefined
    ? []
    : [get(pathOf(subject), { until: isThere ? subject.settles.removed : 404, quiet: true })];

function read(subject: Subject): readonly Step[] {
  const { collection, hasProtobuf } = subject;
  const [path, list] = [pathOf(subject), only(subject)];
  const forms = [TABLE, YAML, ...(hasProtobuf ? [PROTOBUF] : [])];
  return [
    get(path),
    ...[...forms, METADATA].map((headers) => get(path, { headers })),
    get(list),
    ...[...forms, METADATA_LIST].map((headers) => get(list, { headers })),
    get(`${collection}?fieldSelector=spec.nothing%3Dx`),
    get(`${collection}/absent`),
  ];
}

function replaced(subject: Subject): readonly Step[] {
  const { collection, bodies, hasProtobuf } = subject;
  const [first] = bodies;
  const path = pathOf(subject);
  const changed = withMetadata(first, { resourceVersion: '{{rv}}', labels: { changed: 'yes' } });
  return [
    put(path, withMetadata(first, { resourceVersion: '{{rv}}' })),
    put(`${path}?dryRun=All`, changed),
    ...(hasProtobuf ? [put(`${path}?dryRun=All`, changed, { headers: PROTOBUF_BODY })] : []),
    put(`${path}?fieldValidation=Strict`, { ...changed, nothing: 1 }),
    put(path, changed, { save: { rv2: 'metadata.resourceVersion' } }),
    put(path, withMetadata(first, { resourceVersion: '{{rv}}', labels: { changed: 'again' } })),
    put(`${collection}/other`, withMetadata(first, { resourceVersion: '{{rv}}' })),
    put(path, withMetadata(first, { uid: '11111111-2222-3333-4444-555555555555' })),
    put(`${collection}/absent`, withMetadata(first, { name: 'absent' })),
  ];
}

function patched(subject: Subject): readonly Step[] {
  const { collection, bodies } = subject;
  const [first] = bodies;
  const path = pathOf(subject);
  const applied = (value: string) => withMetadata(withoutStatus(first), { labels: { applied: value } });
  return [
    patch(path, [{ op: 'add', path: '/metadata/annotations', value: { a: 'b' } }], JSON_PATCH),
    patch(path, [{ op: 'test', path: '/metadata/annotations/a', value: 'c' }], JSON_PATCH),
    patch(path, { metadata: { annotations: { merged: 'x', a: null } } }, MERGE_PATCH),
    patch(`${path}?dryRun=All`, { metadata: { annotations: { dry: 'x' } } }, MERGE_PATCH),
    patch(`${path}?fieldValidation=Strict`, { nothing: 1 }, MERGE_PATCH),
    patch(path, { metadata: { annotations: { strategic: 'x' }, finalizers: ['example.com/f'] } }, STRATEGIC_PATCH),
    patch(`${path}?fieldManager=applier`, applied('yes'), APPLY),
    patch(`${path}?fieldManager=applier&dryRun=All`, applied('dry'), APPLY),
    patch(`${path}?fieldManager=other`, applied('no'), APPLY),
    patch(`${path}?fieldManager=other&force=true`, applied('no'), APPLY),
    patch(`${collection}/absent`, { metadata: { labels: { a: 'b' } } }, MERGE_PATCH),
    get(path),
  ];
}

function deleted(subject: Subject): readonly Step[] {
  const path = pathOf(subject);
  const finalizers = (value: string[] | null) => patch(path, { metadata: { finalizers: value } }, MERGE_PATCH);
  return [
    // What a strategic patch did to others, it could not do to custom resources.
    ...(subject.hasProtobuf ? [] : [finalizers(['example.com/f'])]),
    remove(`${path}?propagationPolicy=Background`, deleteOptions({ preconditions: { uid: 'x' } })),
    remove(`${path}?dryRun=All&gracePeriodSeconds=0`),
    remove(`${path}?gracePeriodSeconds=0&propagationPolicy=Background`),
    ...goneOr(subject, true),
    get(path),
    finalizers(null),
    ...goneOr(subject, false),
    get(path),
    remove(path),
    ...(subject.settles === undefined
      ? [
          { read: 'json', count: 'deleted' } as const,
          ...(subject.hasProtobuf ? [{ read: 'protobuf', count: 'deleted' } as const] : []),
        ]
      : []),
  ];
}

const deletedByPolicy = (subject: Subject): readonly Step[] =>
  ['Background', 'Foreground', 'Orphan'].flatMap((propagationPolicy) => {
    const { collection, bodies } = subject;
    const path = pathOf(subject);
    return [
      post(collection, bodies[0]),
      ...settled(subject),
      remove(`${path}?gracePeriodSeconds=0`, deleteOptions({ propagationPolicy })),
      ...goneOr(subject, false),
      get(path),
      patch(path, { metadata: { finalizers: null } }, MERGE_PATCH),
      ...goneOr(subject, false),
    ];
  });

function deletedInBulk(subject: Subject): readonly Step[] {
  const [path, list] = [pathOf(subject), only(subject)];
  const { bodies, verbs } = subject;
  return [
    patch(`${path}?fieldManager=applier`, withoutStatus(bodies[0]), APPLY),
    ...settled(subject),
    get(list),
    ...(verbs.includes('deletecollection') ? [remove(`${list}&dryRun=All`), remove(list)] : [remove(path)]),
    ...goneOr(subject, false),
    get(list),
  ];
}

export function withMetadata(object: JsonObject, more: JsonObject): JsonObject {
  return { ...object, metadata: { ...(object['metadata'] as JsonObject), ...more } };
}

/** What an applier says: no status. */
function withoutStatus({ status: _, ...rest }: JsonObject): JsonObject {
  return rest;
}
