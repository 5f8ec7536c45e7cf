import type { Container, EphemeralContainer, PodSpec } from '#core/api/types';

/** In the order in which rules about all of them speak. */
const LISTS = ['initContainers', 'containers', 'ephemeralContainers'] as const;

/** Whether any container of a spec, whatever its sort, is such a one. */
export const someContainer = (spec: PodSpec, isSuch: (container: Container | EphemeralContainer) => boolean): boolean =>
  LISTS.some((list) => spec[list]?.some(isSuch) === true);

/** Every container of a spec, whatever its sort, with its path: `spec.containers[0]`. Upstream: pkg/apis/core/pods/helpers.go. */
export function* everyContainer(
  spec: PodSpec,
  path: string,
): Generator<readonly [container: Container | EphemeralContainer, path: string]> {
  for (const list of LISTS) {
    for (const [i, container] of (spec[list] ?? []).entries()) yield [container, `${path}.${list}[${i}]`];
  }
}
