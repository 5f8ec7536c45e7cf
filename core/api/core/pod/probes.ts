import type { HTTPGetAction, Lifecycle, LifecycleHandler, Probe, ProbeHandler } from '#core/api/types';
import { httpHeaderNameProblems, portNameProblems, portNumberProblems } from '#core/machinery/names';
import { forbiddenField, invalid, notSupported, type Problem, required } from '#core/machinery/status';
import { notNegative } from '#core/machinery/validation';

/** A port by number, or by the name that a container gives it. */
export function portProblems(port: number | string | undefined, path: string, problems: Problem[]): void {
  const details = typeof port === 'string' ? portNameProblems(port) : portNumberProblems(port ?? 0);
  for (const detail of details) problems.push(invalid(path, port ?? 0, detail));
}

function httpProblems(action: HTTPGetAction, path: string, problems: Problem[]): void {
  if ((action.path ?? '') === '') problems.push(required(`${path}.path`));
  portProblems(action.port, `${path}.port`, problems);
  const { scheme = '' } = action;
  if (scheme !== 'HTTP' && scheme !== 'HTTPS') problems.push(notSupported(`${path}.scheme`, scheme, ['HTTP', 'HTTPS']));
  for (const { name } of action.httpHeaders ?? []) {
    for (const detail of httpHeaderNameProblems(name)) problems.push(invalid(`${path}.httpHeaders`, name, detail));
  }
}

type Handler = ProbeHandler & Pick<LifecycleHandler, 'sleep'>;
const HANDLERS = ['exec', 'httpGet', 'tcpSocket', 'grpc', 'sleep'] as const;

function handlerProblems(handler: Handler, grace: number, path: string, problems: Problem[]): void {
  const [first, ...others] = HANDLERS.filter((name) => handler[name] !== undefined);
  if (first === undefined) problems.push(required(path, 'must specify a handler type'));
  const { exec, httpGet, tcpSocket, grpc, sleep } = handler;
  if (first === 'exec' && (exec?.command?.length ?? 0) === 0) problems.push(required(`${path}.exec.command`));
  if (first === 'httpGet') httpProblems(httpGet!, `${path}.httpGet`, problems);
  if (first === 'tcpSocket') portProblems(tcpSocket!.port, `${path}.tcpSocket.port`, problems);
  if (first === 'grpc') portProblems(grpc!.port, `${path}.grpc.port`, problems);
  if (first === 'sleep' && (sleep!.seconds < 0 || sleep!.seconds > grace)) {
    const range = `must be non-negative and less than terminationGracePeriodSeconds (${grace})`;
    problems.push(invalid(`${path}.sleep`, sleep!.seconds, range));
  }
  for (const name of others)
    problems.push(forbiddenField(`${path}.${name}`, 'may not specify more than 1 handler type'));
}

const COUNTS = [
  'initialDelaySeconds',
  'timeoutSeconds',
  'periodSeconds',
  'successThreshold',
  'failureThreshold',
] as const;

export function probeProblems(
  kind: 'livenessProbe' | 'readinessProbe' | 'startupProbe',
  probe: Probe | undefined,
  grace: number,
  path: string,
  problems: Problem[],
): void {
  if (probe === undefined) return;
  const place = `${path}.${kind}`;
  handlerProblems(probe, grace, place, problems);
  for (const name of COUNTS) notNegative(probe[name], `${place}.${name}`, problems);
  const own = probe.terminationGracePeriodSeconds;
  if (own !== undefined && own <= 0) {
    problems.push(invalid(`${place}.terminationGracePeriodSeconds`, own, 'must be greater than 0'));
  }
  if (kind === 'readinessProbe') {
    const detail = 'must not be set for readinessProbes';
    if (own !== undefined) problems.push(invalid(`${place}.terminationGracePeriodSeconds`, own, detail));
  } else if ((probe.successThreshold ?? 0) !== 1) {
    problems.push(invalid(`${place}.successThreshold`, probe.successThreshold ?? 0, 'must be 1'));
  }
}

export function lifecycleProblems(
  lifecycle: Lifecycle | undefined,
  grace: number,
  path: string,
  problems: Problem[],
): void {
  if (lifecycle?.postStart !== undefined)
    handlerProblems(lifecycle.postStart, grace, `${path}.lifecycle.postStart`, problems);
  if (lifecycle?.preStop !== undefined)
    handlerProblems(lifecycle.preStop, grace, `${path}.lifecycle.preStop`, problems);
}
