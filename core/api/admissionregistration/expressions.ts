import {
  BOOL,
  baseEnvironment,
  compile,
  DYN,
  type Environment,
  extend,
  type Fields,
  INT,
  JSON_PATCH,
  listOf,
  mapOf,
  NULL,
  STRING,
  sameType,
  type Struct,
  struct,
  structsOf,
  TIMESTAMP,
  type Type,
  typeName,
  UNSPECIFIED,
} from '#core/machinery/cel';
import { internalField, invalid, type Problem } from '#core/machinery/status';

/** What an expression of a policy or webhook may speak of, beside the object, its namespace and the request. */
export interface Uses {
  readonly params?: boolean;
  readonly authorizer?: boolean;
  /** Objects and JSON patches may be made. */
  readonly patches?: boolean;
  /** Types of the variables so far; absent where there are none to speak of. */
  readonly variables?: ReadonlyMap<string, Type>;
}

const TEXTS = listOf(STRING);
const LABELS = mapOf(STRING, STRING);

/** Upstream: apiserver/pkg/admission/plugin/cel/compile.go (BuildRequestType, BuildNamespaceType). */
const STRUCTS: Readonly<Record<string, Fields>> = {
  'kubernetes.GroupVersionKind': { group: STRING, version: STRING, kind: STRING },
  'kubernetes.GroupVersionResource': { group: STRING, version: STRING, resource: STRING },
  'kubernetes.UserInfo': { username: STRING, uid: STRING, groups: TEXTS, extra: mapOf(STRING, TEXTS) },
  'kubernetes.AdmissionRequest': {
    kind: struct('kubernetes.GroupVersionKind'),
    resource: struct('kubernetes.GroupVersionResource'),
    subResource: STRING,
    requestKind: struct('kubernetes.GroupVersionKind'),
    requestResource: struct('kubernetes.GroupVersionResource'),
    requestSubResource: STRING,
    name: STRING,
    namespace: STRING,
    operation: STRING,
    userInfo: struct('kubernetes.UserInfo'),
    dryRun: BOOL,
    options: DYN,
  },
  'kubernetes.NamespaceSpec': { finalizers: TEXTS },
  'kubernetes.NamespaceCondition': {
    status: STRING,
    type: STRING,
    lastTransitionTime: TIMESTAMP,
    message: STRING,
    reason: STRING,
  },
  'kubernetes.NamespaceStatus': { conditions: listOf(struct('kubernetes.NamespaceCondition')), phase: STRING },
  'kubernetes.NamespaceMetadata': {
    name: STRING,
    generateName: STRING,
    namespace: STRING,
    labels: LABELS,
    annotations: LABELS,
    UID: STRING,
    creationTimestamp: TIMESTAMP,
    deletionGracePeriodSeconds: INT,
    deletionTimestamp: TIMESTAMP,
    generation: INT,
    resourceVersion: STRING,
    finalizers: TEXTS,
  },
  'kubernetes.Namespace': {
    metadata: struct('kubernetes.NamespaceMetadata'),
    spec: struct('kubernetes.NamespaceSpec'),
    status: struct('kubernetes.NamespaceStatus'),
  },
};

const VARIABLES = 'kubernetes.variables';
const PATCH_FIELDS: Fields = { op: STRING, path: STRING, from: STRING, value: DYN };

/** What mutations make: patches, and objects whose fields are objects named after them. Upstream: apiserver/pkg/cel/mutation. */
function mutationStruct(name: string): Struct | undefined {
  if (name === 'JSONPatch') return { type: struct(name), field: (field) => PATCH_FIELDS[field] ?? UNSPECIFIED };
  return name === 'Object' || name.startsWith('Object.') ? { type: struct(name), field: () => DYN } : undefined;
}

let plain: Environment | undefined;

/** The environment that all expressions of policies and webhooks share. */
function plainEnvironment(): Environment {
  plain ??= extend(baseEnvironment(), {
    variables: {
      object: DYN,
      oldObject: DYN,
      namespaceObject: struct('kubernetes.Namespace'),
      request: struct('kubernetes.AdmissionRequest'),
    },
    struct: structsOf(new Map(Object.entries(STRUCTS))),
  });
  return plain;
}

/** Upstream: apiserver/pkg/admission/plugin/cel/{compile,composition}.go. */
export function environmentOf({ params, authorizer, patches, variables }: Uses): Environment {
  const check = 'kubernetes.authorization';
  let environment = extend(plainEnvironment(), {
    variables: {
      ...(params && { params: DYN }),
      ...(authorizer && {
        authorizer: struct(`${check}.Authorizer`),
        'authorizer.requestResource': struct(`${check}.ResourceCheck`),
      }),
      ...(variables && { variables: struct(VARIABLES) }),
    },
  });
  if (variables)
    environment = extend(environment, { struct: structsOf(new Map([[VARIABLES, Object.fromEntries(variables)]])) });
  return patches ? extend(environment, { libraries: [JSON_PATCH], struct: mutationStruct }) : environment;
}

/** Types that expressions must come to; none: any will do. */
export const WANTED = {
  condition: [BOOL],
  message: [STRING],
  annotation: [STRING, NULL],
  object: [struct('Object')],
  patch: [listOf(struct('JSONPatch'))],
  variable: [],
} as const satisfies Readonly<Record<string, readonly Type[]>>;

/**
 * Compiles an expression; gives the type it comes to. `shown` is what the problem quotes, if not the expression.
 * Upstream: apiserver/pkg/admission/plugin/cel/compile.go (CompileCELExpression).
 */
export function expressionProblems(
  expression: string,
  uses: Uses,
  wanted: readonly Type[],
  path: string,
  problems: Problem[],
  shown = expression,
): Type | undefined {
  const compiled = compile(expression, environmentOf(uses));
  if ('faults' in compiled) {
    problems.push(invalid(path, shown, `compilation failed: ${compiled.faults}`));
    return undefined;
  }
  const { type, unplannable } = compiled;
  if (wanted.length === 0 || wanted.some((one) => sameType(one, type))) {
    if (unplannable === undefined) return type;
    problems.push(internalField(path, `program instantiation failed: ${unplannable}`));
    return undefined;
  }
  const names = wanted.map(typeName);
  const choice = names.length === 1 ? names[0]! : `one of [${names.join(' ')}]`;
  problems.push(invalid(path, shown, `must evaluate to ${choice} but got ${typeName(type)}`));
  return type;
}

const DECLARED = new Set(['any', 'bool', 'bytes', 'double', 'duration', 'int', 'null', 'string', 'timestamp', 'uint']);

/** The type that a variable has for expressions after it: what has fields, and what is not known, is open. */
export function variableType(type: Type | undefined): Type {
  if (type === undefined) return DYN;
  if (DECLARED.has(type.kind)) return type;
  if (type.kind !== 'list' && type.kind !== 'map') return DYN;
  return { ...type, params: type.params.map(variableType) };
}
