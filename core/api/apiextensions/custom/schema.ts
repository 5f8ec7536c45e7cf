import { builtInSchemas } from '#core/api/definition';
import type { JSONSchemaProps } from '#core/api/types';
import type { Json } from '#core/base';
import { type Field, type ObjectSchema, pruned, type ScalarType, type Schema } from '#core/machinery/schema';
import { extraOf, itemsOf } from '../structural.ts';

const SCALARS: Readonly<Record<string, ScalarType>> = {
  string: 'string',
  boolean: 'boolean',
  integer: 'int64',
  number: 'float64',
};

const EMPTY: ObjectSchema = { type: 'object', fields: [], byName: new Map(), mapType: 'granular' };

/** Absent is absent, and what is given is kept: nothing of a custom resource has a zero value. */
const field = (name: string, schema: Schema, required: boolean, more: Partial<Field> = {}): Field => ({
  name,
  schema,
  required,
  pointer: true,
  omitempty: true,
  ...more,
});

/** The metadata that every object has. Its field has no protobuf number: a custom resource has no such form. */
const metadata = (): Field => {
  const schema = builtInSchemas.definition('meta/v1.ObjectMeta');
  if (schema === undefined) throw new Error('ObjectMeta has no schema');
  return { name: 'metadata', schema, required: false, pointer: false, omitempty: true, omitzero: true };
};

const typeFields = (): readonly Field[] => [
  field('apiVersion', { type: 'string' }, false),
  field('kind', { type: 'string' }, false),
  metadata(),
];

const nullable = ({ nullable: is }: JSONSchemaProps) => (is === true ? { constraints: { nullable: true } } : {});

function objectSchema(props: JSONSchemaProps, own: readonly Field[] = []): ObjectSchema {
  const { properties = {}, required = [] } = props;
  const mustBe = new Set(required);
  const embedded = props['x-kubernetes-embedded-resource'] === true;
  const first = own.length > 0 || !embedded ? own : typeFields();
  const taken = new Set(first.map(({ name }) => name));
  const named = Object.entries(properties)
    .filter(([name]) => !taken.has(name))
    .map(([name, one]) => {
      const schema = schemaOf(one);
      const given = one.default as Json | undefined;
      return field(name, schema, mustBe.has(name), given === undefined ? {} : { default: pruned(schema, given) });
    });
  const fields = [...first, ...named];
  return {
    type: 'object',
    fields,
    byName: new Map(fields.map((one) => [one.name, one])),
    mapType: props['x-kubernetes-map-type'] === 'atomic' ? 'atomic' : 'granular',
    ...(props['x-kubernetes-preserve-unknown-fields'] === true ? { preserveUnknown: true } : {}),
    ...(embedded ? { embedded } : {}),
    ...nullable(props),
  };
}

function schemaOf(props: JSONSchemaProps): Schema {
  const { type = '' } = props;
  if (props['x-kubernetes-int-or-string'] === true) return { type: 'intOrString', ...nullable(props) };
  const items = itemsOf(props);
  if (type === 'array' && items !== undefined) {
    const listType = props['x-kubernetes-list-type'] as 'atomic' | 'set' | 'map' | undefined;
    const keys = props['x-kubernetes-list-map-keys'] ?? [];
    return { type: 'list', items: schemaOf(items), listType: listType ?? 'atomic', keys, ...nullable(props) };
  }
  const { additionalProperties: extra } = props;
  if (extra !== undefined && extra !== false && Object.keys(props.properties ?? {}).length === 0) {
    const within = extraOf(props);
    const mapType = props['x-kubernetes-map-type'] === 'atomic' ? 'atomic' : 'granular';
    return { type: 'map', values: within === undefined ? EMPTY : schemaOf(within), mapType, ...nullable(props) };
  }
  const scalar = SCALARS[type];
  if (scalar !== undefined) return { type: scalar, ...nullable(props) };
  return objectSchema(props);
}

/** What objects of a custom resource may hold, in the model that everything reads. */
export const structuralSchema = (props: JSONSchemaProps): ObjectSchema => ({
  ...objectSchema(props, typeFields()),
  structural: true,
});
