import type { Service, ServicePort } from '#core/api/types';
import { dnsLabelProblems, qualifiedNameProblems } from '#core/machinery/names';
import { duplicate, forbiddenField, notSupported, type Problem, required } from '#core/machinery/status';
import { matching, range, type Rule } from '#core/machinery/validation';
import { portProblems } from '../pod/probes.ts';

const PROTOCOLS = ['SCTP', 'TCP', 'UDP'];

export const ports: Rule<readonly ServicePort[] | undefined> = (list, path, problems) => {
  const all = list ?? [];
  const names = new Set<string>();
  for (const [i, { name = '', port, protocol = '', targetPort, appProtocol }] of all.entries()) {
    const place = `${path}[${i}]`;
    if (name !== '') {
      matching(dnsLabelProblems)(name, `${place}.name`, problems);
      if (names.has(name)) problems.push(duplicate(`${place}.name`, name));
      names.add(name);
    } else if (all.length > 1) problems.push(required(`${place}.name`));
    range(1, 65535)(port, `${place}.port`, problems);
    if (protocol === '') problems.push(required(`${place}.protocol`));
    else if (!PROTOCOLS.includes(protocol)) problems.push(notSupported(`${place}.protocol`, protocol, PROTOCOLS));
    portProblems(targetPort, `${place}.targetPort`, problems);
    matching(qualifiedNameProblems)(appProtocol, `${place}.appProtocol`, problems);
  }
};

/** Of one protocol no port is there twice, neither on nodes nor on the address. */
export function distinctProblems({ spec }: Service, _: unknown, problems: Problem[]): void {
  const all = spec?.ports ?? [];
  if (spec?.type === 'ClusterIP') {
    for (const [i, { nodePort = 0 }] of all.entries()) {
      const detail = "may not be used when `type` is 'ClusterIP'";
      if (nodePort !== 0) problems.push(forbiddenField(`spec.ports[${i}].nodePort`, detail));
    }
  }
  const taken = new Set<string>();
  for (const [i, { nodePort = 0, protocol }] of all.entries()) {
    if (nodePort === 0) continue;
    const key = `${protocol}/${nodePort}`;
    if (taken.has(key)) problems.push(duplicate(`spec.ports[${i}].nodePort`, nodePort));
    taken.add(key);
  }
  taken.clear();
  for (const [i, { port, protocol = '' }] of all.entries()) {
    const key = `${protocol}/${port}`;
    if (taken.has(key)) problems.push(duplicate(`spec.ports[${i}]`, { protocol, port }));
    taken.add(key);
  }
}
