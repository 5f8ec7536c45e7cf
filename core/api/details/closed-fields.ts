import type { Strategy, StrategyContext } from '#core/api/definition';
import { isObject, type Json, type JsonObject } from '#core/base';
import type { KubeObject } from '#core/machinery/object';
import type { Field, ObjectSchema, Schema } from '#core/machinery/schema';

type Gates = StrategyContext['gates'];

const CORE = 'io.k8s.api.core.v1.';

/** Gates of fields that the original drops though nothing in its types says so; '' where it says so and does not. */
const OTHERWISE: Readonly<Record<string, string>> = {
  [`${CORE}Lifecycle.stopSignal`]: 'ContainerStopSignals',
  [`${CORE}ContainerStatus.stopSignal`]: '',
  [`${CORE}VolumeProjection.podCertificate`]: 'PodCertificateRequest',
  [`${CORE}TopologySpreadConstraint.matchLabelKeys`]: 'MatchLabelKeysInPodTopologySpread',
  [`${CORE}VolumeMountStatus.volumeStatus`]: 'ImageVolumeWithDigest',
  // A claim loses the whole source, which its strategy sees to.
  [`${CORE}TypedObjectReference.namespace`]: '',
};

/** What goes with the last field in it. */
const HOLLOW: ReadonlySet<string | undefined> = new Set([`${CORE}Lifecycle`]);

/** Kinds that count their generation before closed fields go. */
const COUNTS_BEFORE: ReadonlySet<string> = new Set(['resource.k8s.io/resourceslices']);

/** Where in a struct, and below it, there are fields whose gates are closed. */
interface Plan {
  readonly closed: readonly (readonly [name: string, gate: string])[];
  readonly inner: readonly Inner[];
}

interface Inner {
  readonly name: string;
  readonly form: 'object' | 'list' | 'map';
  readonly plan: Plan;
  readonly isHollow: boolean;
}

const gateOf = ({ name: holder = '' }: ObjectSchema, { name, gate = '' }: Field): string =>
  OTHERWISE[`${holder}.${name}`] ?? gate;

/** Plans of structs while these gates are as they are; `undefined` where nothing is closed. */
function plansFor(gates: Gates): (schema: ObjectSchema) => Plan | undefined {
  const plans = new Map<ObjectSchema, Plan | undefined>();
  const innerOf = ({ name, schema }: Field): readonly Inner[] => {
    const held: Schema = schema.type === 'list' ? schema.items : schema.type === 'map' ? schema.values : schema;
    const plan = held.type === 'object' ? planOf(held) : undefined;
    if (plan === undefined) return [];
    const form = schema.type === 'list' || schema.type === 'map' ? schema.type : 'object';
    return [{ name, form, plan, isHollow: HOLLOW.has((held as ObjectSchema).name) }];
  };
  const planOf = (schema: ObjectSchema): Plan | undefined => {
    if (plans.has(schema)) return plans.get(schema);
    // Reached again while it is made, a recursive struct counts as having nothing; no recursive one has.
    plans.set(schema, undefined);
    const isClosed = (field: Field): boolean => {
      const gate = gateOf(schema, field);
      return gate !== '' && !gate.split(',').every((one) => gates.enabled(one));
    };
    const closed = schema.fields.filter(isClosed).map((field) => [field.name, gateOf(schema, field)] as const);
    const inner = schema.fields.filter((field) => !isClosed(field)).flatMap(innerOf);
    const plan = closed.length + inner.length === 0 ? undefined : { closed, inner };
    plans.set(schema, plan);
    return plan;
  };
  return planOf;
}

const isEmpty = (value: Json): boolean => isObject(value) && Object.keys(value).length === 0;

/** Adds the closed gates of which something is in use. */
function collect({ closed, inner }: Plan, value: JsonObject, used: Set<string>): void {
  for (const [name, gate] of closed) if (value[name] !== undefined) used.add(gate);
  for (const { name, form, plan } of inner) {
    const held = value[name];
    if (form === 'list' && Array.isArray(held)) {
      for (const one of held as readonly Json[]) if (isObject(one)) collect(plan, one, used);
    } else if (form === 'object' && isObject(held)) collect(plan, held, used);
    else if (form === 'map' && isObject(held)) {
      for (const key in held) if (isObject(held[key])) collect(plan, held[key], used);
    }
  }
}

const usedBy = (plan: Plan, value: JsonObject | undefined): Set<string> => {
  const used = new Set<string>();
  if (value !== undefined) collect(plan, value, used);
  return used;
};

/** The value without the fields of these gates. */
function without({ closed, inner }: Plan, value: JsonObject, gates: ReadonlySet<string>): JsonObject {
  const dropped = new Set(closed.filter(([, gate]) => gates.has(gate)).map(([name]) => name));
  const byName = new Map(inner.map((one) => [one.name, one]));
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, held]) => {
      const one = byName.get(name);
      if (dropped.has(name)) return [];
      const left = one === undefined ? held : withoutIn(one, held, gates);
      return one?.isHollow === true && !isEmpty(held) && isEmpty(left) ? [] : [[name, left]];
    }),
  );
}

function withoutIn({ form, plan }: Inner, held: Json, gates: ReadonlySet<string>): Json {
  const one = (struct: Json): Json => (isObject(struct) ? without(plan, struct, gates) : struct);
  if (form === 'list') return Array.isArray(held) ? held.map(one) : held;
  if (form === 'object' || !isObject(held)) return one(held);
  return Object.fromEntries(Object.entries(held).map(([key, struct]) => [key, one(struct)]));
}

/**
 * A strategy that drops what is written to fields whose gates are closed, unless their feature was in use before. `schema`
 * is that of the stored version; it is asked for at the first write. Upstream: each kind's strategy (pkg/registry), pkg/api/pod/util.go (dropDisabledFields).
 */
export function withoutClosedFields(id: string, schema: () => ObjectSchema | undefined, strategy: Strategy): Strategy {
  const plans = new WeakMap<Gates, { readonly plan: Plan | undefined }>();
  const planFor = (gates: Gates): Plan | undefined => {
    let known = plans.get(gates);
    if (known === undefined) {
      const whole = schema();
      known = { plan: whole === undefined ? undefined : plansFor(gates)(whole) };
      plans.set(gates, known);
    }
    return known.plan;
  };
  const opened = (next: KubeObject, old: KubeObject | undefined, gates: Gates): KubeObject => {
    const plan = planFor(gates);
    if (plan === undefined) return next;
    const value = next as unknown as JsonObject;
    const used = usedBy(plan, value);
    if (used.size === 0) return next;
    const dropped = used.difference(usedBy(plan, old as unknown as JsonObject | undefined));
    return dropped.size === 0 ? next : (without(plan, value, dropped) as unknown as KubeObject);
  };
  const { prepareForCreate = (object) => object, prepareForUpdate = (next) => next } = strategy;
  const countsBefore = COUNTS_BEFORE.has(id);
  return {
    ...strategy,
    prepareForCreate: (object, context) => prepareForCreate(opened(object, undefined, context.gates), context),
    prepareForUpdate: (next, old, context) =>
      countsBefore
        ? opened(prepareForUpdate(next, old, context), old, context.gates)
        : prepareForUpdate(opened(next, old, context.gates), old, context),
  };
}
