import type { KubeObject } from '#core/machinery/object';
import type { LabelSelector } from '#core/machinery/selectors';
import { controllerOf } from '#core/operator';

export interface Claim<T> {
  /** Those that it controls and selects, the ones to adopt among them. */
  readonly mine: readonly T[];
  /** Orphans that it selects: to be made its own. */
  readonly adopt: readonly T[];
  /** Its own that it selects no more: to be let go. */
  readonly release: readonly T[];
}

/**
 * Which of `objects` belong to `owner`. One that is being deleted keeps what it has and takes nothing. Upstream:
 * pkg/controller/controller_ref_manager.go.
 */
export function claim<T extends KubeObject>(
  owner: KubeObject,
  selector: LabelSelector,
  objects: readonly T[],
): Claim<T> {
  const { uid, deletionTimestamp } = owner.metadata;
  const leaving = deletionTimestamp !== undefined;
  const mine: T[] = [];
  const adopt: T[] = [];
  const release: T[] = [];
  for (const object of objects) {
    const matches = selector.matches(object.metadata.labels ?? {});
    const controller = controllerOf(object);
    if (controller !== undefined) {
      if (controller.uid !== uid) continue;
      if (matches) mine.push(object);
      else if (!leaving) release.push(object);
    } else if (matches && !leaving && object.metadata.deletionTimestamp === undefined) {
      adopt.push(object);
      mine.push(object);
    }
  }
  return { mine, adopt, release };
}
