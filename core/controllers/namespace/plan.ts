import type { Namespace, NamespaceCondition } from '#core/api/types/core/v1';
import type { KubeObject } from '#core/machinery/object';
import { timeText } from '#core/operator';
import type { ApiResource } from '../definition.ts';

/** What was found of one resource after its content was told to go. */
export interface Remains {
  readonly of: Pick<ApiResource, 'group' | 'resource'>;
  /** What is still there. */
  readonly items: readonly Pick<KubeObject, 'metadata'>[];
  /** Seconds that these may take to go of themselves; 0 where nothing says that they will. */
  readonly estimate: number;
  /** Why they could not be deleted, or listed. */
  readonly failure?: string;
}

/** Seconds that a finalizer is given before anybody looks again. */
const FINALIZER_ESTIMATE = 15;

/** How long what remains of a resource may take. Pods go when their grace is over; anything with finalizers when these are done. */
export function estimateOf(
  resource: string,
  items: readonly Pick<KubeObject, 'metadata'>[],
  sinceDeleted: number,
): number {
  let longest = 0;
  if (resource === 'pods') {
    for (const { metadata } of items) longest = Math.max(longest, metadata.deletionGracePeriodSeconds ?? 30);
    // Grace that ought to be over: somebody else holds them up.
    if (sinceDeleted > longest) longest = 0;
  }
  if (longest > 0) return longest;
  return items.some(({ metadata }) => (metadata.finalizers?.length ?? 0) > 0) ? FINALIZER_ESTIMATE : 0;
}

/** What a condition says while nothing is wrong, by type; in the order in which they stand. */
const FINE: readonly (readonly [type: string, reason: string, message: string])[] = [
  ['NamespaceDeletionDiscoveryFailure', 'ResourcesDiscovered', 'All resources successfully discovered'],
  ['NamespaceDeletionGroupVersionParsingFailure', 'ParsedGroupVersions', 'All legacy kube types successfully parsed'],
  [
    'NamespaceDeletionContentFailure',
    'ContentDeleted',
    'All content successfully deleted, may be waiting on finalization',
  ],
  ['NamespaceContentRemaining', 'ContentRemoved', 'All content successfully removed'],
  ['NamespaceFinalizersRemaining', 'ContentHasNoFinalizers', 'All content-preserving finalizers finished'],
];

/** The conditions that say how the deletion goes. Upstream: pkg/controller/namespace/deletion/status_condition_utils.go. */
export function conditionsOf(
  namespace: Namespace,
  remains: readonly Remains[],
  discoveryFailure: string | undefined,
  now: number,
): readonly NamespaceCondition[] {
  const wrong = new Map<string, readonly [reason: string, message: string]>();
  if (discoveryFailure !== undefined) {
    wrong.set('NamespaceDeletionDiscoveryFailure', ['DiscoveryFailed', discoveryFailure]);
  }
  const failures = remains.flatMap(({ failure }) => (failure === undefined ? [] : [failure])).toSorted();
  if (failures.length > 0) {
    wrong.set('NamespaceDeletionContentFailure', [
      'ContentDeletionFailed',
      `Failed to delete all resource types, ${failures.length} remaining: ${failures.join(', ')}`,
    ]);
  }
  const left = remains.filter(({ items }) => items.length > 0);
  if (left.length > 0) {
    const counts = left.map(({ of, items }) => `${of.resource}.${of.group} has ${items.length} resource instances`);
    wrong.set('NamespaceContentRemaining', [
      'SomeResourcesRemain',
      `Some resources are remaining: ${counts.toSorted().join(', ')}`,
    ]);
  }
  const finalizers = new Map<string, number>();
  for (const { metadata } of left.flatMap(({ items }) => items)) {
    for (const finalizer of metadata.finalizers ?? []) finalizers.set(finalizer, (finalizers.get(finalizer) ?? 0) + 1);
  }
  if (finalizers.size > 0) {
    const counts = [...finalizers].map(([finalizer, count]) => `${finalizer} in ${count} resource instances`);
    wrong.set('NamespaceFinalizersRemaining', [
      'SomeFinalizersRemain',
      `Some content in the namespace has finalizers remaining: ${counts.toSorted().join(', ')}`,
    ]);
  }
  const known = namespace.status?.conditions ?? [];
  const ours = FINE.map(([type, ...fine]): NamespaceCondition => {
    const [reason, message] = wrong.get(type) ?? fine;
    const status = wrong.has(type) ? 'True' : 'False';
    const before = known.find((condition) => condition.type === type);
    const since = before?.status === status ? before.lastTransitionTime : undefined;
    return { type, status, lastTransitionTime: since ?? timeText(now), reason, message };
  });
  return [...known.filter(({ type }) => !FINE.some(([ours]) => ours === type)), ...ours];
}
