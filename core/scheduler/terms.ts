import type { Pod, PodAffinityTerm } from '#core/api/types/core/v1';
import { type Labels, type LabelSelector, type LabelSelectorObject, selectorOfObject } from '#core/machinery/selectors';

/** A pod (anti-)affinity term, compiled: which pods it speaks of. */
export interface Term {
  /** The same for all terms that speak of the same pods over the same topology. */
  readonly id: string;
  readonly topologyKey: string;
  readonly namespaces: ReadonlySet<string>;
  /** Namespaces by their labels, beside the named ones. */
  readonly namespaceSelector: LabelSelector | undefined;
  readonly selector: LabelSelector;
}

/** The terms of a pod, with weights where they only prefer. */
export interface AffinityTerms {
  readonly required: readonly Term[];
  readonly requiredAnti: readonly Term[];
  /** Anti-affinity has a negative weight. */
  readonly preferred: readonly { readonly term: Term; readonly weight: number }[];
}

/**
 * A selector with the pod's own values of some label keys added; keys that the pod does not have are passed over. The API server
 * has merged them already into most selectors: adding them again changes nothing.
 */
export function withLabelKeys(
  selector: LabelSelectorObject | undefined,
  own: Labels,
  same: readonly string[] | undefined,
  different: readonly string[] | undefined,
): LabelSelectorObject | undefined {
  if (selector === undefined) return undefined;
  const added = [];
  for (const key of same ?? []) {
    if (Object.hasOwn(own, key)) added.push({ key, operator: 'In', values: [own[key]!] });
  }
  for (const key of different ?? []) {
    if (Object.hasOwn(own, key)) added.push({ key, operator: 'NotIn', values: [own[key]!] });
  }
  return added.length === 0
    ? selector
    : { ...selector, matchExpressions: [...(selector.matchExpressions ?? []), ...added] };
}

/** Upstream: kube-scheduler/framework/types.go (newAffinityTerm): without namespaces and selector a term means the pod's own namespace. */
function termOf(term: PodAffinityTerm, pod: Pod): Term {
  const { labels = {}, namespace = '' } = pod.metadata;
  const named = term.namespaces ?? [];
  const namespaces = new Set(named.length === 0 && term.namespaceSelector === undefined ? [namespace] : named);
  const selector = selectorOfObject(
    withLabelKeys(term.labelSelector, labels, term.matchLabelKeys, term.mismatchLabelKeys),
  );
  const namespaceSelector = term.namespaceSelector === undefined ? undefined : selectorOfObject(term.namespaceSelector);
  // A selector that matches nothing has no text either.
  const id = JSON.stringify([
    term.topologyKey,
    [...namespaces].sort(),
    namespaceSelector?.text ?? null,
    term.labelSelector === undefined ? null : selector.text,
  ]);
  return { id, topologyKey: term.topologyKey, namespaces, namespaceSelector, selector };
}

const NONE: AffinityTerms = { required: [], requiredAnti: [], preferred: [] };

export function affinityTermsOf(pod: Pod): AffinityTerms {
  const { podAffinity, podAntiAffinity } = pod.spec.affinity ?? {};
  if (podAffinity === undefined && podAntiAffinity === undefined) return NONE;
  const compiled = (term: PodAffinityTerm) => termOf(term, pod);
  return {
    required: (podAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []).map(compiled),
    requiredAnti: (podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []).map(compiled),
    preferred: [
      ...(podAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map((one) => ({
        term: compiled(one.podAffinityTerm),
        weight: one.weight,
      })),
      ...(podAntiAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map((one) => ({
        term: compiled(one.podAffinityTerm),
        weight: -one.weight,
      })),
    ],
  };
}

/** Whether a term speaks of a pod. */
export function speaksOf(term: Term, pod: Pod, namespaceLabels: ReadonlyMap<string, Labels>): boolean {
  const { namespace = '', labels } = pod.metadata;
  const inside =
    term.namespaces.has(namespace) || (term.namespaceSelector?.matches(namespaceLabels.get(namespace) ?? {}) ?? false);
  return inside && term.selector.matches(labels);
}
