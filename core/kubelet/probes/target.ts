import type { Container, HttpGet } from '../api.ts';
import type { HttpProbe } from '../seams.ts';

/** A probe or hook that cannot be carried out as it is written. */
export class TargetFailure extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'TargetFailure';
  }
}

/** A port by number, or by the name of one of the container's. Throws a TargetFailure. */
export function portOf(port: number | string, { ports = [] }: Container): number {
  const number =
    typeof port === 'number' ? port : (ports.find(({ name }) => name === port)?.containerPort ?? Number(port));
  if (Number.isInteger(number) && number > 0 && number < 65536) return number;
  throw new TargetFailure(`couldn't find port: ${port} in container`);
}

/** The request of an httpGet probe or hook. Upstream: pkg/probe/http/request.go. */
export function httpProbe(
  action: HttpGet,
  container: Container,
  podIP: string,
  agent: 'probe' | 'lifecycle',
  timeoutMilliseconds: number,
): HttpProbe {
  const { path = '/', port, host = '', scheme = 'HTTP', httpHeaders = [] } = action;
  const headers = httpHeaders.map(({ name, value }): readonly [string, string] => [name, value]);
  const has = (wanted: string) => headers.some(([name]) => name.toLowerCase() === wanted);
  if (!has('user-agent')) headers.push(['User-Agent', `kube-${agent}/1.36`]);
  if (!has('accept')) headers.push(['Accept', '*/*']);
  return {
    method: 'GET',
    scheme: scheme.toLowerCase() === 'https' ? 'https' : 'http',
    host: host === '' ? podIP : host,
    port: portOf(port, container),
    path: path.startsWith('/') ? path : `/${path}`,
    // Upstream drops an Accept that is given empty.
    headers: headers.filter(([name, value]) => !(name.toLowerCase() === 'accept' && value === '')),
    timeoutMilliseconds,
  };
}
