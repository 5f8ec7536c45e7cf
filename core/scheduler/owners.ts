import { replicaSets, replicationControllers, services, statefulSets } from '#core/api/tokens';
import type { Pod } from '#core/api/types/core/v1';
import type { Informers } from '#core/client';
import type { LabelSelectorObject } from '#core/machinery/selectors';

/** Which pods are of a kind: those of the same Services and the same owner. */
export interface Owners {
  /** `undefined` where a pod is alone of its kind. */
  selectorOf(pod: Pod): LabelSelectorObject | undefined;
}

export const noOwners: Owners = { selectorOf: () => undefined };

const INDEX = 'namespace, for the scheduler';

/** Upstream: pkg/scheduler/framework/plugins/helper/spread.go (DefaultSelector). */
export function ownersOf(informers: Informers): Owners & { readonly synced: Promise<unknown> } {
  const serving = informers.get(services);
  const sets = informers.get(replicaSets);
  const stateful = informers.get(statefulSets);
  const controllers = informers.get(replicationControllers);
  serving.index(INDEX, ({ metadata }) => [metadata.namespace ?? '']);

  const ofOwner = ({ metadata }: Pod): LabelSelectorObject | undefined => {
    const owner = metadata.ownerReferences?.find(({ controller }) => controller === true);
    if (owner === undefined) return undefined;
    const key = `${metadata.namespace}/${owner.name}`;
    switch (`${owner.apiVersion} ${owner.kind}`) {
      case 'v1 ReplicationController':
        return { matchLabels: controllers.cache.get(key)?.spec?.selector ?? {} };
      case 'apps/v1 ReplicaSet':
        return sets.cache.get(key)?.spec?.selector;
      case 'apps/v1 StatefulSet':
        return stateful.cache.get(key)?.spec?.selector;
      default:
        return undefined;
    }
  };

  return {
    synced: Promise.all([serving, sets, stateful, controllers].map(({ synced }) => synced)),
    selectorOf(pod) {
      const { namespace = '', labels = {} } = pod.metadata;
      const merged = new Map<string, string>();
      for (const { spec } of serving.cache.by(INDEX, namespace)) {
        const selector = Object.entries(spec?.selector ?? {});
        if (selector.length === 0 || !selector.every(([key, value]) => labels[key] === value)) continue;
        for (const [key, value] of selector) merged.set(key, value);
      }
      const owner = ofOwner(pod) ?? {};
      for (const [key, value] of Object.entries(owner.matchLabels ?? {})) merged.set(key, value);
      const matchExpressions = owner.matchExpressions ?? [];
      if (merged.size + matchExpressions.length === 0) return undefined;
      return { matchLabels: Object.fromEntries(merged), matchExpressions };
    },
  };
}
