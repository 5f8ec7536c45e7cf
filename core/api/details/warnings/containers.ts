import { APP_ARMOR, appArmorOf } from '#core/api/pods';
import type { Container, ContainerPort, PodSpec } from '#core/api/types';
import { sameJson } from '#core/base';
import { fractions } from './quantities.ts';

const BYTES = ['memory', 'ephemeral-storage'] as const;
const SIDES = ['limits', 'requests'] as const;
const SECCOMP = 'container.seccomp.security.alpha.kubernetes.io/';

/** All containers and where they stand. */
function containersOf(spec: PodSpec, at: string): readonly (readonly [Container, string])[] {
  return (['initContainers', 'containers', 'ephemeralContainers'] as const).flatMap((field) =>
    (spec[field] ?? []).map((one, n) => [one as Container, `${at}.${field}[${n}]`] as const),
  );
}

/** `path` leads to the template: '' or ends with a dot. */
export function containerWarnings(
  spec: PodSpec,
  annotations: Readonly<Record<string, string>>,
  path: string,
): readonly string[] {
  return containersOf(spec, `${path}spec`).flatMap(([container, at]) => {
    const { name, securityContext, resources } = container;
    const told: string[] = [];
    const old = (key: string, since: string, field: string) => {
      if (Object.hasOwn(annotations, key))
        told.push(`${path}metadata.annotations[${key}]: ${since}; use the "${field}" field instead`);
    };
    if (securityContext?.seccompProfile === undefined)
      old(SECCOMP + name, 'non-functional in v1.27+', 'seccompProfile');
    // Of pods this is told when the annotation is put into the field.
    if (path !== '' && securityContext?.appArmorProfile === undefined) {
      const ofPod = spec.securityContext?.appArmorProfile;
      const said = appArmorOf(annotations[APP_ARMOR + name] ?? '');
      const isOfPod = said !== undefined && ofPod !== undefined && sameJson(said, ofPod);
      if (!isOfPod) old(APP_ARMOR + name, 'deprecated since v1.30', 'appArmorProfile');
    }
    for (const resource of BYTES)
      for (const side of SIDES) {
        if (resources?.[side]?.[resource] !== undefined)
          told.push(...fractions(resources[side], `${at}.resources.${side}`, [resource]));
      }
    hiddenVariables(container, at, told);
    return told;
  });
}

/** A variable given again is lost by apply, unless it builds upon its earlier self. */
function hiddenVariables({ env = [] }: Container, at: string, told: string[]): void {
  if (env.length < 2) return;
  const seen = new Set<string>();
  for (const [n, { name, value = '', valueFrom }] of env.entries()) {
    if (!seen.has(name)) {
      seen.add(name);
      continue;
    }
    const self = `$(${name})`;
    const buildsOn = valueFrom === undefined && value !== self && value.includes(self);
    const why = `hides previous definition of ${JSON.stringify(name)}, which may be dropped when using apply`;
    if (!buildsOn) told.push(`${at}.env[${n}]: ${why}`);
  }
}

interface Placed {
  readonly port: ContainerPort;
  readonly at: string;
}

/** Ports that several containers have, and names that stand for several ports. */
export function portWarnings(spec: PodSpec, path: string): readonly string[] {
  const told: string[] = [];
  const all = containersOf(spec, path).flatMap(([{ ports = [] }, at]) =>
    ports.map((port, n): Placed => ({ port, at: `${at}.ports[${n}]` })),
  );
  if (all.length === 0) return told;
  const known = new Map<string, Placed[]>();
  for (const { port, at } of all) {
    const key = `${port.containerPort}/${port.protocol ?? ''}`;
    const others = known.get(key);
    if ((port.hostIP ?? '') !== '' && (port.hostPort ?? 0) === 0) {
      told.push(`${at}: hostIP set without hostPort: ${goPort(port)}`);
    }
    for (const other of others ?? []) {
      const how = clash(port, other.port);
      if (how !== undefined) told.push(`${at}: ${how} port definition with ${other.at}`);
    }
    if (others === undefined) known.set(key, [{ port, at }]);
    else others.push({ port, at });
  }
  const names = new Map<string, string>();
  for (const { port, at } of all) {
    const { name = '' } = port;
    const first = names.get(name);
    if (name === '') continue;
    if (first === undefined) names.set(name, at);
    else {
      const use = `services and probes that select ports by name will use ${first}`;
      told.push(`${at}: duplicate port name ${JSON.stringify(name)} with ${first}, ${use}`);
    }
  }
  return told;
}

/** As Go prints the struct. */
const goPort = ({ name = '', hostPort = 0, containerPort, protocol, hostIP = '' }: ContainerPort): string =>
  `{Name:${name} HostPort:${hostPort} ContainerPort:${containerPort} Protocol:${protocol ?? ''} HostIP:${hostIP}}`;

function clash(one: ContainerPort, other: ContainerPort): string | undefined {
  const { hostIP = '', hostPort = 0 } = one;
  const { hostIP: otherIP = '', hostPort: otherPort = 0 } = other;
  if (hostIP === otherIP && hostPort === otherPort) return 'duplicate';
  if (hostPort === 0 || otherPort === 0) return 'overlapping';
  return hostPort === otherPort && (hostIP === '') !== (otherIP === '') ? 'dangerously ambiguous' : undefined;
}
