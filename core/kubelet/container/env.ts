import type { Container, ConfigMap, Pod, Secret, Service } from '../api.ts';
import { fromBase64, lossyTextOf } from '#core/base';
import { expand } from './expand.ts';
import { type FieldWorld, fieldValue, resourceValue } from './fields.ts';

/** Reads what pods refer to. Rejects with a StatusError. */
export interface References {
  configMap(namespace: string, name: string): Promise<ConfigMap | undefined>;
  secret(namespace: string, name: string): Promise<Secret | undefined>;
}

/** A container cannot be configured; `CreateContainerConfigError` with this message. */
export class ConfigFailure extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ConfigFailure';
  }
}

/**
 * A container's environment: the Services of its namespace, then `envFrom`, then `env`, each name's last value.
 * Upstream: pkg/kubelet/kubelet_pods.go, makeEnvironmentVariables. Rejects with a ConfigFailure or FieldFailure.
 */
export async function environmentOf(
  world: FieldWorld,
  container: Container,
  services: readonly Service[],
  references: References,
): Promise<ReadonlyMap<string, string>> {
  const { pod } = world;
  const found = new Map<string, string>();
  const links = serviceVariables(services, pod);
  for (const [name, value] of await fromSources(pod, container, references)) found.set(name, value);
  for (const variable of container.env ?? []) {
    const value =
      variable.valueFrom === undefined
        ? expand(variable.value ?? '', (name) => found.get(name) ?? links.get(name))
        : await referred(world, container, variable.valueFrom, references);
    if (value !== undefined) found.set(variable.name, value);
  }
  for (const [name, value] of links) if (!found.has(name)) found.set(name, value);
  return found;
}

async function fromSources(pod: Pod, container: Container, references: References): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  const namespace = pod.metadata.namespace ?? '';
  for (const { prefix = '', configMapRef, secretRef } of container.envFrom ?? []) {
    const kind = configMapRef === undefined ? 'secret' : 'configmap';
    const { name = '', optional = false } = configMapRef ?? secretRef ?? {};
    const data =
      configMapRef === undefined
        ? decoded(await references.secret(namespace, name))
        : await references.configMap(namespace, name).then((map) => map && (map.data ?? {}));
    if (data === undefined) {
      if (optional) continue;
      throw new ConfigFailure(`${kind} "${name}" not found`);
    }
    for (const key of Object.keys(data)) found.set(prefix + key, data[key]!);
  }
  return found;
}

function decoded(secret: Secret | undefined): Readonly<Record<string, string>> | undefined {
  if (secret === undefined) return undefined;
  return Object.fromEntries(
    Object.entries(secret.data ?? {}).map(([key, value]) => [key, lossyTextOf(fromBase64(value))]),
  );
}

type Source = NonNullable<NonNullable<Container['env']>[number]['valueFrom']>;

async function referred(
  world: FieldWorld,
  container: Container,
  source: Source,
  references: References,
): Promise<string | undefined> {
  const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef } = source;
  if (fieldRef !== undefined) return fieldValue(world, fieldRef);
  if (resourceFieldRef !== undefined) return resourceValue(world, resourceFieldRef, container);
  const namespace = world.pod.metadata.namespace ?? '';
  const reference = configMapKeyRef ?? secretKeyRef;
  if (reference === undefined) throw new ConfigFailure('the source of an environment variable is not supported');
  const { name = '', key, optional = false } = reference;
  const isMap = configMapKeyRef !== undefined;
  const data = isMap
    ? await references.configMap(namespace, name).then((map) => map && (map.data ?? {}))
    : decoded(await references.secret(namespace, name));
  if (data !== undefined && Object.hasOwn(data, key)) return data[key]!;
  if (optional) return undefined;
  if (data === undefined) throw new ConfigFailure(`${isMap ? 'configmap' : 'secret'} "${name}" not found`);
  throw new ConfigFailure(`couldn't find key ${key} in ${isMap ? 'ConfigMap' : 'Secret'} ${namespace}/${name}`);
}

/** The variables of Services, as Docker's links had them. Upstream: pkg/kubelet/envvars/envvars.go. */
export function serviceVariables(services: readonly Service[], { metadata, spec }: Pod): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const { metadata: of, spec: service } of services) {
    const isMaster = of.namespace === 'default' && of.name === 'kubernetes';
    const isNeighbour = of.namespace === metadata.namespace && spec.enableServiceLinks !== false;
    if (!isMaster && !isNeighbour) continue;
    const address = service?.clusterIP ?? '';
    const ports = service?.ports ?? [];
    if (address === '' || address === 'None' || ports.length === 0) continue;
    // One of the pod's own namespace goes before the cluster's.
    if (isMaster && !isNeighbour && found.has('KUBERNETES_SERVICE_HOST')) continue;
    const prefix = (of.name ?? '').toUpperCase().replaceAll('-', '_');
    const host = address.includes(':') ? `[${address}]` : address;
    found.set(`${prefix}_SERVICE_HOST`, address);
    found.set(`${prefix}_SERVICE_PORT`, String(ports[0]!.port));
    for (const { name, port } of ports) {
      if (name !== undefined && name !== '') {
        found.set(`${prefix}_SERVICE_PORT_${name.toUpperCase().replaceAll('-', '_')}`, String(port));
      }
    }
    const url = ({ port, protocol = 'TCP' }: (typeof ports)[number]) => `${protocol.toLowerCase()}://${host}:${port}`;
    found.set(`${prefix}_PORT`, url(ports[0]!));
    for (const one of ports) {
      const { port, protocol = 'TCP' } = one;
      const stem = `${prefix}_PORT_${port}_${protocol}`;
      found.set(stem, url(one));
      found.set(`${stem}_PROTO`, protocol.toLowerCase());
      found.set(`${stem}_PORT`, String(port));
      found.set(`${stem}_ADDR`, address);
    }
  }
  return found;
}
