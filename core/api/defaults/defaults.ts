import { isObject, type Json, type JsonObject, remembered, sameJson } from '#core/base';
import { builtInSchemas, type Defaults } from '#core/api/definition';
import { type Field, normalise, type ObjectSchema, type Schema } from '#core/machinery/schema';
import { canonicalQuantity, formatQuantity, parseQuantity } from '#core/machinery/quantity';
import { core } from './core.ts';
import { access, infrastructure } from './others.ts';
import { type DefaultsContext, isMissing, type Rule, type Rules, set } from './rule.ts';
import { workloads } from './workloads.ts';

/** What there is to do in a struct and below; `undefined` where there is nothing. */
interface Plan {
  readonly schema: ObjectSchema;
  readonly rule: Rule | undefined;
  readonly values: Readonly<Record<string, Json>> | undefined;
  readonly inner: readonly Inner[];
}

interface Inner {
  readonly name: string;
  readonly form: 'object' | 'list' | 'map' | 'quantities';
  /** Of the structs that it is or holds. */
  readonly plan: Plan | undefined;
}

/** Kinds whose own rule is about their spec and looks at nothing else. One spec comes with many of their objects. */
const BY_SPEC: ReadonlySet<string | undefined> = new Set(['io.k8s.api.core.v1.Pod']);

const tables: readonly Rules[] = [core, workloads, access, infrastructure];

/**
 * Fills in what a request left out of a built-in kind, in the request's version, as v1.36 does. Takes and gives normalised
 * objects; what lacks nothing is returned as it is. Upstream: pkg/apis/GROUP/VERSION/defaults.go.
 */
export function builtInDefaults(context: DefaultsContext): Defaults {
  const plans = new Map<ObjectSchema, Plan | undefined>();

  const planOf = (schema: ObjectSchema): Plan | undefined => {
    if (plans.has(schema)) return plans.get(schema);
    // Reached again while it is made, a recursive struct counts as having nothing; no recursive one has.
    plans.set(schema, undefined);
    const found = ruleOf(schema);
    const own = fieldDefaults(schema);
    const values = typeof found === 'object' ? { ...found, ...own } : own;
    const inner = schema.fields.flatMap((field) => innerOf(schema, field, planOf));
    const rule = typeof found === 'function' ? found : undefined;
    const isEmpty = rule === undefined && values === undefined && inner.length === 0;
    const plan = isEmpty ? undefined : { schema, rule, values, inner };
    plans.set(schema, plan);
    return plan;
  };

  const apply = (plan: Plan, object: JsonObject): JsonObject => {
    let after = plan.rule === undefined ? object : ruled(plan.rule, object, context);
    if (plan.values !== undefined) after = filledIn(plan, after);
    let changed: Record<string, Json> | undefined;
    for (const { name, form, plan: held } of plan.inner) {
      const value = after[name];
      if (value === undefined || value === null) continue;
      const next =
        form === 'quantities'
          ? roundedUp(value as JsonObject)
          : form === 'object'
            ? apply(held!, value as JsonObject)
            : form === 'list'
              ? each(value as readonly Json[], held!)
              : every(value as JsonObject, held!);
      if (next === value) continue;
      changed ??= { ...after };
      changed[name] = next;
    }
    return changed ?? after;
  };

  const each = (items: readonly Json[], plan: Plan): readonly Json[] => {
    let changed: Json[] | undefined;
    for (let i = 0; i < items.length; i++) {
      const next = apply(plan, items[i] as JsonObject);
      if (next === items[i]) continue;
      changed ??= items.slice();
      changed[i] = next;
    }
    return changed ?? items;
  };

  const every = (map: JsonObject, plan: Plan): JsonObject => {
    const entries = Object.entries(map).map(([key, value]) => [key, apply(plan, value as JsonObject)] as const);
    return entries.some(([key, value]) => value !== map[key]) ? Object.fromEntries(entries) : map;
  };

  const filled = (plan: Plan, object: JsonObject): JsonObject => {
    const after = apply(plan, object);
    // Rules add fields at the end; normalising puts them where they belong and leaves the rest alone.
    return after === object ? object : normalise(plan.schema, after, 'given', 'document', object).value;
  };

  /** The spec is filled in as that of an object which is nothing else; then what lies beside it. */
  const bySpec = (plan: Plan): ((object: JsonObject) => JsonObject) => {
    const filledSpec = remembered((spec: JsonObject) => filled(plan, { spec })['spec']!);
    const beside: Plan = { ...plan, rule: undefined, inner: plan.inner.filter(({ name }) => name !== 'spec') };
    return (object) => {
      const { spec } = object;
      return filled(beside, isObject(spec) ? set(object, 'spec', filledSpec(spec)) : object);
    };
  };

  const wholes = new Map<ObjectSchema, (object: JsonObject) => JsonObject>();
  const wholeOf = (schema: ObjectSchema): ((object: JsonObject) => JsonObject) => {
    let known = wholes.get(schema);
    if (known === undefined) {
      const plan = planOf(schema);
      if (plan === undefined) known = (object) => object;
      else known = BY_SPEC.has(schema.name) ? bySpec(plan) : (object) => filled(plan, object);
      wholes.set(schema, known);
    }
    return known;
  };

  return (object, group, version, kind) => {
    const schema = builtInSchemas.kind(group, version, kind);
    return schema === undefined ? object : wholeOf(schema)(object);
  };
}

/** `io.k8s.api.core.v1.PodSpec` has the rule of core.v1.PodSpec, else of core.PodSpec. */
function ruleOf(schema: ObjectSchema): Rules[string] | undefined {
  const [group, version, name] = (schema.name ?? '').split('.').slice(-3);
  for (const key of [`${group}.${version}.${name}`, `${group}.${name}`])
    for (const table of tables) if (Object.hasOwn(table, key)) return table[key];
  return undefined;
}

function fieldDefaults(schema: ObjectSchema): Readonly<Record<string, Json>> | undefined {
  const given = schema.fields.filter(
    (field) => field.default !== undefined && (field.pointer || !isZero(field.default)),
  );
  return given.length === 0 ? undefined : Object.fromEntries(given.map((field) => [field.name, field.default!]));
}

function innerOf(
  owner: ObjectSchema,
  { name, schema }: Field,
  planOf: (schema: ObjectSchema) => Plan | undefined,
): readonly Inner[] {
  const form = schema.type === 'list' || schema.type === 'map' ? schema.type : 'object';
  const held: Schema = schema.type === 'list' ? schema.items : schema.type === 'map' ? schema.values : schema;
  if (held.type === 'object') {
    const plan = planOf(held);
    return plan === undefined ? [] : [{ name, form, plan }];
  }
  const isResources =
    schema.type === 'map' && held.type === 'quantity' && owner.name?.startsWith('io.k8s.api.core.v1.');
  return isResources === true ? [{ name, form: 'quantities', plan: undefined }] : [];
}

/** Zero numbers count as missing where Go cannot tell them from none. */
function filledIn({ values, schema }: Plan, object: JsonObject): JsonObject {
  let after: Record<string, Json> | undefined;
  for (const name in values) {
    const value = object[name];
    const zero = value === 0 && schema.byName.get(name)?.pointer === false;
    const empty = value === '' && schema.byName.get(name)?.pointer === true;
    if (!zero && (empty || !isMissing(value))) continue;
    after ??= { ...object };
    after[name] = values[name]!;
  }
  return after ?? object;
}

/** Amounts of resources are no finer than a thousandth. */
function roundedUp(resources: JsonObject): JsonObject {
  let after = resources;
  for (const name in resources) {
    const amount = resources[name] as string;
    if (!/[nu]$/.test(amount)) continue;
    const { nano, format } = parseQuantity(amount);
    const milli = (nano + (nano > 0n ? 999_999n : 0n)) / 1_000_000n;
    after = { ...after, [name]: canonicalQuantity(formatQuantity({ nano: milli * 1_000_000n, format })) };
  }
  return after;
}

/** A rule may copy more than it changes: what comes out equal is what went in. */
function ruled(rule: Rule, object: JsonObject, context: DefaultsContext): JsonObject {
  const after = rule(object as never, context) as JsonObject;
  return after !== object && sameJson(after, object) ? object : after;
}

/** What Go cannot tell from absent needs no filling in. */
const isZero = (value: Json): boolean => value === '' || value === 0 || value === false;
