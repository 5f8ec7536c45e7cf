/** One kind's sound object, and what is done to it to make it faulty: fields by dotted path, `undefined` takes one away. */
export interface Kind {
  readonly object: object;
  /** A fault each: what is set on a new object. */
  readonly create?: readonly Fault[];
  /** What its status is, before it is updated. */
  readonly was?: Fault;
  /** What is set on an object that exists, with a status where `subresource` says so. */
  readonly update?: readonly Fault[];
  readonly status?: readonly Fault[];
  /** The same at other subresources, by their names. */
  readonly at?: Readonly<Record<string, readonly Fault[]>>;
}

export type Fault = Readonly<Record<string, unknown>>;
