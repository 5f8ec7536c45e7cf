import { type Json, sameJson } from '#core/base';
import { builtInSchemas, type Strategy, type StrategyContext } from '#core/api/definition';
import type { KubeObject, ObjectMeta } from '#core/machinery/object';
import { absentValue } from '#core/machinery/schema';
import { structureProblems } from '#core/machinery/validation';

/** What tells one plain kind from another. */
export interface Traits {
  readonly group: string;
  readonly kind: string;
  /** The version in which it is stored: strategies see nothing else. */
  readonly version: string;
  /** It has a status that only its own endpoint writes. */
  readonly status?: boolean;
  /**
   * What counts `metadata.generation` when it changes: top-level fields, or `all` for everything but metadata and status.
   * Absent: the kind has no generation.
   */
  readonly counts?: readonly string[] | 'all';
  /** Annotations count the generation too. */
  readonly countsAnnotations?: boolean;
  /** Labels count it too. */
  readonly countsLabels?: boolean;
  /** What is empty differs from what is absent: upstream compares these kinds with reflect.DeepEqual. */
  readonly countsEmpty?: boolean;
  /** A new object has none: only changes count. */
  readonly countsFromZero?: boolean;
  /** A client that creates one may give its status (kubelets do for their node). */
  readonly statusOnCreate?: boolean;
  /** The status of a new object, where it is not the empty one. */
  readonly newStatus?: Json;
  /** The status endpoint leaves metadata as it was: `labels` only those, `all` everything but managed fields. */
  readonly statusKeeps?: 'labels' | 'all';
  readonly createOnUpdate?: boolean;
  /** Default true. */
  readonly unconditional?: boolean;
  readonly validateName?: Strategy['validateName'];
  readonly propagation?: Strategy['defaultPropagation'];
}

/** A kind's object, its fields reached by name. */
type Fields = { readonly [field: string]: Json | undefined };
const fields = (object: KubeObject): Fields => object as unknown as Fields;

/** The object with one top-level field set, or without it. */
export function withField(object: KubeObject, name: string, value: Json | undefined): KubeObject {
  if (fields(object)[name] === value) return object;
  if (value !== undefined) return { ...object, [name]: value } as KubeObject;
  const { [name]: _, ...rest } = object as unknown as Record<string, unknown>;
  return rest as unknown as KubeObject;
}

/** What the status of a kind is before anybody wrote it. */
function emptyStatus({ group, version, kind }: Traits): Json | undefined {
  const field = builtInSchemas.kind(group, version, kind)?.byName.get('status');
  return field === undefined ? undefined : absentValue(field);
}

const counted = (object: KubeObject, traits: Pick<Traits, 'counts'>): readonly string[] =>
  traits.counts === 'all'
    ? Object.keys(object).filter((name) => !['metadata', 'status', 'apiVersion', 'kind'].includes(name))
    : (traits.counts ?? []);

type Counted = Pick<Traits, 'counts' | 'countsAnnotations' | 'countsLabels' | 'countsEmpty'>;

function hasCountedChange(next: KubeObject, old: KubeObject, traits: Counted): boolean {
  const names = new Set([...counted(next, traits), ...counted(old, traits)]);
  for (const name of names) if (!sameJson(fields(next)[name], fields(old)[name])) return true;
  const { metadata } = next;
  if (traits.countsLabels === true && !sameJson(metadata.labels ?? {}, old.metadata.labels ?? {})) return true;
  return traits.countsAnnotations === true && !sameJson(metadata.annotations ?? {}, old.metadata.annotations ?? {});
}

/** A new spec is a new generation; what the server counted is never taken from the client. */
export function withGeneration(
  next: KubeObject,
  old: KubeObject,
  traits: Counted,
  given: KubeObject = next,
): KubeObject {
  const before = old.metadata.generation ?? 0;
  const generation = hasCountedChange(traits.countsEmpty === true ? given : next, old, traits) ? before + 1 : before;
  if ((next.metadata.generation ?? 0) === generation) return next;
  return { ...next, metadata: { ...next.metadata, generation } };
}

/** `next` with the metadata that a status write may not change. */
export function keptMetadata(next: ObjectMeta, old: ObjectMeta, keeps: Traits['statusKeeps']): ObjectMeta {
  if (keeps === undefined || next === old) return next;
  if (keeps === 'labels') return withOptional(next, { labels: old.labels });
  const { deletionTimestamp, generation, selfLink, labels, annotations, finalizers, ownerReferences } = old;
  return withOptional(next, {
    deletionTimestamp,
    generation,
    selfLink,
    labels,
    annotations,
    finalizers,
    ownerReferences,
  });
}

export function withOptional(
  metadata: ObjectMeta,
  changes: { readonly [K in keyof ObjectMeta]: ObjectMeta[K] | undefined },
): ObjectMeta {
  const result: Record<string, unknown> = { ...metadata };
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined) delete result[name];
    else result[name] = value;
  }
  return result;
}

/**
 * Strategy of a kind that has no ways of its own: status and the rest are written apart, the generation counts. Its
 * validation is what the schema says.
 */
export function genericStrategy(traits: Traits): Strategy {
  const hasStatus = traits.status === true;
  const hasGeneration = traits.counts !== undefined;
  const prepareForUpdate = (next: KubeObject, old: KubeObject, { subresource, given }: StrategyContext): KubeObject => {
    if (hasStatus && subresource === 'status') {
      const metadata = keptMetadata(next.metadata, old.metadata, traits.statusKeeps);
      return withField({ ...old, metadata }, 'status', fields(next)['status']);
    }
    const kept = hasStatus ? withField(next, 'status', fields(old)['status']) : next;
    return hasGeneration ? withGeneration(kept, old, traits, given) : kept;
  };
  const problems = (object: KubeObject) => {
    const schema = builtInSchemas.kind(traits.group, traits.version, traits.kind);
    return schema === undefined ? [] : structureProblems(schema, object as unknown as Json, BUILT_IN);
  };
  return {
    ...(hasStatus && traits.statusOnCreate !== true
      ? { prepareForCreate: (object) => withField(object, 'status', traits.newStatus ?? emptyStatus(traits)) }
      : {}),
    prepareForUpdate,
    validateCreate: problems,
    validateUpdate: problems,
    ...(traits.validateName === undefined ? {} : { validateName: traits.validateName }),
    allowCreateOnUpdate: traits.createOnUpdate === true,
    allowUnconditionalUpdate: traits.unconditional !== false,
    generation: hasGeneration && traits.countsFromZero !== true,
    ...(hasStatus ? { resetFields: resetFieldsOf(traits) } : {}),
    ...(traits.propagation === undefined ? {} : { defaultPropagation: traits.propagation }),
  };
}

/** Of built-ins the server checks enums; what is required, and what may not occur twice, their own validation says. */
const BUILT_IN = { required: false, duplicates: false };

function resetFieldsOf({ statusKeeps }: Traits): NonNullable<Strategy['resetFields']> {
  const kept = statusKeeps === 'all' ? [['metadata']] : statusKeeps === 'labels' ? [['metadata', 'labels']] : [];
  return { '': [['status']], status: [['spec'], ...kept] };
}
