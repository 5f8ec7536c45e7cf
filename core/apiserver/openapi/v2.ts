import type { Json } from '#core/base';
import { answerTypes, patchTypes, type Spoken } from './media-types.ts';
import type { Media, Operation, Parameter, Path } from './operations.ts';
import type { Node } from './schemas.ts';

const PRODUCES: Readonly<Record<Media, readonly string[]>> = {
  object: ['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf'],
  stream: [
    'application/json',
    'application/yaml',
    'application/vnd.kubernetes.protobuf',
    'application/json;stream=watch',
    'application/vnd.kubernetes.protobuf;stream=watch',
  ],
  text: ['text/plain', 'application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf'],
  any: ['*/*'],
  document: ['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf'],
  json: ['application/json'],
  keys: ['application/jwk-set+json'],
};
const PATCHES = [
  'application/json-patch+json',
  'application/merge-patch+json',
  'application/strategic-merge-patch+json',
  'application/apply-patch+yaml',
];
/** In which a custom resource may be sent. */
const BODIES = ['application/json', 'application/yaml'];
const STATUS: Readonly<Record<number, string>> = { 200: 'OK', 201: 'Created', 202: 'Accepted', 401: 'Unauthorized' };

const reference = (definition: string): Node => ({ $ref: `#/definitions/${definition}` });

/** A path in OpenAPI v2. Parameters stand where they are used; upstream shares them by reference. */
export function pathNode({ operations, parameters }: Path, spoken: Spoken): Node {
  const node: Record<string, Json> = {};
  for (const operation of operations) node[operation.method] = operationNode(operation, spoken);
  if (parameters.length > 0) node['parameters'] = parameters.map(parameterNode);
  return node;
}

function operationNode(operation: Operation, spoken: Spoken): Node {
  const { id, tag, action, kind, parameters, body, statuses, answer, media } = operation;
  const produces = answerTypes(PRODUCES[media], operation, spoken);
  // Documents of discovery say they consume what they produce; those about tokens nothing.
  const ofDocument = answer === undefined ? undefined : produces;
  const consumes =
    action === undefined
      ? ofDocument
      : body?.patch === true
        ? patchTypes(PATCHES, spoken)
        : spoken.isCustom
          ? BODIES
          : ['*/*'];
  const schema: Node = answer === undefined ? { type: 'string' } : reference(answer);
  const responses: Record<string, Json> = {};
  for (const status of statuses)
    responses[status] = { description: STATUS[status]!, ...(status === 401 ? {} : { schema }) };
  const sent: Json[] =
    body === undefined
      ? []
      : [
          {
            name: 'body',
            in: 'body',
            ...(body.required ? { required: true } : {}),
            schema: reference(body.definition),
          },
        ];
  const all = [...sent, ...parameters.map(parameterNode)];
  return {
    ...(consumes === undefined ? {} : { consumes }),
    produces,
    schemes: ['https'],
    tags: [tag],
    operationId: id,
    ...(all.length === 0 ? {} : { parameters: all }),
    responses,
    ...(action === undefined ? {} : { 'x-kubernetes-action': action }),
    ...(kind === undefined
      ? {}
      : { 'x-kubernetes-group-version-kind': { group: kind.group, kind: kind.kind, version: kind.version } }),
  };
}

const parameterNode = ({ name, in: where, type }: Parameter): Node => ({
  uniqueItems: true,
  type,
  name,
  in: where,
  ...(where === 'path' ? { required: true } : {}),
});
