import type { Strategy, StrategyContext } from '#core/api/definition';
import type { CustomResourceSubresources, JSONSchemaProps } from '#core/api/types';
import { type Json, type JsonObject, sameJson } from '#core/base';
import type { Tools } from '#core/machinery/cel/evaluate';
import { dnsSubdomainProblems, objectName, qualifiedNameProblems } from '#core/machinery/names';
import type { KubeObject } from '#core/machinery/object';
import type { ObjectSchema } from '#core/machinery/schema';
import { forbidden, invalid, type Problem } from '#core/machinery/status';
import { embeddedProblems, objectProblemsOf, type Past, type ValueTools } from '../values/index.ts';
import { listProblems } from './list-checks.ts';
import { ruleProblems, rulesOf } from './rule-checks.ts';
import { scalePaths, scaleProblems } from './scale.ts';

/** What makes a custom resource what it is in one version. */
export interface CustomKind {
  readonly group: string;
  readonly resource: string;
  readonly props: JSONSchemaProps;
  readonly schema: ObjectSchema;
  readonly subresources: CustomResourceSubresources;
  readonly retiring: boolean;
  readonly tools: Tools;
}

const plain = (object: KubeObject): JsonObject => object as unknown as JsonObject;

function withStatus(object: KubeObject, status: Json | undefined): KubeObject {
  if (plain(object)['status'] === status) return object;
  const { status: _, ...rest } = plain(object);
  return (status === undefined ? rest : { ...rest, status }) as unknown as KubeObject;
}

function isChanged(next: KubeObject, old: KubeObject): boolean {
  const { metadata: _, ...after } = plain(next);
  const { metadata: _1, ...before } = plain(old);
  return !sameJson(after, before);
}

const BLOCKING = new Set<Problem['reason']>([
  'FieldValueNotSupported',
  'FieldValueRequired',
  'FieldValueTooLong',
  'FieldValueTooMany',
  'FieldValueTypeInvalid',
]);
const NOT_CHECKED =
  'some validation rules were not checked because the object was invalid; correct the existing errors to complete validation';

const STANDARD = new Set(['kubernetes', 'orphan', 'foregroundDeletion']);

function finalizerWarnings(object: KubeObject, old: KubeObject | undefined): readonly string[] {
  const before = new Set(old?.metadata.finalizers);
  const fresh = (object.metadata.finalizers ?? []).filter((one) => !before.has(one)).toSorted();
  return fresh.flatMap((one) => {
    const place = `metadata.finalizers: ${JSON.stringify(one)}`;
    const wrong = qualifiedNameProblems(one).map((detail) => `${place}: ${detail}`);
    if (one.includes('/') || STANDARD.has(one)) return wrong;
    const path = one.includes('.') ? ' including a path (/)' : '';
    const advice = `prefer a domain-qualified finalizer name${path} to avoid accidental conflicts with other finalizer writers`;
    return [...wrong, `${place}: ${advice}`];
  });
}

/** Upstream: apiextensions-apiserver/pkg/registry/customresource/{strategy,status_strategy,validator}.go. */
export function customStrategy({
  group,
  resource,
  props,
  schema,
  subresources,
  retiring,
  tools,
}: CustomKind): Strategy {
  const { scale } = subresources;
  const hasStatus = subresources.status !== undefined;
  const matching = matchesOf(tools);
  const statusProps = hasStatus ? props.properties?.['status'] : undefined;
  // Compiled when something is first written.
  let compiled: { readonly rules: ReturnType<typeof rulesOf> } | undefined;
  const rules = () => (compiled ??= { rules: rulesOf(props, tools) }).rules;

  const pastOf = (old: KubeObject | undefined): Past | undefined =>
    old === undefined ? undefined : { value: plain(old), schema: props };

  const judged = (object: KubeObject, old: KubeObject | undefined, { subresource, warn }: StrategyContext) => {
    const value = plain(object);
    const past = pastOf(old);
    const isStatus = subresource === 'status';
    const status = value['status'];
    const problems: Problem[] = [];
    if (!isStatus) problems.push(...objectProblemsOf(props, value, '', matching, past));
    else if (status !== undefined && statusProps !== undefined) {
      const before = old === undefined ? undefined : plain(old)['status'];
      const own = before === undefined ? undefined : { value: before, schema: statusProps };
      problems.push(...objectProblemsOf(statusProps, status, 'status', matching, own));
    }
    if (scale !== undefined) problems.push(...scaleProblems(scale, object, isStatus ? 'status' : 'all'));
    if (!isStatus) problems.push(...embeddedProblems(props, value, '').map(fromRoot));
    if (old === undefined || listProblems(schema, plain(old)).length === 0)
      problems.push(...listProblems(schema, value));
    const all = rules();
    if (all === undefined) return problems;
    if (problems.some(({ reason }) => BLOCKING.has(reason))) problems.push(invalid('<nil>', null, NOT_CHECKED));
    else problems.push(...ruleProblems(all, value, past, (text) => warn?.(text)));
    return problems;
  };

  return {
    prepareForCreate: (object) => {
      const { name = '' } = object.metadata;
      if (retiring)
        throw forbidden(
          { group, resource, name },
          'create not allowed while custom resource definition is terminating',
        );
      return hasStatus ? withStatus(object, undefined) : object;
    },
    prepareForUpdate: (next, old, { subresource }) => {
      if (subresource === 'status') {
        const { managedFields: _, ...metadata } = old.metadata;
        const { managedFields } = next.metadata;
        const kept = managedFields === undefined ? metadata : { ...metadata, managedFields };
        return withStatus({ ...old, metadata: kept }, plain(next)['status']);
      }
      const kept = hasStatus ? withStatus(next, plain(old)['status']) : next;
      if (!isChanged(kept, old)) return kept;
      return { ...kept, metadata: { ...kept.metadata, generation: (old.metadata.generation ?? 0) + 1 } };
    },
    validateCreate: (object, context) => judged(object, undefined, context),
    validateUpdate: judged,
    warnings: (object, old, { subresource }) => (subresource === '' ? finalizerWarnings(object, old) : []),
    validateName: objectName(dnsSubdomainProblems),
    allowCreateOnUpdate: false,
    allowUnconditionalUpdate: false,
    generation: true,
    resetFields: { ...(hasStatus ? { '': [['status']] } : {}), status: [['metadata'], ['spec']] },
    ...(scale === undefined ? {} : { scale: scalePaths(scale) }),
  };
}

/** What is within an object has no name before it. */
const fromRoot = (problem: Problem): Problem => ({ ...problem, path: problem.path.replace(/^\./, '') });

/** Patterns, which are compiled once; one that is none matches nothing. */
function matchesOf({ pattern }: Tools): ValueTools {
  return {
    matches: (text, subject) => {
      try {
        return pattern(text).test(subject);
      } catch {
        return false;
      }
    },
  };
}
