import type { Registry } from '#core/api/definition';
import { timeOf } from '#core/machinery/values';
import { type Wanted, wanted } from './wanted.ts';

/** Upstream: pkg/controlplane/apiserver/aggregator.go. Group priority, then each version's. */
const PRIORITIES: Readonly<Record<string, readonly [group: number, versions: Readonly<Record<string, number>>]>> = {
  '': [18000, { v1: 1 }],
  apps: [17800, { v1: 15 }],
  'events.k8s.io': [17750, { v1: 15 }],
  'authentication.k8s.io': [17700, { v1: 15, v1beta1: 9, v1alpha1: 1 }],
  'authorization.k8s.io': [17600, { v1: 15 }],
  autoscaling: [17500, { v1: 15, v2: 30 }],
  batch: [17400, { v1: 15 }],
  'certificates.k8s.io': [17300, { v1: 15, v1beta1: 9, v1alpha1: 1 }],
  'networking.k8s.io': [17200, { v1: 15, v1beta1: 9 }],
  policy: [17100, { v1: 15 }],
  'rbac.authorization.k8s.io': [17000, { v1: 15 }],
  'storage.k8s.io': [16800, { v1: 15, v1beta1: 9, v1alpha1: 1 }],
  'apiextensions.k8s.io': [16700, { v1: 15 }],
  'admissionregistration.k8s.io': [16700, { v1: 15, v1beta1: 12, v1alpha1: 9 }],
  'scheduling.k8s.io': [16600, { v1: 15, v1alpha2: 2 }],
  'coordination.k8s.io': [16500, { v1: 15, v1beta1: 13, v1alpha2: 12 }],
  'node.k8s.io': [16300, { v1: 15 }],
  'discovery.k8s.io': [16200, { v1: 15 }],
  'resource.k8s.io': [16200, { v1: 21, v1beta2: 15, v1beta1: 9, v1alpha3: 1 }],
  'flowcontrol.apiserver.k8s.io': [16100, { v1: 21 }],
  'internal.apiserver.k8s.io': [16000, { v1alpha1: 9 }],
  'storagemigration.k8s.io': [15800, { v1beta1: 9 }],
};

/** What serves an APIService that is not the aggregator's own. */
const AGGREGATOR = 'apiregistration.k8s.io';

/** One local APIService for each group and version that the registry's built-in kinds are served in. `now` in milliseconds. */
export function apiServices(
  registry: Registry,
  gates: { enabled(gate: string): boolean },
  now: number,
): readonly Wanted[] {
  const served = new Set<string>();
  for (const { group, versions } of registry.all) {
    if (group === AGGREGATOR) continue;
    for (const one of versions) {
      if (one.served && (one.gate === undefined || gates.enabled(one.gate))) served.add(`${one.version}.${group}`);
    }
  }
  return [...served].sort().flatMap((name) => {
    const dot = name.indexOf('.');
    const [version, group] = [name.slice(0, dot), name.slice(dot + 1)];
    const [groupPriorityMinimum, versions] = PRIORITIES[group] ?? [];
    const versionPriority = versions?.[version];
    if (groupPriorityMinimum === undefined || versionPriority === undefined) return [];
    const spec = { ...(group === '' ? {} : { group }), version, groupPriorityMinimum, versionPriority };
    return [wanted(AGGREGATOR, 'apiservices', apiService(name, spec, now))];
  });
}

const apiService = (name: string, spec: object, now: number) => ({
  kind: 'APIService',
  apiVersion: `${AGGREGATOR}/v1`,
  metadata: { name, labels: { 'kube-aggregator.kubernetes.io/automanaged': 'onstart' } },
  spec,
  status: {
    conditions: [
      {
        type: 'Available',
        status: 'True',
        lastTransitionTime: timeOf(now),
        reason: 'Local',
        message: 'Local APIServices are always available',
      },
    ],
  },
});
