/** One request of a case. */
export interface Step {
  /** What it tries, for people. */
  readonly it: string;
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly type?: ContentType;
  /** `$RV` stands for the resource version that the life's object was last answered with. */
  readonly body?: string;
}

export type ContentType =
  | 'application/json'
  | 'application/json-patch+json'
  | 'application/merge-patch+json'
  | 'application/strategic-merge-patch+json'
  | 'application/apply-patch+yaml';

/**
 * Steps around one object, in their order; lives are independent of each other, so any sample of them can be played in
 * any order.
 */
export interface Life {
  /** `apps/v1 Deployment#12`. */
  readonly id: string;
  readonly steps: readonly Step[];
}
