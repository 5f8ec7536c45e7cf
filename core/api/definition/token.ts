import type { KubeObject } from '#core/machinery/object';

/** One resource of the API, typed by what it holds: what a client is asked with. */
export interface ResourceToken<T extends KubeObject = KubeObject> {
  readonly group: string;
  readonly version: string;
  /** Plural: `deployments`. */
  readonly resource: string;
  readonly kind: string;
  readonly namespaced: boolean;
  /** Carries the type only; never set. */
  readonly of?: T;
}
