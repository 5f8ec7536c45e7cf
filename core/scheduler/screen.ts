import type { Filter, Plugin, Refusal } from './plugins/index.ts';
import type { PodInfo, Snapshot } from './snapshot.ts';

/** All filters, compiled for one pod. Good until the snapshot changes otherwise than through it. */
export interface Screen {
  /** Whether the pod fits on the node in a place, also beside those of its priority or more that have the node in view. */
  check(place: number): Refusal | undefined;
  /** Takes a pod off a node in thought; it must be put back. */
  lift(place: number, info: PodInfo): void;
  lay(place: number, info: PodInfo): void;
}

export function screenOf(pod: PodInfo, snapshot: Snapshot, plugins: readonly Plugin[]): Screen {
  const { slots, nominations } = snapshot;
  const filters: Filter[] = [];
  const counting: Filter[] = [];
  for (const { filter } of plugins) {
    const compiled = filter?.(pod, snapshot);
    if (compiled === undefined) continue;
    filters.push(compiled);
    if (compiled.change !== undefined) counting.push(compiled);
  }
  const lift = (place: number, info: PodInfo) => {
    snapshot.lift(place, info);
    for (const filter of counting) filter.change!(info, place, -1);
  };
  const lay = (place: number, info: PodInfo) => {
    snapshot.lay(place, info);
    for (const filter of counting) filter.change!(info, place, 1);
  };
  const checkAsIs = (place: number): Refusal | undefined => {
    for (const filter of filters) {
      const why = filter.check(place);
      if (why !== undefined) return why;
    }
    return undefined;
  };
  if (nominations.size === 0) return { check: checkAsIs, lift, lay };

  // It must fit with and without them: they may come or not. Upstream: RunFilterPluginsWithNominatedPods.
  const check = (place: number): Refusal | undefined => {
    const there = nominations.on(slots[place]!.name);
    if (there.size === 0) return checkAsIs(place);
    const expected = there
      .values()
      .filter((one) => one.uid !== pod.uid && one.priority >= pod.priority)
      .toArray();
    if (expected.length === 0) return checkAsIs(place);
    for (const one of expected) lay(place, one);
    const why = checkAsIs(place);
    for (const one of expected) lift(place, one);
    return why ?? checkAsIs(place);
  };
  return { check, lift, lay };
}
