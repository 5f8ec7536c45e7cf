import type {
  Container,
  HTTPGetAction,
  Lifecycle,
  LifecycleHandler,
  PodSpec,
  Probe,
  ProbeHandler,
} from '#core/api/types';
import { httpHeaderNameProblems, portNameProblems, portNumberProblems } from '#core/machinery/names';
import { forbiddenField, invalid, notSupported, type Problem, required } from '#core/machinery/status';
import { notNegative } from '#core/machinery/validation';
import { stopSignalProblems } from './signals.ts';

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

/** `grace`: how many seconds the pod has to end; unknown where that is wrong itself. */
function handlerProblems(handler: Handler, grace: number | undefined, path: string, problems: Problem[]): void {
  const [first, ...others] = HANDLERS.filter((name) => handler[name] !== undefined);
  if (first === undefined) problems.push(required(path, 'must specify a handler type'));
  const { exec, httpGet, tcpSocket, grpc, sleep } = handler;
  if (first === 'exec' && (exec?.command?.length ?? 0) === 0) problems.push(required(`${path}.exec.command`));
  if (first === 'httpGet') httpProblems(httpGet!, `${path}.httpGet`, problems);
  if (first === 'tcpSocket') portProblems(tcpSocket!.port, `${path}.tcpSocket.port`, problems);
  if (first === 'grpc') portProblems(grpc!.port, `${path}.grpc.port`, problems);
  if (first === 'sleep' && grace !== undefined && (sleep!.seconds < 0 || sleep!.seconds > grace)) {
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

const PROBES = ['livenessProbe', 'readinessProbe', 'startupProbe'] as const;

function probeProblems(probe: Probe, grace: number | undefined, path: string, problems: Problem[]): void {
  handlerProblems(probe, grace, path, problems);
  for (const name of COUNTS) notNegative(probe[name], `${path}.${name}`, problems);
  const own = probe.terminationGracePeriodSeconds;
  if (own !== undefined && own <= 0) {
    problems.push(invalid(`${path}.terminationGracePeriodSeconds`, own, 'must be greater than 0'));
  }
}

/** Upstream: pkg/apis/core/validation/validation.go (validateProbe). */
export function probesProblems(container: Container, spec: PodSpec, path: string, problems: Problem[]): void {
  for (const kind of PROBES) {
    const probe = container[kind];
    if (probe === undefined) continue;
    const place = `${path}.${kind}`;
    probeProblems(probe, spec.terminationGracePeriodSeconds, place, problems);
    const { terminationGracePeriodSeconds: own, successThreshold = 0 } = probe;
    if (kind === 'readinessProbe') {
      const detail = 'must not be set for readinessProbes';
      if (own !== undefined) problems.push(invalid(`${place}.terminationGracePeriodSeconds`, own, detail));
    } else if (successThreshold !== 1) {
      problems.push(invalid(`${place}.successThreshold`, successThreshold, 'must be 1'));
    }
  }
}

/** What a container does when it starts and ends. Upstream: pkg/apis/core/validation/validation.go (validateLifecycle). */
export function lifecycleProblems(
  lifecycle: Lifecycle | undefined,
  { terminationGracePeriodSeconds: grace, os }: PodSpec,
  path: string,
  problems: Problem[],
): void {
  const { postStart, preStop, stopSignal } = lifecycle ?? {};
  if (postStart !== undefined) handlerProblems(postStart, grace, `${path}.postStart`, problems);
  if (preStop !== undefined) handlerProblems(preStop, grace, `${path}.preStop`, problems);
  if (stopSignal !== undefined) stopSignalProblems(stopSignal, os, `${path}.stopSignal`, problems);
}
