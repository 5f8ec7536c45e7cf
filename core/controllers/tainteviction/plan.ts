import type { Taint, Toleration } from '#core/api/types/core/v1';

/** Upstream: component-helpers/scheduling/corev1 (ToleratesTaint). */
export function tolerates(toleration: Toleration, taint: Taint): boolean {
  const { key = '', operator = 'Equal', value = '', effect = '' } = toleration;
  if (effect !== '' && effect !== taint.effect) return false;
  if (key !== '' && key !== taint.key) return false;
  // Without a key it tolerates all, but only by existing.
  if (key === '' && operator !== 'Exists') return false;
  return operator === 'Exists' || (operator === 'Equal' && value === (taint.value ?? ''));
}

/**
 * How long a pod may stay on a node with these NoExecute taints, in milliseconds from when they were noticed: 0 where it must go at
 * once, Infinity where it may stay. Upstream: pkg/controller/tainteviction/taint_eviction.go.
 */
export function mayStay(tolerations: readonly Toleration[], taints: readonly Taint[]): number {
  let longest = Infinity;
  for (const taint of taints) {
    const toleration = tolerations.find((one) => tolerates(one, taint));
    if (toleration === undefined) return 0;
    const { tolerationSeconds } = toleration;
    if (tolerationSeconds !== undefined) longest = Math.min(longest, Math.max(0, tolerationSeconds) * 1000);
  }
  return longest;
}
