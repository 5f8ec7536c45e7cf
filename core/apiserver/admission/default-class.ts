import type { ObjectMeta } from '#core/machinery/object';

/** Of the classes that one of the annotations marks as default, the newest's name; of equally new ones the first by name. */
export function newestDefault(
  classes: Iterable<{ readonly metadata: ObjectMeta }>,
  annotations: readonly string[],
): string | undefined {
  let best: ObjectMeta | undefined;
  for (const { metadata } of classes) {
    if (!annotations.some((annotation) => metadata.annotations?.[annotation] === 'true')) continue;
    if (best === undefined || (metadata.creationTimestamp ?? '') > (best.creationTimestamp ?? '')) best = metadata;
  }
  return best?.name;
}
