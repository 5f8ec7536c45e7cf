import { tolerates } from '#core/api/pods';
import type { Taint, Toleration } from '#core/api/types/core/v1';

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
