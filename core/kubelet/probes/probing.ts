import { lossyTextOf } from '#core/base';
import type { Container, Probe } from '../api.ts';
import { expand } from '../container/expand.ts';
import { type Runtime, RuntimeFailure } from '../runtime.ts';
import type { Dialer } from '../seams.ts';
import { httpProbe, portOf } from './target.ts';

export interface ProbeTarget {
  readonly container: Container;
  /** The running instance. */
  readonly id: string;
  readonly podIP: string;
  readonly probe: Probe;
}

/** `warning` counts as success, `error` as neither. */
export interface ProbeOutcome {
  readonly result: 'success' | 'failure' | 'warning' | 'error';
  readonly output: string;
}

/** Carries out one probe. Never rejects. */
export type Probing = (target: ProbeTarget) => Promise<ProbeOutcome>;

const failure = (output: string): ProbeOutcome => ({ result: 'failure', output });
const SUCCESS: ProbeOutcome = { result: 'success', output: '' };

/** Bytes of a command's output that are told of. */
const MOST_OUTPUT = 10 * 1024;

/** Probes real containers: commands by the runtime, the rest over the network. Upstream: pkg/kubelet/prober/prober.go. */
export const createProbing =
  (runtime: Runtime, dialer: Dialer): Probing =>
  async (target) => {
    try {
      return await carryOut(runtime, dialer, target);
    } catch (error) {
      return { result: 'error', output: error instanceof Error ? error.message : String(error) };
    }
  };

async function carryOut(runtime: Runtime, dialer: Dialer, target: ProbeTarget): Promise<ProbeOutcome> {
  const { container, id, podIP, probe } = target;
  const seconds = probe.timeoutSeconds ?? 1;
  const milliseconds = seconds * 1000;
  if (probe.exec !== undefined) {
    const constants = new Map((container.env ?? []).map(({ name, value }) => [name, value]));
    const command = (probe.exec.command ?? []).map((one) => expand(one, (name) => constants.get(name)));
    return execProbe(runtime, id, command, seconds);
  }
  if (probe.httpGet !== undefined) {
    const request = httpProbe(probe.httpGet, container, podIP, 'probe', milliseconds);
    const answer = await told(dialer.http(request));
    if (typeof answer === 'string') return failure(answer);
    if (answer.status >= 300 && answer.status < 400) {
      return { result: 'warning', output: `Probe terminated redirects, Response body: ${answer.body}` };
    }
    return answer.status >= 200 && answer.status < 400
      ? { result: 'success', output: answer.body }
      : failure(`HTTP probe failed with statuscode: ${answer.status}`);
  }
  if (probe.tcpSocket !== undefined) {
    const { port, host = '' } = probe.tcpSocket;
    const answer = await told(dialer.tcp(host === '' ? podIP : host, portOf(port, container), milliseconds));
    return typeof answer === 'string' ? failure(answer) : SUCCESS;
  }
  if (probe.grpc !== undefined) {
    const { port } = probe.grpc;
    const service = probe.grpc.service ?? '';
    const answer = await told(dialer.grpc(podIP, port, service, milliseconds).then((status) => ({ status })));
    if (typeof answer === 'string') return failure(answer);
    return answer.status === 'SERVING' ? SUCCESS : failure(`service unhealthy (responded with "${answer.status}")`);
  }
  return { result: 'error', output: `missing probe handler for ${container.name}` };
}

/** What comes, or why nothing does. */
const told = <T>(answer: Promise<T>): Promise<T | string> =>
  answer.catch((error: unknown) => (error instanceof Error ? error.message : String(error)));

async function execProbe(
  runtime: Runtime,
  id: string,
  command: readonly string[],
  timeoutSeconds: number,
): Promise<ProbeOutcome> {
  try {
    const { exitCode, stdout, stderr } = await runtime.execSync(id, command, timeoutSeconds);
    if (exitCode === 0) return SUCCESS;
    return failure(lossyTextOf(stdout.length > 0 ? stdout : stderr).slice(0, MOST_OUTPUT));
  } catch (error) {
    if (error instanceof RuntimeFailure && error.reason === 'deadline') {
      return failure(`command timed out: ${JSON.stringify(command.join(' '))} timed out after ${timeoutSeconds}s`);
    }
    throw error;
  }
}
