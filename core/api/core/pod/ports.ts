import type { Container, ContainerPort } from '#core/api/types';
import { portNameProblems, portNumberProblems } from '#core/machinery/names';
import { duplicate, invalid, notSupported, type Problem, required } from '#core/machinery/status';

const PROTOCOLS = ['SCTP', 'TCP', 'UDP'];

/** Upstream: pkg/apis/core/validation/validation.go (validateContainerPorts). */
export function portsProblems(ports: readonly ContainerPort[] | undefined, path: string, problems: Problem[]): void {
  if (ports === undefined) return;
  const names = new Set<string>();
  for (const [i, { name = '', containerPort, hostPort = 0, protocol = '' }] of ports.entries()) {
    const place = `${path}[${i}]`;
    const details = name === '' ? [] : portNameProblems(name);
    for (const detail of details) problems.push(invalid(`${place}.name`, name, detail));
    if (details.length === 0 && name !== '') {
      if (names.has(name)) problems.push(duplicate(`${place}.name`, name));
      names.add(name);
    }
    if ((containerPort ?? 0) === 0) problems.push(required(`${place}.containerPort`));
    else
      for (const detail of portNumberProblems(containerPort))
        problems.push(invalid(`${place}.containerPort`, containerPort, detail));
    if (hostPort !== 0) {
      for (const detail of portNumberProblems(hostPort)) problems.push(invalid(`${place}.hostPort`, hostPort, detail));
    }
    if (protocol === '') problems.push(required(`${place}.protocol`));
    else if (!PROTOCOLS.includes(protocol)) problems.push(notSupported(`${place}.protocol`, protocol, PROTOCOLS));
  }
}

const takesPort = ({ hostPort = 0 }: ContainerPort): boolean => hostPort !== 0;

/** No two containers take one port of the node. */
export function hostPortProblems(containers: readonly Container[], path: string, problems: Problem[]): void {
  if (!containers.some(({ ports }) => ports?.some(takesPort) === true)) return;
  const taken = new Set<string>();
  for (const [i, { ports = [] }] of containers.entries()) {
    for (const [j, { hostPort = 0, hostIP = '', protocol = '' }] of ports.entries()) {
      if (hostPort === 0) continue;
      const text = `${protocol}/${hostIP}/${hostPort}`;
      if (taken.has(text)) problems.push(duplicate(`${path}[${i}].ports[${j}].hostPort`, text));
      taken.add(text);
    }
  }
}
