import type { Container, Pod } from './api.ts';
import { ANNOTATION } from './labels.ts';
import type { Observed } from './plan/index.ts';
import type { PodIdentity } from './runtime.ts';

/**
 * A pod as the runtime's labels and annotations remember it, on its way out: as much as is needed to stop it with the grace
 * and the hooks that it was started with.
 */
export function orphan({ uid, namespace, name }: PodIdentity, observed: Observed, now: number): Pod {
  const remembered = (key: string): number | undefined => {
    for (const { annotations } of observed.containers) {
      const seconds = Number(annotations[key] ?? NaN);
      if (seconds >= 0) return seconds;
    }
    return undefined;
  };
  const grace = remembered(ANNOTATION.deletionGrace) ?? remembered(ANNOTATION.terminationGrace) ?? 30;
  const names = new Set(observed.containers.map((one) => one.name));
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      uid,
      namespace,
      name,
      deletionTimestamp: new Date(now).toISOString(),
      deletionGracePeriodSeconds: grace,
    },
    spec: {
      terminationGracePeriodSeconds: grace,
      containers: [...names].map((one): Container => ({ name: one })),
    },
  };
}
