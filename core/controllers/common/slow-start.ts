/**
 * Does something `count` times, in batches that double while all goes well, so that what fails for all fails for few. Upstream:
 * pkg/controller/replicaset/replica_set.go (slowStartBatch).
 */
export async function slowStart(
  count: number,
  once: () => Promise<void>,
): Promise<{ readonly done: number; readonly failure?: unknown }> {
  let done = 0;
  for (let batch = Math.min(count, 1); batch > 0; batch = Math.min(batch * 2, count - done)) {
    const results = await Promise.allSettled(Array.from({ length: batch }, once));
    const failed = results.filter((result) => result.status === 'rejected');
    done += batch - failed.length;
    if (failed.length > 0) return { done, failure: failed[0]!.reason };
  }
  return { done };
}
