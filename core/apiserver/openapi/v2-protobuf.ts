import { type Json, stringify } from '#core/base';
import { closeField, newWriter, putText, putVarint, take, used, type Writer } from '#core/machinery/protobuf';
import type { Node } from './schemas.ts';

/**
 * How a JSON property of a v2 document is written in protobuf: a text, many texts, a boolean, a value of any kind (as YAML,
 * which JSON is), many of them, a message, or many.
 */
type Form = 'text' | 'texts' | 'flag' | 'any' | 'anys' | readonly ['one' | 'many', () => Message];

interface Message {
  readonly fields: readonly (readonly [tag: number, name: string, form: Form])[];
  /** Number of the field that holds `x-` properties. */
  readonly extensions?: number;
  /** Every property is an entry of this field: a map of its own. */
  readonly entries?: readonly [tag: number, value: () => Message];
  /** Writes something other than its fields. */
  readonly as?: (writer: Writer, value: Json) => void;
}

/** Upstream: gnostic-models/openapiv2/OpenAPIv2.proto; only what our documents have. */
const DOCUMENT: Message = {
  fields: [
    [1, 'swagger', 'text'],
    [2, 'info', ['one', () => INFO]],
    [8, 'paths', ['one', () => PATHS]],
    [9, 'definitions', ['one', () => DEFINITIONS]],
    [12, 'security', ['many', () => SECURITY_REQUIREMENT]],
    [13, 'securityDefinitions', ['one', () => SECURITY_DEFINITIONS]],
  ],
};
const INFO: Message = {
  fields: [
    [1, 'title', 'text'],
    [2, 'version', 'text'],
  ],
};
const PATHS: Message = { fields: [], entries: [2, () => PATH_ITEM] };
const DEFINITIONS: Message = { fields: [], entries: [1, () => SCHEMA] };
const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch'] as const;
const PATH_ITEM: Message = {
  fields: [
    ...METHODS.map((method, index) => [index + 2, method, ['one', () => OPERATION]] as const),
    [9, 'parameters', ['many', () => PARAMETERS_ITEM]],
  ],
};
const OPERATION: Message = {
  fields: [
    [1, 'tags', 'texts'],
    [3, 'description', 'text'],
    [5, 'operationId', 'text'],
    [6, 'produces', 'texts'],
    [7, 'consumes', 'texts'],
    [8, 'parameters', ['many', () => PARAMETERS_ITEM]],
    [9, 'responses', ['one', () => RESPONSES]],
    [10, 'schemes', 'texts'],
  ],
  extensions: 13,
};
const RESPONSES: Message = { fields: [], entries: [1, () => RESPONSE_VALUE] };
const RESPONSE: Message = {
  fields: [
    [1, 'description', 'text'],
    [2, 'schema', ['one', () => SCHEMA_ITEM]],
  ],
};
const BODY_PARAMETER: Message = {
  fields: [
    [1, 'description', 'text'],
    [2, 'name', 'text'],
    [3, 'in', 'text'],
    [4, 'required', 'flag'],
    [5, 'schema', ['one', () => SCHEMA]],
  ],
};
const PATH_PARAMETER: Message = {
  fields: [
    [1, 'required', 'flag'],
    [2, 'in', 'text'],
    [3, 'description', 'text'],
    [4, 'name', 'text'],
    [5, 'type', 'text'],
    [19, 'uniqueItems', 'flag'],
  ],
};
const QUERY_PARAMETER: Message = {
  fields: [
    [2, 'in', 'text'],
    [3, 'description', 'text'],
    [4, 'name', 'text'],
    [6, 'type', 'text'],
    [20, 'uniqueItems', 'flag'],
  ],
};
const SCHEMA: Message = {
  fields: [
    [1, '$ref', 'text'],
    [2, 'format', 'text'],
    [4, 'description', 'text'],
    [5, 'default', 'any'],
    [19, 'required', 'texts'],
    [20, 'enum', 'anys'],
    [21, 'additionalProperties', ['one', () => ADDITIONAL_PROPERTIES]],
    [22, 'type', ['one', () => TYPE_ITEM]],
    [23, 'items', ['one', () => ITEMS_ITEM]],
    [25, 'properties', ['one', () => PROPERTIES]],
  ],
  extensions: 31,
};
const PROPERTIES: Message = { fields: [], entries: [1, () => SCHEMA] };
const API_KEY: Message = {
  fields: [
    [1, 'type', 'text'],
    [2, 'name', 'text'],
    [3, 'in', 'text'],
    [4, 'description', 'text'],
  ],
};
const SECURITY_DEFINITIONS: Message = { fields: [], entries: [1, () => within(2, () => API_KEY)] };
const SECURITY_REQUIREMENT: Message = { fields: [], entries: [1, () => STRING_ARRAY] };

/** A message that holds the value as one of its alternatives. */
const within = (tag: number, inner: () => Message): Message => ({
  fields: [],
  as: (writer, value) => putMessage(writer, tag, inner(), value),
});
const STRING_ARRAY: Message = { fields: [], as: (writer, value) => putTexts(writer, 1, value as readonly string[]) };
const TYPE_ITEM: Message = { fields: [], as: (writer, value) => putTexts(writer, 1, [value as string]) };
const ITEMS_ITEM = within(1, () => SCHEMA);
const SCHEMA_ITEM = within(1, () => SCHEMA);
const ADDITIONAL_PROPERTIES = within(1, () => SCHEMA);
const RESPONSE_VALUE = within(1, () => RESPONSE);
/** ParametersItem holds a Parameter, which is of the body or holds one of the path or query. */
const PARAMETERS_ITEM = within(1, () => PARAMETER);
const PARAMETER: Message = {
  fields: [],
  as: (writer, value) => {
    const where = (value as Node)['in'];
    if (where === 'body') putMessage(writer, 1, BODY_PARAMETER, value);
    else putMessage(writer, 2, where === 'path' ? PATH_SUBSCHEMA : QUERY_SUBSCHEMA, value);
  },
};
const QUERY_SUBSCHEMA = within(3, () => QUERY_PARAMETER);
const PATH_SUBSCHEMA = within(4, () => PATH_PARAMETER);

const key = (tag: number): number => tag * 8 + 2;

function putField(writer: Writer, tag: number, text: string): void {
  const before = used(writer);
  putText(writer, text);
  closeField(writer, before, key(tag));
}

function putTexts(writer: Writer, tag: number, texts: readonly string[]): void {
  for (let i = texts.length - 1; i >= 0; i--) putField(writer, tag, texts[i]!);
}

function putMessage(writer: Writer, tag: number, message: Message, value: Json): void {
  const before = used(writer);
  putContent(writer, message, value);
  closeField(writer, before, key(tag));
}

/** A value of any kind, as YAML in field 2. */
function putAny(writer: Writer, tag: number, value: Json): void {
  const before = used(writer);
  putField(writer, 2, `${stringify(value)}\n`);
  closeField(writer, before, key(tag));
}

/** A name and its value. */
function putNamed(writer: Writer, tag: number, name: string, putValue: () => void): void {
  const before = used(writer);
  putValue();
  putField(writer, 1, name);
  closeField(writer, before, key(tag));
}

/** Everything is written from its end to its start. */
function putContent(writer: Writer, message: Message, value: Json): void {
  if (message.as !== undefined) return message.as(writer, value);
  const node = value as Node;
  if (message.extensions !== undefined)
    for (const name of Object.keys(node).toReversed())
      if (name.startsWith('x-')) putNamed(writer, message.extensions, name, () => putAny(writer, 2, node[name]!));
  if (message.entries !== undefined) {
    const [tag, inner] = message.entries;
    for (const name of Object.keys(node).toReversed())
      putNamed(writer, tag, name, () => putMessage(writer, 2, inner(), node[name]!));
  }
  for (let i = message.fields.length - 1; i >= 0; i--) {
    const [tag, name, form] = message.fields[i]!;
    const own = node[name];
    if (own !== undefined) putForm(writer, tag, form, own);
  }
}

function putForm(writer: Writer, tag: number, form: Form, value: Json): void {
  if (form === 'text') return putField(writer, tag, value as string);
  if (form === 'texts') return putTexts(writer, tag, value as readonly string[]);
  if (form === 'any') return putAny(writer, tag, value);
  if (form === 'flag') {
    putVarint(writer, value === true ? 1 : 0);
    return putVarint(writer, tag * 8);
  }
  const items = value as readonly Json[];
  if (form === 'anys') {
    for (let i = items.length - 1; i >= 0; i--) putAny(writer, tag, items[i]!);
    return;
  }
  const [kind, message] = form;
  if (kind === 'one') return putMessage(writer, tag, message(), value);
  for (let i = items.length - 1; i >= 0; i--) putMessage(writer, tag, message(), items[i]!);
}

/** A v2 document in the protobuf form that client-go asks for. */
export function encodeV2(document: Node): Uint8Array {
  const writer = newWriter(1 << 20);
  putContent(writer, DOCUMENT, document);
  return take(writer);
}
