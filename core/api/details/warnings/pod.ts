import type {
  NodeSelectorTerm,
  PodAffinityTerm,
  PodSpec,
  PodTemplateSpec,
  WeightedPodAffinityTerm,
} from '#core/api/types';
import { remembered } from '#core/base';
import { labelValueProblems } from '#core/machinery/names';
import { addressWarnings } from './addresses.ts';
import { containerWarnings, portWarnings } from './containers.ts';
import { oldNodeLabel } from './labels.ts';
import { fractions } from './quantities.ts';
import { volumeWarnings } from './volumes.ts';

const OLD_ANNOTATIONS: Readonly<Record<string, string>> = {
  'scheduler.alpha.kubernetes.io/critical-pod': 'non-functional in v1.16+; use the "priorityClassName" field instead',
  'security.alpha.kubernetes.io/sysctls': 'non-functional in v1.11+; use the "sysctls" field instead',
  'security.alpha.kubernetes.io/unsafe-sysctls': 'non-functional in v1.11+; use the "sysctls" field instead',
};
const SECCOMP = 'seccomp.security.alpha.kubernetes.io/pod';
const NO_SELECTOR = 'a null labelSelector results in matching no pod';

/**
 * What is valid in a pod (template) and yet hardly meant, in the order in which the original tells it. `path` leads to the
 * template: '' or ends with a dot.
 * Upstream: pkg/api/pod/warnings.go.
 */
export function podWarnings({ metadata = {}, spec = {} as PodSpec }: PodTemplateSpec, path: string): readonly string[] {
  const at = `${path}spec`;
  const annotations = metadata.annotations ?? {};
  const told: string[] = [...placementWarnings(spec, at)];
  for (const [key, why] of Object.entries(OLD_ANNOTATIONS))
    if (Object.hasOwn(annotations, key)) told.push(`${path}metadata.annotations[${key}]: ${why}`);
  told.push(...volumeWarnings(spec.volumes ?? [], `${at}.volumes`));
  told.push(
    ...repeated(
      spec.hostAliases ?? [],
      ({ ip = '' }) => ip,
      (n, ip) => `${at}.hostAliases[${n}].ip: duplicate ip ${ip}`,
    ),
  );
  const secrets = spec.imagePullSecrets ?? [];
  const secretAt = (n: number) => `${at}.imagePullSecrets[${n}].name`;
  told.push(
    ...repeated(
      secrets,
      ({ name = '' }) => name,
      (n, name) => `${secretAt(n)}: duplicate name ${name}`,
    ),
  );
  for (const [n, { name = '' }] of secrets.entries())
    if (name === '') told.push(`${secretAt(n)}: invalid empty name ""`);
  told.push(...fractions(spec.overhead, `${at}.overhead`));
  if (spec.securityContext?.seccompProfile === undefined && Object.hasOwn(annotations, SECCOMP)) {
    told.push(
      `${path}metadata.annotations[${SECCOMP}]: non-functional in v1.27+; use the "seccompProfile" field instead`,
    );
  }
  told.push(...containerWarnings(spec, annotations, path), ...portWarnings(spec, at));
  if ((spec.terminationGracePeriodSeconds ?? 0) < 0) {
    const why = 'must be >= 0; negative values are invalid and will be treated as 1';
    told.push(`${at}.terminationGracePeriodSeconds: ${why}`);
  }
  for (const field of ['podAffinity', 'podAntiAffinity'] as const) {
    const affinity = spec.affinity?.[field];
    if (affinity === undefined) continue;
    const place = `${at}.affinity.${field}`;
    told.push(
      ...termWarnings(
        affinity.requiredDuringSchedulingIgnoredDuringExecution,
        `${place}.requiredDuringSchedulingIgnoredDuringExecution`,
      ),
      ...weightedWarnings(
        affinity.preferredDuringSchedulingIgnoredDuringExecution,
        `${place}.preferredDuringSchedulingIgnoredDuringExecution`,
      ),
    );
  }
  for (const [n, server] of (spec.dnsConfig?.nameservers ?? []).entries())
    told.push(...addressWarnings(server, `${at}.dnsConfig.nameservers[${n}]`));
  for (const [n, { ip = '' }] of (spec.hostAliases ?? []).entries())
    told.push(...addressWarnings(ip, `${at}.hostAliases[${n}].ip`));
  return told;
}

/** What all annotations have in common of which something is told in pods. */
const ALPHA = '.alpha.kubernetes.io/';

const ofSpec = remembered((spec: PodSpec) => podWarnings({ spec }, ''));

/** The same of a new pod; where annotations have no part in it, what is told of one spec is told of each pod with it. */
export function newPodWarnings(pod: PodTemplateSpec): readonly string[] {
  const { metadata, spec } = pod;
  for (const key in metadata?.annotations) if (key.includes(ALPHA)) return podWarnings(pod, '');
  return spec === undefined ? [] : ofSpec(spec);
}

function placementWarnings({ nodeSelector = {}, affinity, topologySpreadConstraints = [] }: PodSpec, at: string) {
  const told: string[] = [];
  for (const key of Object.keys(nodeSelector)) {
    const why = oldNodeLabel(key);
    if (why !== undefined) told.push(`${at}.nodeSelector[${key}]: ${why}`);
  }
  if (affinity === undefined && topologySpreadConstraints.length === 0) return told;
  const required = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  const preferred = affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
  const place = `${at}.affinity.nodeAffinity`;
  const terms = [
    ...required.map(
      (term, n) => [term, `${place}.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[${n}]`] as const,
    ),
    ...preferred.map(
      ({ preference }, n) =>
        [preference, `${place}.preferredDuringSchedulingIgnoredDuringExecution[${n}].preference`] as const,
    ),
  ];
  for (const [n, [term, path]] of terms.entries()) {
    told.push(...termLabelWarnings(term, n >= required.length, path));
  }
  for (const [n, { topologyKey, labelSelector }] of topologySpreadConstraints.entries()) {
    const path = `${at}.topologySpreadConstraints[${n}]`;
    const why = oldNodeLabel(topologyKey);
    if (why !== undefined) told.push(`${path}.topologyKey: ${topologyKey} is ${why}`);
    if (labelSelector === undefined) told.push(`${path}.labelSelector: ${NO_SELECTOR}`);
  }
  return told;
}

/** Values that no label can have are an error where a term is required. */
function termLabelWarnings(term: NodeSelectorTerm | undefined, isPreferred: boolean, path: string): readonly string[] {
  return (term?.matchExpressions ?? []).flatMap(({ key, values = [] }, n) => {
    const place = `${path}.matchExpressions[${n}]`;
    const why = oldNodeLabel(key);
    const old = why === undefined ? [] : [`${place}.key: ${key} is ${why}`];
    if (!isPreferred) return old;
    const wrong = values.flatMap((value, i) =>
      labelValueProblems(value).map((detail) => `${place}.values[${i}]: ${value} is invalid, ${detail}`),
    );
    return [...old, ...wrong];
  });
}

const termWarnings = (terms: readonly PodAffinityTerm[] = [], path: string): readonly string[] =>
  terms.flatMap(({ labelSelector }, n) =>
    labelSelector === undefined ? [`${path}[${n}].labelSelector: ${NO_SELECTOR}`] : [],
  );

const weightedWarnings = (terms: readonly WeightedPodAffinityTerm[] = [], path: string): readonly string[] =>
  terms.flatMap(({ podAffinityTerm }, n) =>
    podAffinityTerm.labelSelector === undefined ? [`${path}[${n}].podAffinityTerm.labelSelector: ${NO_SELECTOR}`] : [],
  );

/** What is said of each item whose key an earlier one has. */
function repeated<Item>(
  items: readonly Item[],
  keyOf: (item: Item) => string,
  say: (place: number, quoted: string) => string,
): readonly string[] {
  if (items.length < 2) return [];
  const seen = new Set<string>();
  return items.flatMap((item, n) => {
    const key = keyOf(item);
    if (seen.has(key)) return [say(n, JSON.stringify(key))];
    seen.add(key);
    return [];
  });
}
