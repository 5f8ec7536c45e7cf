import type { Json, JsonObject } from '#core/base';
import type { Now } from '#core/machinery/table';
import type { KubeObject } from '#core/machinery/object';
import type { ObjectSchema } from '#core/machinery/schema';
import type { Problem } from '#core/machinery/status';

/** What one request does. `connect` covers exec, attach, portforward, proxy and log. */
export type Verb = 'get' | 'list' | 'watch' | 'create' | 'update' | 'patch' | 'delete' | 'deletecollection' | 'connect';

/**
 * All that the API server knows of a kind. A built-in is one written down, a CustomResourceDefinition makes one at run
 * time, and nothing else distinguishes them.
 */
export interface ResourceDefinition {
  /** '' for the core group. */
  readonly group: string;
  /** Plural, as in paths: `deployments`. */
  readonly resource: string;
  readonly singular: string;
  readonly kind: string;
  readonly listKind: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly namespaced: boolean;
  /** Served on the resource itself. Without `list` and `get` (reviews) nothing is stored. */
  readonly verbs: readonly Verb[];
  /** In order of preference. */
  readonly versions: readonly ServedVersion[];
  /** The version in which objects are stored. */
  readonly storageVersion: string;
  /** The version in which objects lie, where it is another than the one in which they are handled. */
  readonly storedVersion?: string;
  /** Where objects lie; two resources may share one place (Event in '' and events.k8s.io). Default: `GROUP/RESOURCE/`. */
  readonly storage: string;
  readonly subresources: readonly Subresource[];
  /** From any served version to any other; absent where there is one version or all are alike but for `apiVersion`. */
  readonly convert?: (object: KubeObject, toVersion: string) => KubeObject;
  readonly strategy: Strategy;
  /** Selectable fields beyond metadata.name and metadata.namespace: path to value as text. */
  readonly selectableFields?: Readonly<Record<string, (object: KubeObject) => string>>;
  /** Milliseconds that an object lives (Events). */
  readonly expiresAfter?: number;
  /** For `kubectl get`; without columns a Table shows name and age. */
  readonly columns?: (version: string) => Columns;
  /** Of a custom resource: its objects are handled in the version that was asked for, and lie in the store in another form. */
  readonly stored?: StoredForm;
  /** Tells definitions of one name apart, one after the other: what was made of an object by one is not what the next makes of it. */
  readonly edition?: string;
  /** It is about to go: nothing is created any more. */
  readonly retiring?: boolean;
}

/** How objects lie in the store, and what they are in the version of a request. Both give back what is in that form already. */
export interface StoredForm {
  read(object: KubeObject): KubeObject;
  write(object: KubeObject): KubeObject;
  /**
   * Where somebody else converts: asks for what `read` will be asked for, of objects that lie in the store, and `write`, of
   * one that is to. Without having been asked both refuse. Rejects with a StatusError.
   */
  readonly prepare?: {
    read(objects: readonly KubeObject[]): Promise<void>;
    write(object: KubeObject): Promise<void>;
  };
}

export interface ServedVersion {
  readonly version: string;
  readonly served: boolean;
  readonly schema: ObjectSchema;
  /** The gate that must be on for it to be served. */
  readonly gate?: string;
  /** Sent as a Warning header. */
  readonly deprecated?: string;
  /** The resource as this version has it, where versions differ in more than their schemas. */
  readonly own?: ResourceDefinition;
  /** What OpenAPI says of the kind, where more is known than the schema holds. */
  readonly published?: Published;
}

/** A kind as OpenAPI tells of it, by dialect; without what every object has. */
export interface Published {
  readonly v2: JsonObject;
  readonly v3: JsonObject;
  /** Fields that lists can be narrowed by: `spec.colour`. */
  readonly selectable: readonly string[];
}

/** A resource as one of its versions has it. */
export const inOwnVersion = (definition: ResourceDefinition, version: string): ResourceDefinition =>
  definition.versions.find((one) => one.version === version)?.own ?? definition;

export interface Subresource {
  /** `status`, `scale`, `eviction`, `log`, ... */
  readonly name: string;
  readonly verbs: readonly Verb[];
  /** The kind that it takes and answers, where it is not the resource's own (Scale, Eviction, TokenRequest, Binding). */
  readonly kind?: { readonly group: string; readonly version: string; readonly kind: string };
}

/** What the strategies are told of a request. */
export interface StrategyContext {
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly subresource: string;
  readonly gates: { enabled(gate: string): boolean };
  readonly user: string;
  /** The labels of the namespace that the object lies in; without it there are none. */
  readonly namespaceLabels?: () => Readonly<Record<string, string>>;
  /** Of an update: `next` before what is empty became none. */
  readonly given?: KubeObject;
  /** Tells the client, by a Warning header. */
  readonly warn?: (text: string) => void;
}

/** What only a kind knows. All of it works on the storage version, returns new objects, and is pure. */
export interface Strategy {
  /** Clears what a client may not set (status), sets what the server does (generation, phase). */
  readonly prepareForCreate?: (object: KubeObject, context: StrategyContext) => KubeObject;
  /** Carries over from `old` what this endpoint may not change, and counts the generation. */
  readonly prepareForUpdate?: (next: KubeObject, old: KubeObject, context: StrategyContext) => KubeObject;
  readonly validateCreate?: (object: KubeObject, context: StrategyContext) => readonly Problem[];
  readonly validateUpdate?: (next: KubeObject, old: KubeObject, context: StrategyContext) => readonly Problem[];
  /** What a written object shows beyond what was judged of it; after validation. */
  readonly canonicalize?: (object: KubeObject) => KubeObject;
  /** Texts for Warning headers. */
  readonly warnings?: (object: KubeObject, old: KubeObject | undefined, context: StrategyContext) => readonly string[];
  /** What names are allowed: problems of `metadata.name`, given the name and whether it is only a prefix. */
  readonly validateName?: (name: string, prefix: boolean) => readonly string[];
  /** A prefix of a name counts as the name: nothing is added to it. */
  readonly prefixIsName?: boolean;
  readonly allowCreateOnUpdate?: boolean;
  /** An update without a resourceVersion is accepted. */
  readonly allowUnconditionalUpdate?: boolean;
  /** `spec` changes count `metadata.generation`. */
  readonly generation?: boolean;
  /** Field paths (`['status']`, `['metadata', 'deletionTimestamp']`) that each endpoint resets, so that no manager owns them there. By subresource, '' being the main one. */
  readonly resetFields?: Readonly<Record<string, readonly (readonly string[])[]>>;
  /** Graceful deletion (pods): the seconds that deletion takes, 0 for at once. */
  readonly gracePeriod?: (object: KubeObject, asked: number | undefined) => number;
  /** What a delete without propagationPolicy does to dependents. */
  readonly defaultPropagation?: 'Background' | 'Orphan' | 'Foreground' | 'Unsupported';
  /** Scale subresource: where the replica counts and the selector lie. */
  readonly scale?: ScalePaths;
}

export interface ScalePaths {
  readonly specReplicas: readonly string[];
  readonly statusReplicas: readonly string[];
  /** Gives the selector as text. */
  readonly selector: (object: KubeObject) => string;
}

export interface Column {
  readonly name: string;
  readonly type: 'string' | 'integer' | 'number' | 'boolean' | 'date';
  readonly format?: string;
  /** 0 is shown always, 1 with `-o wide`. */
  readonly priority: number;
  /** Falls back to '' where nothing describes it. */
  readonly description?: string;
}

export interface Columns {
  readonly columns: readonly Column[];
  /** One cell a column. `now` is for ages. */
  readonly cells: (object: KubeObject, now: Now) => readonly Json[];
  /** The order of rows where it is not that of their keys. */
  readonly order?: (left: KubeObject, right: KubeObject) => number;
}

/** All resources of a server, found by name or by kind. Changes when a CustomResourceDefinition does. */
export interface Registry {
  readonly all: Iterable<ResourceDefinition>;
  resource(group: string, resource: string): ResourceDefinition | undefined;
  kind(group: string, kind: string): ResourceDefinition | undefined;
  /** Schema of kinds that are no resource of their own too: Scale, Eviction, DeleteOptions, ... */
  schema(group: string, version: string, kind: string): ObjectSchema | undefined;
  /** Tells of definitions that are no more, or that others take the place of. Where nothing changes it is absent. */
  follow?(gone: (definition: ResourceDefinition) => void): void;
}

/** A registry to which resources come and from which they go. */
export interface OpenRegistry extends Registry {
  /** In place of another of the same name, if there is one. A name that is built in stays what it is. */
  serve(definition: ResourceDefinition): void;
  withdraw(group: string, resource: string): void;
  follow(gone: (definition: ResourceDefinition) => void): void;
}

/** Fills in what the request left out, in the request's version. */
export type Defaults = (object: JsonObject, group: string, version: string, kind: string) => JsonObject;
