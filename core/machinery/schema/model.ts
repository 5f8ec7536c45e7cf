import type { Json } from '#core/base';

/**
 * The one model of what an object may hold, for built-in kinds and custom resources alike. Pruning, unknown and
 * duplicate fields, defaulting, the patches, apply, protobuf, CEL, OpenAPI and the generated types all read it.
 * Cyclic (JSONSchemaProps holds itself), so follow it with the value beside it, never on its own.
 */
export type Schema = ObjectSchema | MapSchema | ListSchema | ScalarSchema;

/** A struct: its fields are known. */
export interface ObjectSchema {
  readonly type: 'object';
  /** The definition's OpenAPI name (`io.k8s.api.core.v1.PodSpec`); absent for an anonymous part of a custom resource. */
  readonly name?: string;
  /** In the order in which built-ins are written. */
  readonly fields: readonly Field[];
  readonly byName: ReadonlyMap<string, Field>;
  /** For apply: `atomic` structs have one owner. */
  readonly mapType: 'granular' | 'atomic';
  /** Fields that the schema does not name are kept (`x-kubernetes-preserve-unknown-fields`). */
  readonly preserveUnknown?: boolean;
  /** Holds apiVersion, kind and metadata of its own (`x-kubernetes-embedded-resource`). */
  readonly embedded?: boolean;
  /** The root of a custom resource: its values are JSON that is pruned, not structs that are read (`pruned.ts`). */
  readonly structural?: boolean;
  /** Fields of which at most one may be set; setting another clears the rest. */
  readonly unions?: readonly Union[];
  readonly constraints?: Constraints;
}

export interface Field {
  readonly name: string;
  readonly schema: Schema;
  /** Protobuf field number; absent for custom resources. */
  readonly tag?: number;
  /**
   * Where Go embeds a struct, JSON lists its fields flat but protobuf keeps them in a message of their own: the numbers of the
   * messages that hold this field, outermost first (a Volume's `emptyDir` lies in message 2).
   */
  readonly within?: readonly number[];
  readonly required: boolean;
  /** Go's `*T`: a zero value that was given differs from none. */
  readonly pointer: boolean;
  /** Left out when it has its type's zero value. Without it, and without `pointer`, the zero value is written. */
  readonly omitempty: boolean;
  /** The type's name in Go (`[]v1.FinalizerName`), where it is no struct: refusals name it. */
  readonly goType?: string;
  /** The structs that Go embeds on the way to the field: refusals name them. */
  readonly embedded?: readonly string[];
  /** Left out when all of its parts are zero too: what `omitempty` does not do for structs and times. */
  readonly omitzero?: boolean;
  /** Used where the field is absent. */
  readonly default?: Json;
  /** Dropped on write unless this gate is on or the stored object uses it. */
  readonly gate?: string;
  /** Strategic merge: how a list or object is merged, and by which key. It differs from the keys of apply for some lists. */
  readonly patchStrategy?: readonly ('merge' | 'replace' | 'retainKeys')[];
  readonly patchMergeKey?: string;
  /** The list's or map's type was said for this field; without it a list counts as atomic and OpenAPI says nothing. */
  readonly typeGiven?: boolean;
}

/** Any key, one schema for all values. */
export interface MapSchema {
  readonly type: 'map';
  readonly values: Schema;
  readonly mapType: 'granular' | 'atomic';
  readonly constraints?: Constraints;
}

export interface ListSchema {
  readonly type: 'list';
  readonly items: Schema;
  readonly listType: 'atomic' | 'set' | 'map';
  /** For `map`: the fields that tell items apart. */
  readonly keys: readonly string[];
  /** In protobuf the list is a message of its own that holds the items as field 1. */
  readonly wrapped?: boolean;
  readonly constraints?: Constraints;
}

export interface ScalarSchema {
  readonly type: ScalarType;
  /** Of `any`: the definition's OpenAPI name (RawExtension, JSON, ...). */
  readonly name?: string;
  /** The only values allowed. */
  readonly enum?: readonly Json[];
  /** Of `any`: the parts of JSONSchemaProps that are a schema or something else. Protobuf has messages for them. */
  readonly either?: EitherSchema;
  readonly constraints?: Constraints;
}

/** `{schema}` or a boolean, a list of schemas, a list of strings. */
export interface EitherSchema {
  readonly or: 'boolean' | 'schemas' | 'strings';
  /** JSONSchemaProps. */
  readonly schema: ObjectSchema;
}

/**
 * - `bytes`: base64 text. `time`: RFC 3339, seconds. `microTime`: RFC 3339 with six digits. `duration`: Go's (`1h30m`).
 * - `intOrString`, `quantity`: as Kubernetes writes them; quantities canonical once decoded.
 * - `any`: any JSON value at all (RawExtension, JSON, preserve-unknown without a type). In protobuf a RawExtension holds
 *   bytes of JSON.
 * - `fieldsV1`: a managed-fields set, kept as text.
 */
export type ScalarType =
  | 'string'
  | 'int32'
  | 'int64'
  | 'float64'
  | 'boolean'
  | 'bytes'
  | 'time'
  | 'microTime'
  | 'duration'
  | 'quantity'
  | 'intOrString'
  | 'fieldsV1'
  | 'any';

export interface Union {
  readonly discriminator?: string;
  /** Field name to the discriminator's value for it. */
  readonly members: Readonly<Record<string, string>>;
}

/** What JSON schema can say beyond the type; custom resources use all of it, built-ins little. */
export interface Constraints {
  readonly nullable?: boolean;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: boolean;
  readonly exclusiveMaximum?: boolean;
  readonly multipleOf?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly format?: string;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly uniqueItems?: boolean;
  readonly minProperties?: number;
  readonly maxProperties?: number;
  readonly allOf?: readonly Json[];
  readonly anyOf?: readonly Json[];
  readonly oneOf?: readonly Json[];
  readonly not?: Json;
  readonly rules?: readonly Json[];
}
