import type { Service } from '#core/api/types';
import { portNumberProblems } from '#core/machinery/names';
import { forbiddenField, invalid, type Problem, required } from '#core/machinery/status';
import { oneOf } from '#core/machinery/validation';

const isReached = ({ spec }: Service): boolean =>
  spec?.type === 'NodePort' ||
  spec?.type === 'LoadBalancer' ||
  (spec?.type === 'ClusterIP' && (spec.externalIPs?.length ?? 0) > 0);

const needsHealthCheck = ({ spec }: Service): boolean =>
  spec?.type === 'LoadBalancer' && spec.externalTrafficPolicy === 'Local';

const HEALTH = 'spec.healthCheckNodePort';

function healthProblems(service: Service, problems: Problem[]): void {
  const { healthCheckNodePort: port = 0 } = service.spec ?? {};
  if (!needsHealthCheck(service)) {
    const detail = "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'";
    if (port !== 0) problems.push(invalid(HEALTH, port, detail));
  } else if (port !== 0) for (const detail of portNumberProblems(port)) problems.push(invalid(HEALTH, port, detail));
}

/** How traffic from outside, and from within, finds its way. */
export function trafficProblems(service: Service, _: unknown, problems: Problem[]): void {
  const { externalTrafficPolicy: external = '', internalTrafficPolicy: internal, type } = service.spec ?? {};
  const path = 'spec.externalTrafficPolicy';
  if (!isReached(service)) {
    if (external !== '') {
      problems.push(invalid(path, external, 'may only be set for externally-accessible services'));
    }
  } else if (external === '') problems.push(required(path));
  else oneOf('Cluster', 'Local')(external, path, problems);
  healthProblems(service, problems);
  if (internal !== undefined) oneOf('Cluster', 'Local')(internal, 'spec.internalTrafficPolicy', problems);
  else if (type === 'ClusterIP' || type === 'NodePort' || type === 'LoadBalancer') {
    problems.push(required('spec.internalTrafficPolicy'));
  }
}

export function healthChangeProblems(next: Service, old: Service, problems: Problem[]): void {
  if (!needsHealthCheck(next) || !needsHealthCheck(old)) return;
  if ((next.spec?.healthCheckNodePort ?? 0) === (old.spec?.healthCheckNodePort ?? 0)) return;
  problems.push(forbiddenField(HEALTH, 'field is immutable'));
}
