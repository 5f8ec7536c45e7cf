import { dnsLabelProblems, dnsSubdomainProblems, objectName } from '#core/machinery/names';
import { invalid, type Problem, required } from '#core/machinery/status';

/** `example.com/name`. Upstream: pkg/apis/core/validation/names.go (ValidateSignerName). */
export function signerNameProblems(name: string, path: string): Problem[] {
  if (name === '') return [required(path)];
  const [domain = '', rest = '', ...more] = name.split('/');
  if (more.length > 0 || !name.includes('/')) {
    return [invalid(path, name, "must be a fully qualified domain and path of the form 'example.com/signer-name'")];
  }
  const problems: Problem[] = [];
  const labels = domain.split('.');
  const check = (parts: readonly string[], whole: string, rule: (label: string) => readonly string[]) => {
    const wrong = parts.find((label) => rule(label).length > 0);
    if (wrong === undefined) return;
    for (const why of rule(wrong))
      problems.push(invalid(path, whole, `validating label ${JSON.stringify(wrong)}: ${why}`));
  };
  check(labels, domain, dnsLabelProblems);
  if (labels.length < 2) {
    problems.push(invalid(path, domain, 'should be a domain with at least two segments separated by dots'));
  }
  check(rest.split('.'), rest, dnsSubdomainProblems);
  return problems;
}

/** Of Kubernetes' own signers. */
export function isKubernetesSigner(name: string): boolean {
  const [host = ''] = name.split('/', 1);
  return host === 'kubernetes.io' || host.endsWith('.kubernetes.io');
}

/** `example.com:name:rest` belongs to the signer `example.com/name`; without a colon a bundle is nobody's. */
export function trustBundleNameProblems(name: string): readonly string[] {
  return objectName(dnsSubdomainProblems)(name.slice(name.lastIndexOf(':') + 1), false);
}
