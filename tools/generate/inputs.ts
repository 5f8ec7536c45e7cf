/** The shapes of what the generator reads. */
export interface ReflectedField {
  readonly name: string;
  readonly type: string;
  readonly tag?: number;
  readonly within?: readonly number[];
  readonly pointer?: boolean;
  readonly omitempty?: boolean;
  readonly omitzero?: boolean;
  readonly wrapped?: boolean;
  readonly patchStrategy?: string;
  readonly patchMergeKey?: string;
  readonly from?: string;
  readonly gate?: string;
  readonly embedded?: readonly string[];
  readonly go?: string;
}

export interface Reflected {
  readonly kinds: readonly { group: string; version: string; kind: string; definition: string }[];
  readonly definitions: Readonly<Record<string, { readonly fields: readonly ReflectedField[] }>>;
}

export interface OpenApiSchema {
  readonly [key: string]: unknown;
  readonly type?: string;
  readonly format?: string;
  readonly default?: unknown;
  readonly enum?: readonly string[];
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, OpenApiSchema>>;
  readonly items?: OpenApiSchema;
  readonly additionalProperties?: OpenApiSchema;
}

export interface DiscoveredResource {
  readonly resource: string;
  readonly responseKind: { readonly group: string; readonly version: string; readonly kind: string };
  readonly scope: 'Namespaced' | 'Cluster';
  readonly singularResource: string;
  readonly verbs: readonly string[];
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
  readonly subresources?: readonly {
    readonly subresource: string;
    readonly responseKind?: { readonly group: string; readonly version: string; readonly kind: string };
    readonly acceptedTypes?: readonly unknown[];
    readonly verbs: readonly string[];
  }[];
}

export interface Discovery {
  readonly items: readonly {
    readonly metadata: { readonly name?: string };
    readonly versions: readonly { readonly version: string; readonly resources: readonly DiscoveredResource[] }[];
  }[];
}

export interface Recorded {
  /** `GROUP/VERSION/RESOURCE` of all that a default server serves. */
  readonly served: readonly string[];
  /** With everything on. */
  readonly discovery: Discovery;
  /** By `GROUP/VERSION/RESOURCE` (`v1/pods`): tells the version in which a resource is stored. */
  readonly storageHashes: Readonly<Record<string, string>>;
  readonly schemas: Readonly<Record<string, OpenApiSchema>>;
}
