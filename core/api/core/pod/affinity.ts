import type { Affinity, LabelSelector, PodAffinityTerm, PodSpec } from '#core/api/types';

type Labels = Readonly<Record<string, string>>;

interface Keyed {
  readonly labelSelector?: LabelSelector;
  readonly matchLabelKeys?: readonly string[];
  readonly mismatchLabelKeys?: readonly string[];
}

const isKeyed = ({ matchLabelKeys = [], mismatchLabelKeys = [] }: Keyed): boolean =>
  matchLabelKeys.length + mismatchLabelKeys.length > 0;

/** The selector with the pod's own values of the keys that it names. */
function withOwnLabels<T extends Keyed>(term: T, labels: Labels): T {
  const { labelSelector, matchLabelKeys = [], mismatchLabelKeys = [] } = term;
  if (labelSelector === undefined || !isKeyed(term)) return term;
  const own = (keys: readonly string[], operator: 'In' | 'NotIn') =>
    keys.flatMap((key) => (labels[key] === undefined ? [] : [{ key, operator, values: [labels[key]] }]));
  const added = [...own(matchLabelKeys, 'In'), ...own(mismatchLabelKeys, 'NotIn')];
  if (added.length === 0) return term;
  const matchExpressions = [...(labelSelector.matchExpressions ?? []), ...added];
  return { ...term, labelSelector: { ...labelSelector, matchExpressions } };
}

interface Terms {
  readonly requiredDuringSchedulingIgnoredDuringExecution?: readonly PodAffinityTerm[];
  readonly preferredDuringSchedulingIgnoredDuringExecution?: Affinity['podAffinity'] extends (infer P) | undefined
    ? P extends { readonly preferredDuringSchedulingIgnoredDuringExecution?: infer L }
      ? NonNullable<L>
      : never
    : never;
}

const termsOf = (affinity: Terms | undefined): readonly Keyed[] => [
  ...(affinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []),
  ...(affinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map(({ podAffinityTerm }) => podAffinityTerm),
];

function termsWithOwnLabels<T extends Terms>(affinity: T, labels: Labels): T {
  const required = affinity.requiredDuringSchedulingIgnoredDuringExecution;
  const preferred = affinity.preferredDuringSchedulingIgnoredDuringExecution;
  return {
    ...affinity,
    ...(required === undefined
      ? {}
      : { requiredDuringSchedulingIgnoredDuringExecution: required.map((term) => withOwnLabels(term, labels)) }),
    ...(preferred === undefined
      ? {}
      : {
          preferredDuringSchedulingIgnoredDuringExecution: preferred.map((weighted) => ({
            ...weighted,
            podAffinityTerm: withOwnLabels(weighted.podAffinityTerm, labels),
          })),
        }),
  };
}

/**
 * The spec with `matchLabelKeys` of affinity terms and spread constraints turned into selector terms, once, when the pod is
 * created. Upstream: pkg/registry/core/pod/strategy.go (mutatePodAffinity, mutateTopologySpreadConstraints).
 */
export function withMatchedLabels(spec: PodSpec, labels: Labels): PodSpec {
  const { affinity, topologySpreadConstraints } = spec;
  if (affinity === undefined && topologySpreadConstraints === undefined) return spec;
  const keyed = [affinity?.podAffinity, affinity?.podAntiAffinity].flatMap(termsOf).some(isKeyed);
  if (!keyed && topologySpreadConstraints?.some(isKeyed) !== true) return spec;
  return {
    ...spec,
    ...(affinity === undefined
      ? {}
      : {
          affinity: {
            ...affinity,
            ...(affinity.podAffinity === undefined
              ? {}
              : { podAffinity: termsWithOwnLabels(affinity.podAffinity, labels) }),
            ...(affinity.podAntiAffinity === undefined
              ? {}
              : { podAntiAffinity: termsWithOwnLabels(affinity.podAntiAffinity, labels) }),
          },
        }),
    ...(topologySpreadConstraints === undefined
      ? {}
      : {
          topologySpreadConstraints: topologySpreadConstraints.map((constraint) => withOwnLabels(constraint, labels)),
        }),
  };
}
