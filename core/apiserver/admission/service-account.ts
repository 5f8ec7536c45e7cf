import type { Container, Pod, PodSpec, ServiceAccount, Volume, VolumeMount } from '#core/api/types';
import { below, nameSuffix, rememberedWith, sleep } from '#core/base';
import type { AdmissionAttributes, AdmissionPlugin } from '#core/apiserver';
import type { KubeObject } from '#core/machinery/object';
import type { AdmissionParts } from './parts.ts';
import { isOf, refusalOf, withSpec } from './refuse.ts';
import { forbiddenSecret } from './mountable-secrets.ts';

const MIRROR = 'kubernetes.io/config.mirror';
const MOUNT_PATH = '/var/run/secrets/kubernetes.io/serviceaccount';
const VOLUME_PREFIX = 'kube-api-access-';
/** The controller makes the default account soon after its namespace; a pod waits for it about as long as upstream's does. */
const ATTEMPTS = 10;

/**
 * Gives a pod its service account and a token of it. Pods of one spec get one spec, with one name for the token's volume: it
 * need be no other volume's of the pod. Upstream: plugin/pkg/admission/serviceaccount/admission.go.
 */
export function serviceAccount(parts: AdmissionParts): AdmissionPlugin {
  const { stored, turns, random } = parts;
  const find = ({ namespace }: AdmissionAttributes, name: string): ServiceAccount | undefined =>
    stored.get<ServiceAccount>('', 'serviceaccounts', namespace, name);
  const awaited = async (attributes: AdmissionAttributes, name: string): Promise<ServiceAccount> => {
    const attempts = name === 'default' ? ATTEMPTS : 1;
    for (let attempt = 1; attempt < attempts; attempt++) {
      await sleep(turns, 100 + below(random, 100));
      const found = find(attributes, name);
      if (found !== undefined) return found;
    }
    const whole = `${attributes.namespace}/${name}`;
    throw refusalOf(
      attributes,
      `error looking up service account ${whole}: serviceaccount ${JSON.stringify(name)} not found`,
    );
  };
  const ofAccount = rememberedWith((spec: PodSpec, account: ServiceAccount): PodSpec => {
    const { name = '' } = account.metadata;
    const named: PodSpec = { ...spec, serviceAccountName: name, serviceAccount: name };
    const mounted = automounts(account, named) ? withToken(named, () => VOLUME_PREFIX + nameSuffix(random, 5)) : named;
    const pulls = (account.imagePullSecrets ?? []).map((secret) =>
      secret.name === undefined ? {} : { name: secret.name },
    );
    return mounted.imagePullSecrets?.length || pulls.length === 0 ? mounted : { ...mounted, imagePullSecrets: pulls };
  });
  return {
    name: 'ServiceAccount',
    handles: (operation, definition, subresource) =>
      isOf(definition, '', 'pods') &&
      ((operation === 'CREATE' && subresource === '') ||
        (operation === 'UPDATE' && subresource === 'ephemeralcontainers')),
    admit(attributes) {
      const pod = attributes.object as Pod | undefined;
      if (pod === undefined || attributes.operation !== 'CREATE' || isMirror(pod)) return pod;
      const name = pod.spec?.serviceAccountName || pod.spec?.serviceAccount || 'default';
      const admitted = (account: ServiceAccount) =>
        withSpec(pod, ofAccount(pod.spec ?? NO_SPEC, account)) as KubeObject;
      const account = find(attributes, name);
      return account === undefined ? awaited(attributes, name).then(admitted) : admitted(account);
    },
    validate(attributes) {
      const pod = attributes.object as Pod | undefined;
      if (pod === undefined) return;
      if (attributes.operation === 'CREATE' && isMirror(pod)) return checkMirror(attributes, pod);
      const name = pod.spec?.serviceAccountName ?? '';
      if (name === '') {
        throw refusalOf(
          attributes,
          `no service account specified for pod ${attributes.namespace}/${pod.metadata.name ?? ''}`,
        );
      }
      const validate = (account: ServiceAccount): void => {
        if (!enforces(account)) return;
        const why = forbiddenSecret(account, pod, attributes.subresource === 'ephemeralcontainers');
        if (why !== undefined) throw refusalOf(attributes, why);
      };
      const account = find(attributes, name);
      return account === undefined ? awaited(attributes, name).then(validate) : validate(account);
    },
  };
}

const NO_SPEC = { containers: [] } as unknown as PodSpec;

const isMirror = ({ metadata }: Pod) => metadata.annotations?.[MIRROR] !== undefined;

const automounts = (account: ServiceAccount, spec: PodSpec): boolean =>
  spec.automountServiceAccountToken ?? account.automountServiceAccountToken ?? true;

/** As Go's strconv.ParseBool has it. */
const enforces = ({ metadata }: ServiceAccount) =>
  ['1', 't', 'T', 'true', 'TRUE', 'True'].includes(
    metadata.annotations?.['kubernetes.io/enforce-mountable-secrets'] ?? '',
  );

/** Every container that mounts nothing there gets the token's volume. */
function withToken(spec: PodSpec, newName: () => string): PodSpec {
  const existing = spec.volumes?.find(({ name }) => name.startsWith(VOLUME_PREFIX))?.name;
  const mount: VolumeMount = { name: existing ?? newName(), readOnly: true, mountPath: MOUNT_PATH };
  let needed = false;
  const mounting = (container: Container): Container => {
    if (container.volumeMounts?.some(({ mountPath }) => mountPath === MOUNT_PATH)) return container;
    needed = true;
    return { ...container, volumeMounts: [...(container.volumeMounts ?? []), mount] };
  };
  const initContainers = spec.initContainers?.map(mounting);
  const containers = (spec.containers ?? []).map(mounting);
  if (!needed) return spec;
  return {
    ...spec,
    ...(initContainers === undefined ? {} : { initContainers }),
    containers,
    ...(existing === undefined ? { volumes: [...(spec.volumes ?? []), tokenVolume(mount.name)] } : {}),
  };
}

const TOKEN: NonNullable<Volume['projected']> = {
  sources: [
    // The kubelet's mark for tokens that only warn once they are old.
    { serviceAccountToken: { expirationSeconds: 3607, path: 'token' } },
    { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
    {
      downwardAPI: {
        items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }],
      },
    },
  ],
  defaultMode: 420,
};

const tokenVolume = (name: string): Volume => ({ name, projected: TOKEN });

/** The API server knows mirror pods only as the node tells of them; they can refer to nothing. */
function checkMirror(attributes: AdmissionAttributes, pod: Pod): void {
  if (pod.spec?.serviceAccountName) throw refusalOf(attributes, 'a mirror pod may not reference service accounts');
  const { volumes = [], containers = [], initContainers = [], imagePullSecrets = [] } = pod.spec ?? ({} as PodSpec);
  const secrets =
    imagePullSecrets.length > 0 ||
    volumes.some(
      ({ secret, projected }) => secret !== undefined || projected?.sources?.some((one) => one.secret !== undefined),
    ) ||
    [...containers, ...initContainers].some(
      ({ env, envFrom }) =>
        env?.some(({ valueFrom }) => valueFrom?.secretKeyRef !== undefined) ||
        envFrom?.some(({ secretRef }) => secretRef !== undefined),
    );
  if (secrets) throw refusalOf(attributes, 'a mirror pod may not reference secrets');
  if (
    volumes.some(({ projected }) =>
      projected?.sources?.some(({ serviceAccountToken }) => serviceAccountToken !== undefined),
    )
  ) {
    throw refusalOf(attributes, 'a mirror pod may not use ServiceAccountToken volume projections');
  }
}
