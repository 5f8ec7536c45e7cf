import type { KubeObject } from '#core/machinery/object';

/** An object that the empty cluster holds. */
export interface Wanted {
  readonly group: string;
  readonly resource: string;
  /** Complete but for uid, creation time and managed fields; of kinds that count generations with the first. */
  readonly object: KubeObject;
  /** What becomes of the one that is there already; `undefined` leaves it. Without this it is left always. */
  readonly reconcile?: (existing: KubeObject) => KubeObject | undefined;
}

export const wanted = (
  group: string,
  resource: string,
  object: object,
  reconcile?: (existing: never) => object | undefined,
): Wanted => ({
  group,
  resource,
  object: object as KubeObject,
  ...(reconcile === undefined ? {} : { reconcile: reconcile as (existing: KubeObject) => KubeObject | undefined }),
});
