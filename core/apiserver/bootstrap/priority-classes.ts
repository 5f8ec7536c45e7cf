import { type Wanted, wanted } from './wanted.ts';

/** Upstream: pkg/apis/scheduling/v1/helpers.go. */
export const systemPriorityClasses = (): readonly Wanted[] => [
  priorityClass(
    'system-node-critical',
    2_000_001_000,
    'Used for system critical pods that must not be moved from their current node.',
  ),
  priorityClass(
    'system-cluster-critical',
    2_000_000_000,
    'Used for system critical pods that must run in the cluster, but can be moved to another node if necessary.',
  ),
];

const priorityClass = (name: string, value: number, description: string) =>
  wanted('scheduling.k8s.io', 'priorityclasses', {
    kind: 'PriorityClass',
    apiVersion: 'scheduling.k8s.io/v1',
    metadata: { name, generation: 1 },
    value,
    description,
    preemptionPolicy: 'PreemptLowerPriority',
  });
