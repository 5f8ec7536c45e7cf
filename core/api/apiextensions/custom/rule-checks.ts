import type { JSONSchemaProps, ValidationRule } from '#core/api/types';
import { isObject, type Json } from '#core/base';
import { compile } from '#core/machinery/cel';
import {
  Failure,
  type Outcome,
  plan,
  Optional,
  type Program,
  type Tools,
  type Value,
} from '#core/machinery/cel/evaluate';
import { duplicate, forbiddenField, invalid, type Problem, required } from '#core/machinery/status';
import { ruleEnvironments } from '../rule-types.ts';
import { extraOf, itemsOf } from '../structural.ts';
import { ruleValue } from '../rule-values.ts';
import { isUnchanged, type Past, pastField, pastItem } from '../values/index.ts';

/** Upstream: apiserver/pkg/apis/cel/config.go. */
const PER_CALL = 1_000_000;
const BUDGET = 10_000_000;

interface Rule {
  readonly rule: ValidationRule;
  readonly program: Program;
  readonly message: Program | undefined;
  readonly usesOldSelf: boolean;
  /** `.spec.colour` below the place of the rule. */
  readonly fieldPath: string;
}

/** The rules of a schema and of what is within it, ready to be evaluated. */
export interface Rules {
  readonly schema: JSONSchemaProps;
  readonly isRoot: boolean;
  readonly own: readonly Rule[];
  readonly items: Rules | undefined;
  readonly extra: Rules | undefined;
  readonly properties: ReadonlyMap<string, Rules>;
  readonly allOf: readonly Rules[];
}

const isEmbedded = (schema: JSONSchemaProps): boolean => schema['x-kubernetes-embedded-resource'] === true;

const some = (rules: Rules): boolean =>
  rules.own.length > 0 ||
  rules.items !== undefined ||
  rules.extra !== undefined ||
  rules.properties.size > 0 ||
  rules.allOf.length > 0;

/** `said` holds the rules, `schema` the structure: within `allOf` they differ. Undefined where there are none at all. */
export function rulesOf(
  said: JSONSchemaProps,
  tools: Tools,
  isRoot = true,
  schema: JSONSchemaProps = said,
): Rules | undefined {
  const within = (one: JSONSchemaProps | undefined, structure: JSONSchemaProps | undefined) =>
    one === undefined || structure === undefined ? undefined : rulesOf(one, tools, isEmbedded(structure), structure);
  const properties = new Map<string, Rules>();
  for (const [name, one] of Object.entries(said.properties ?? {})) {
    const inner = within(one, schema.properties?.[name]);
    if (inner !== undefined) properties.set(name, inner);
  }
  const rules: Rules = {
    schema,
    isRoot,
    own: programsOf(said, schema, isRoot, tools),
    items: within(itemsOf(said), itemsOf(schema)),
    extra: within(extraOf(said), extraOf(schema)),
    properties,
    allOf: (said.allOf ?? []).flatMap((one) => rulesOf(one, tools, isRoot, schema) ?? []),
  };
  return some(rules) ? rules : undefined;
}

function programsOf(said: JSONSchemaProps, schema: JSONSchemaProps, isRoot: boolean, tools: Tools): readonly Rule[] {
  const rules = said['x-kubernetes-validations'] ?? [];
  const environments = rules.length === 0 ? undefined : ruleEnvironments(schema, isRoot);
  if (environments === undefined) return [];
  return rules.flatMap((rule) => {
    const environment = rule.optionalOldSelf === true ? environments.optionalOldSelf : environments.plain;
    const program = (text: string) => {
      const compiled = compile(text, environment);
      if ('faults' in compiled) return undefined;
      const planned = plan(compiled, tools);
      const usesOldSelf = compiled.references
        .values()
        .some((reference) => 'name' in reference && reference.name === 'oldSelf');
      return typeof planned === 'function' ? { planned, usesOldSelf } : undefined;
    };
    const main = program(rule.rule ?? '');
    if (main === undefined) return [];
    const message = rule.messageExpression ? program(rule.messageExpression)?.planned : undefined;
    return [{ rule, program: main.planned, message, usesOldSelf: main.usesOldSelf, fieldPath: fieldPathOf(rule) }];
  });
}

/** `.a['b']` in the form of refusals. */
const fieldPathOf = ({ fieldPath = '' }: ValidationRule): string =>
  fieldPath.replaceAll(/\['((?:[^'\\]|\\.)*)'\]/g, (_, name: string) => `[${name.replaceAll(/\\(.)/g, '$1')}]`);

/** What is judged: the value, and the one before it where they are known to belong together. */
interface Part {
  readonly value: Json;
  readonly path: string;
  readonly past: Past | undefined;
  /** Something around it is as it was: what breaks a rule is only warned of. */
  readonly settled: boolean;
}

interface Run {
  left: number;
  readonly problems: Problem[];
  readonly warn: (text: string) => void;
}

/**
 * The rules that an object breaks. Of a change only what changed is judged. Upstream:
 * apiextensions-apiserver/pkg/apiserver/schema/cel/validation.go.
 */
export function ruleProblems(
  rules: Rules,
  value: Json,
  past: Past | undefined,
  warn: (text: string) => void,
): readonly Problem[] {
  const run: Run = { left: BUDGET, problems: [], warn };
  check(rules, { value, path: '', past, settled: isUnchanged(past, value) }, run);
  return run.problems;
}

function check(rules: Rules, part: Part, run: Run): void {
  const { value, path, past, settled } = part;
  if (value === null || run.left < 0) return;
  if (rules.own.length > 0) checkOwn(rules, part, run);
  for (const one of rules.allOf) check(one, part, run);
  const below = (inner: Rules, one: Json, place: string, before: Past | undefined) =>
    check(inner, { value: one, path: place, past: before, settled: settled || isUnchanged(before, one) }, run);
  if (Array.isArray(value) && rules.items !== undefined) {
    for (const [i, item] of (value as readonly Json[]).entries())
      below(rules.items, item, `${path}[${i}]`, pastItem(past, item));
  }
  if (!isObject(value)) return;
  for (const [name, one] of Object.entries(value)) {
    const named = rules.properties.get(name);
    const inner = named ?? (rules.schema.properties?.[name] === undefined ? rules.extra : undefined);
    if (inner === undefined) continue;
    const place = named === undefined ? `${path}[${name}]` : path === '' ? name : `${path}.${name}`;
    below(inner, one, place, pastField(past, name));
  }
}

const shownPath = (path: string): string => (path === '' ? '<nil>' : path);

function checkOwn({ schema, isRoot, own }: Rules, { value, path, past, settled }: Part, run: Run): void {
  const { type = '' } = schema;
  const told = (detail: string) => void run.problems.push(invalid(shownPath(path), type, detail));
  const exhausted = 'validation failed due to running out of cost budget, no further validation rules will be run';
  if (run.left <= 0) {
    told(exhausted);
    run.left = -1;
    return;
  }
  const self = ruleValue(value, schema, isRoot);
  const before = past === undefined || past.value === null ? undefined : ruleValue(past.value, schema, isRoot);
  for (const { rule, program, message, usesOldSelf, fieldPath } of own) {
    const isOptional = rule.optionalOldSelf === true;
    if (usesOldSelf && before === undefined && !isOptional) continue;
    const oldSelf: Value | undefined = isOptional ? new Optional(before) : before;
    const evaluated = (one: Program): Outcome =>
      one({
        variable: (name) => (name === 'self' ? self : name === 'oldSelf' ? oldSelf : undefined),
        costLimit: PER_CALL,
      });
    const { value: outcome, cost } = evaluated(program);
    if (cost > run.left) {
      told(exhausted);
      run.left = -1;
      return;
    }
    run.left -= cost;
    if (outcome instanceof Failure) {
      const ends = tellFailure(outcome.message, rule, told);
      if (!ends) continue;
      run.left = -1;
      return;
    }
    if (outcome === true) continue;
    const detail = messageOf(message, evaluated, run) ?? plainMessage(rule);
    const place = shownPath(`${path}${path === '' ? fieldPath.replace(/^\./, '') : fieldPath}`);
    const problem = problemOf(rule, place, type === 'object' || type === 'array' ? undefined : value, detail);
    if (!usesOldSelf && settled) run.warn(`${problem.path}: ${problem.message}`);
    else run.problems.push(problem);
  }
}

const ruleText = ({ rule, message = '' }: ValidationRule): string =>
  message === '' ? (rule ?? '').trim() : message.trim();

/** Tells why a rule has no result; whether no other is to be tried. */
function tellFailure(why: string, rule: ValidationRule, told: (detail: string) => void): boolean {
  if (why.startsWith('no such overload')) {
    told(
      `'${why}': call arguments did not match a supported operator, function or macro signature for rule: ${ruleText(rule)}`,
    );
    return false;
  }
  if (why.startsWith('operation cancelled: actual cost limit exceeded')) {
    told(
      `'${why}': no further validation rules will be run due to call cost exceeds limit for rule: ${ruleText(rule)}`,
    );
    return true;
  }
  told(`${why} evaluating rule: ${ruleText(rule)}`);
  return false;
}

/** The message that an expression makes; undefined where it comes to none that can be shown. */
function messageOf(
  message: Program | undefined,
  evaluated: (program: Program) => Outcome,
  run: Run,
): string | undefined {
  if (message === undefined) return undefined;
  const { value, cost } = evaluated(message);
  run.left = Math.max(0, run.left - cost);
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  return text === '' || /[\r\n]/.test(text) || text.length > MOST_MESSAGE ? undefined : text;
}

const MOST_MESSAGE = 5 * 1024;

const plainMessage = (rule: ValidationRule): string =>
  (rule.message ?? '') === '' ? `failed rule: ${(rule.rule ?? '').trim()}` : rule.message!.trim();

function problemOf({ reason }: ValidationRule, path: string, value: Json | undefined, detail: string): Problem {
  switch (reason) {
    case 'FieldValueForbidden':
      return forbiddenField(path, detail);
    case 'FieldValueRequired':
      return required(path, detail);
    case 'FieldValueDuplicate':
      return value === undefined
        ? { reason: 'FieldValueDuplicate', path, message: 'Duplicate value' }
        : duplicate(path, value);
    default:
      return value === undefined
        ? { reason: 'FieldValueInvalid', path, message: `Invalid value: ${detail}` }
        : invalid(path, value, detail);
  }
}
