import type { JsonObject } from '#core/base';
import type { ResourceDefinition } from '#core/api/definition';
import type { KubeObject } from '#core/machinery/object';
import type { Guard, Write } from '#core/store';
import type { Headers, Peer, User } from './types.ts';

/** Says who asks. */
export interface Authenticator {
  /**
   * The user, with `system:authenticated` (or, for anonymous, `system:unauthenticated`) among its groups; `undefined` where the
   * request shows no credentials that this authenticator knows. Rejects with a StatusError (401) when what it shows is wrong.
   */
  authenticate(request: Credentials): User | undefined | Promise<User | undefined>;
}

/** The part of a request that can show who asks. */
export interface Credentials {
  readonly headers: Headers;
  readonly peer: Peer;
  /** Path without query. */
  readonly path: string;
  /** Tells the client, by a Warning header. */
  readonly warn?: (text: string) => void;
}

/** Turns the user into another one whom the request's Impersonate-* headers name, if it may. Throws a StatusError (403) otherwise. */
export type Impersonate = (user: User, headers: Headers) => User | Promise<User>;

/** What a user wants to do. */
export interface Attributes {
  readonly user: User;
  /** A resource's verb (`get`, `list`, `deletecollection`, ...), or the lower-case HTTP method for other paths. */
  readonly verb: string;
  readonly isResource: boolean;
  /** Path without query; what non-resource rules match. */
  readonly path: string;
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly subresource: string;
  /** '' for cluster scope and for all namespaces. */
  readonly namespace: string;
  readonly name: string;
  /** Of lists, watches and deletecollections, as sent. */
  readonly fieldSelector?: string;
  readonly labelSelector?: string;
}

export interface Decision {
  readonly allowed: boolean;
  /** Refused for good: no later authorizer is asked. */
  readonly denied?: boolean;
  readonly reason: string;
  /** What went wrong while deciding; shown by SubjectAccessReview. */
  readonly error?: string;
}

/** Says who may do what. Quick: it is asked for every request. */
export interface Authorizer {
  decide(attributes: Attributes): Decision | Promise<Decision>;
}

export type Operation = 'CREATE' | 'UPDATE' | 'DELETE' | 'CONNECT';

/** A write, as admission sees it. */
export interface AdmissionAttributes {
  readonly definition: ResourceDefinition;
  /** The request's version; `object` and `old` are in the storage version all the same. */
  readonly version: string;
  /** '' for the resource itself. */
  readonly subresource: string;
  readonly operation: Operation;
  readonly namespace: string;
  /** '' on create with generateName. */
  readonly name: string;
  /**
   * What would be stored, after defaulting; for DELETE `undefined`. For a subresource with a kind of its own (Eviction, Binding,
   * TokenRequest, PodExecOptions, ...) an object of that kind.
   */
  readonly object: KubeObject | undefined;
  /** What is stored; `undefined` on create. */
  readonly old: KubeObject | undefined;
  readonly user: User;
  readonly dryRun: boolean;
  /** CreateOptions, UpdateOptions, PatchOptions or DeleteOptions. */
  readonly options: JsonObject;
  /** Adds a Warning header to the answer. */
  readonly warn: (text: string) => void;
}

/** Changes or refuses writes. An update may be retried: plugins have no effects of their own but through `object`. */
export interface AdmissionPlugin {
  readonly name: string;
  handles(operation: Operation, definition: ResourceDefinition, subresource: string): boolean;
  /** The object to go on with: the one given or a changed copy. Throws a StatusError to refuse. */
  readonly admit?: (attributes: AdmissionAttributes) => KubeObject | undefined | Promise<KubeObject | undefined>;
  /** Runs after all `admit`s and the kind's own validation. Throws a StatusError to refuse. */
  readonly validate?: (attributes: AdmissionAttributes) => void | Promise<void>;
}

/** The plugins in order. */
export type Admission = readonly AdmissionPlugin[];

/** An object about to be written, told to those who keep others in step with it (a Service's address and ports). */
export interface PlannedWrite {
  readonly definition: ResourceDefinition;
  readonly subresource: string;
  /** `undefined` when it is removed. */
  readonly object: KubeObject | undefined;
  /** `undefined` when it is created. */
  readonly old: KubeObject | undefined;
  readonly dryRun: boolean;
  readonly user: User;
}

/** What goes along with a write, in the same transaction. */
export interface Accompaniment {
  /** The object itself, with what was allocated filled in; ignored for a removal. */
  readonly object: KubeObject | undefined;
  /** At most one object a resource, the written object's own resource excepted. None on dry run. */
  readonly guards?: readonly Guard[];
  readonly writes?: readonly Write[];
  /** Called once, when it is known whether the transaction was committed: give back what was taken otherwise. */
  readonly settled?: (committed: boolean) => void;
}

/**
 * Allocates what a write needs and writes it along: called after defaulting and mutation, before validation. A conflict of the
 * transaction (also of the guards given here) makes the whole write start again. May throw a StatusError.
 */
export interface Allocation {
  /** Whether writes of this resource concern it at all. */
  concerns(definition: ResourceDefinition): boolean;
  accompany(write: PlannedWrite): Accompaniment | Promise<Accompaniment>;
}

/** What handlers of reviews and of subresources with a kind of their own are told. */
export interface HandlerContext {
  readonly user: User;
  readonly definition: ResourceDefinition;
  /** The version that `object` is in and that the answer must be in. */
  readonly version: string;
  readonly namespace: string;
  readonly name: string;
  readonly dryRun: boolean;
  readonly options: JsonObject;
  readonly warn: (text: string) => void;
}

/** Answers a create-only resource (SubjectAccessReview, TokenReview, ...): the object with its status. Nothing is stored. */
export type ReviewHandler = (object: KubeObject, context: HandlerContext) => KubeObject | Promise<KubeObject>;

/**
 * Answers a create on a subresource with a kind of its own; `parent` is the stored object. The handler does its own writes.
 * For `serviceaccounts/token`: (TokenRequest, {parent: ServiceAccount}) → TokenRequest with its status.
 */
export type SubresourceHandler = (
  object: KubeObject,
  context: HandlerContext & { readonly parent: KubeObject },
) => KubeObject | Promise<KubeObject>;

/** Something behind /readyz, /livez and /healthz. */
export interface HealthCheck {
  readonly name: string;
  /** Which of the three it belongs to. */
  readonly endpoints: readonly ('healthz' | 'livez' | 'readyz')[];
  /** `undefined` when all is well, else what is wrong. */
  check(): string | undefined;
}

/** A document at a path of its own (/openapi/v3, /.well-known/openid-configuration, ...), authorized as a non-resource path. */
export interface Mount {
  /** `/openapi/v2`; with a trailing slash also everything below. */
  readonly path: string;
  answer(request: {
    readonly path: string;
    readonly query: ReadonlyMap<string, readonly string[]>;
    readonly headers: Headers;
    readonly user: User;
  }): MountedAnswer | Promise<MountedAnswer>;
}

export interface MountedAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Uint8Array;
}
