import type { Container, Pod, ServiceAccount } from '#core/api/types';

/**
 * The first secret that a pod refers to and that its account, which says that it counts, does not list; as the sentence of the
 * refusal. Upstream: plugin/pkg/admission/serviceaccount/admission.go.
 */
export function forbiddenSecret(account: ServiceAccount, pod: Pod, ephemeralOnly: boolean): string | undefined {
  const { spec } = pod;
  const name = account.metadata.name ?? '';
  const mountable = new Set((account.secrets ?? []).map((secret) => secret.name));
  const because = `is not allowed because service account ${name} does not reference that secret`;
  if (ephemeralOnly)
    return inContainers('ephemeral container', spec?.ephemeralContainers as readonly Container[], mountable, because);
  for (const { secret } of spec?.volumes ?? []) {
    if (secret !== undefined && !mountable.has(secret.secretName)) {
      return `volume with secret.secretName="${secret.secretName ?? ''}" ${because}`;
    }
  }
  const found =
    inContainers('init container', spec?.initContainers, mountable, because) ??
    inContainers('container', spec?.containers, mountable, because);
  if (found !== undefined) return found;
  const pulls = new Set((account.imagePullSecrets ?? []).map((secret) => secret.name));
  const bad = (spec?.imagePullSecrets ?? []).findIndex((secret) => !pulls.has(secret.name));
  return bad < 0
    ? undefined
    : `imagePullSecrets[${bad}].name="${spec?.imagePullSecrets?.[bad]?.name ?? ''}" is not allowed because service account ${name} does not reference that imagePullSecret`;
}

function inContainers(
  kind: string,
  containers: readonly Container[] | undefined,
  mountable: ReadonlySet<string | undefined>,
  because: string,
): string | undefined {
  for (const { name, env = [], envFrom = [] } of containers ?? []) {
    for (const variable of env) {
      const secret = variable.valueFrom?.secretKeyRef;
      if (secret !== undefined && !mountable.has(secret.name)) {
        return `${kind} ${name} with envVar ${variable.name} referencing secret.secretName="${secret.name ?? ''}" ${because}`;
      }
    }
    for (const { secretRef } of envFrom) {
      if (secretRef !== undefined && !mountable.has(secretRef.name)) {
        return `${kind} ${name} with envFrom referencing secret.secretName="${secretRef.name ?? ''}" ${because}`;
      }
    }
  }
  return undefined;
}
