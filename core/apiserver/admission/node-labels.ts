type Labels = Readonly<Record<string, string>>;

const KUBELET_LABELS = new Set([
  'kubernetes.io/hostname',
  'topology.kubernetes.io/zone',
  'topology.kubernetes.io/region',
  'failure-domain.beta.kubernetes.io/zone',
  'failure-domain.beta.kubernetes.io/region',
  'beta.kubernetes.io/instance-type',
  'node.kubernetes.io/instance-type',
  'kubernetes.io/os',
  'kubernetes.io/arch',
  'beta.kubernetes.io/os',
  'beta.kubernetes.io/arch',
]);

/** The labels that differ and that a node may not set on itself, sorted. Upstream: k8s.io/kubelet/pkg/apis/well_known_labels.go. */
export function forbiddenLabels(next: Labels = {}, old: Labels = {}): string[] {
  const changed = [...new Set([...Object.keys(next), ...Object.keys(old)])].filter((key) => next[key] !== old[key]);
  return changed.filter(isForbidden).sort();
}

function isForbidden(label: string): boolean {
  const slash = label.indexOf('/');
  const domain = slash < 0 ? '' : label.slice(0, slash);
  const within = (suffix: string) => domain === suffix || domain.endsWith(`.${suffix}`);
  if (within('node-restriction.kubernetes.io')) return true;
  const ofKubernetes = within('kubernetes.io') || within('k8s.io');
  const ofKubelet = KUBELET_LABELS.has(label) || within('kubelet.kubernetes.io') || within('node.kubernetes.io');
  return ofKubernetes && !ofKubelet;
}
