import type { Json } from '#core/base';
import { answerTypes, patchTypes, type Spoken } from './media-types.ts';
import type { Media, Operation, Parameter, Path } from './operations.ts';
import type { Node } from './schemas.ts';

const TYPES: Readonly<Record<Media, readonly string[]>> = {
  object: ['application/json', 'application/vnd.kubernetes.protobuf', 'application/yaml'],
  stream: [
    'application/json',
    'application/json;stream=watch',
    'application/vnd.kubernetes.protobuf',
    'application/vnd.kubernetes.protobuf;stream=watch',
    'application/yaml',
  ],
  text: ['application/json', 'application/vnd.kubernetes.protobuf', 'application/yaml', 'text/plain'],
  any: ['*/*'],
  document: ['application/json', 'application/vnd.kubernetes.protobuf', 'application/yaml'],
  json: ['application/json'],
  keys: ['application/jwk-set+json'],
};
const PATCHES = [
  'application/apply-patch+yaml',
  'application/json-patch+json',
  'application/merge-patch+json',
  'application/strategic-merge-patch+json',
];
/** In which a custom resource may be sent. */
const BODIES = ['application/json', 'application/yaml'];
const STATUS: Readonly<Record<number, string>> = { 200: 'OK', 201: 'Created', 202: 'Accepted', 401: 'Unauthorized' };

const reference = (definition: string): Node => ({ $ref: `#/components/schemas/${definition}` });
const content = (types: readonly string[], schema: Node): Node =>
  Object.fromEntries(types.map((type) => [type, { schema }]));

/** A path in OpenAPI v3. */
export function pathNode({ operations, parameters }: Path, spoken: Spoken): Node {
  const node: Record<string, Json> = {};
  for (const operation of operations) node[operation.method] = operationNode(operation, spoken);
  if (parameters.length > 0) node['parameters'] = parameters.map(parameterNode);
  return node;
}

function operationNode(operation: Operation, spoken: Spoken): Node {
  const { id, tag, action, kind, parameters, body, statuses, answer, media } = operation;
  const types = answerTypes(TYPES[media], operation, spoken).toSorted();
  const schema: Node = answer === undefined ? { type: 'string' } : reference(answer);
  const responses: Record<string, Json> = {};
  for (const status of statuses)
    responses[status] = {
      description: STATUS[status]!,
      ...(status === 401 ? {} : { content: content(types, schema) }),
    };
  return {
    tags: [tag],
    operationId: id,
    ...(parameters.length === 0 ? {} : { parameters: parameters.map(parameterNode) }),
    ...(body === undefined ? {} : { requestBody: bodyNode(body, spoken) }),
    responses,
    ...(action === undefined ? {} : { 'x-kubernetes-action': action }),
    ...(kind === undefined
      ? {}
      : { 'x-kubernetes-group-version-kind': { group: kind.group, version: kind.version, kind: kind.kind } }),
  };
}

function bodyNode({ definition, required, patch }: NonNullable<Operation['body']>, spoken: Spoken): Node {
  const patches = patchTypes(PATCHES, spoken).toSorted();
  return {
    content: content(patch ? patches : spoken.isCustom ? BODIES : ['*/*'], reference(definition)),
    ...(required ? { required } : {}),
  };
}

const parameterNode = ({ name, in: where, type }: Parameter): Node => ({
  name,
  in: where,
  ...(where === 'path' ? { required: true } : {}),
  schema: { type, uniqueItems: true },
});
