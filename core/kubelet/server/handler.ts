import { encodeJson, utf8 } from '#core/base';
import type { Answer, Request } from '#core/apiserver';
import {
  badRequest,
  forbidden,
  internalError,
  isStatusError,
  methodNotSupported,
  noSuchPath,
  notFound,
  type StatusError,
} from '#core/machinery/status';
import { type Pod, containerNamed } from '../api.ts';
import { messageOf } from '../context.ts';
import type { Kubelet } from '../kubelet.ts';
import type { ContainerStatus } from '../runtime.ts';
import { logOptions } from './log-options.ts';
import { loggedInstance, sendLog } from './logs.ts';
import { servePortForward } from './port-forward.ts';
import type { Wanted } from './remote.ts';
import { serveSession } from './sessions.ts';
import { statsSummary } from './stats.ts';

/** What a request to a kubelet is allowed by: the node's subresources. Upstream: pkg/kubelet/server/auth.go. */
export interface KubeletAttributes {
  readonly verb: 'get' | 'create' | 'update' | 'patch' | 'delete';
  /** `proxy`, `stats`, `log`, `metrics`, `healthz`, `pods`, ...; one of them suffices. */
  readonly subresources: readonly string[];
}

export interface KubeletServerParts {
  readonly kubelet: Kubelet;
  /** Rejects with a StatusError (401, 403) who may not. Absent where only the API server can ask at all. */
  readonly authorize?: (request: Request, attributes: KubeletAttributes) => Promise<void>;
}

interface Asked {
  readonly request: Request;
  readonly path: readonly string[];
  readonly query: URLSearchParams;
  readonly kubelet: Kubelet;
}

const text = (body: string, contentType = 'text/plain; charset=utf-8', status = 200): Answer => ({
  status,
  headers: { 'content-type': contentType },
  body: [utf8(body)],
});
const json = (body: unknown): Answer => ({
  status: 200,
  headers: { 'content-type': 'application/json' },
  body: [encodeJson(body)],
});

const ROUTES: Readonly<Record<string, (asked: Asked) => Answer | Promise<Answer>>> = {
  healthz: () => text('ok'),
  pods: ({ kubelet }) => json({ kind: 'PodList', apiVersion: 'v1', metadata: {}, items: kubelet.pods() }),
  runningpods: ({ kubelet }) =>
    json({
      kind: 'PodList',
      apiVersion: 'v1',
      metadata: {},
      items: kubelet.pods().filter(({ status }) => status?.phase === 'Running'),
    }),
  metrics: ({ kubelet }) => text(kubelet.context.metrics.text(), 'text/plain; version=0.0.4; charset=utf-8'),
  stats: async ({ kubelet, path }) => {
    if (path[1] !== 'summary') throw noSuchPath();
    return json(await statsSummary(kubelet.context, kubelet.pods()));
  },
  containerLogs: serveLogs,
  exec: serveExec,
  attach: serveAttach,
  portForward: serveForward,
};

/** A kubelet's API, by upstream's paths: an adapter serves it over HTTPS, and the API server asks simulated nodes directly. Never rejects. */
export function createKubeletServer(parts: KubeletServerParts): (request: Request) => Promise<Answer> {
  const { kubelet, authorize } = parts;
  return async (request) => {
    try {
      const mark = request.target.indexOf('?');
      const whole = mark < 0 ? request.target : request.target.slice(0, mark);
      const path = whole.split('/').slice(1).map(decodeURIComponent);
      const query = new URLSearchParams(mark < 0 ? '' : request.target.slice(mark + 1));
      const route = Object.hasOwn(ROUTES, path[0] ?? '') ? ROUTES[path[0]!] : undefined;
      await authorize?.(request, attributesOf(request.method, path));
      if (route === undefined) throw noSuchPath();
      return await route({ request, path, query, kubelet });
    } catch (failure) {
      return refused(kubelet, failure);
    }
  };
}

function refused(kubelet: Kubelet, failure: unknown): Answer {
  let known: StatusError;
  if (isStatusError(failure)) known = failure;
  else {
    kubelet.context.log.error('a request to the kubelet failed', { failure: messageOf(failure) });
    known = internalError(messageOf(failure));
  }
  return {
    status: known.code,
    headers: { 'content-type': 'application/json' },
    body: [encodeJson(known.status)],
  };
}

const VERBS: Readonly<Record<string, KubeletAttributes['verb']>> = {
  GET: 'get',
  HEAD: 'get',
  POST: 'create',
  PUT: 'update',
  PATCH: 'patch',
  DELETE: 'delete',
};
/** Paths with a permission of their own; the others need `proxy`. */
const SUBRESOURCES: Readonly<Record<string, readonly string[]>> = {
  stats: ['stats'],
  metrics: ['metrics'],
  logs: ['log'],
  healthz: ['healthz', 'proxy'],
  pods: ['pods', 'proxy'],
  runningpods: ['pods', 'proxy'],
};

/** Upgrades by GET count as what they do. */
function attributesOf(method: string, path: readonly string[]): KubeletAttributes {
  const verb = VERBS[method];
  if (verb === undefined) throw methodNotSupported({ group: '', resource: 'nodes' }, method);
  const first = path[0] ?? '';
  const runs = first === 'exec' || first === 'attach' || first === 'portForward';
  return { verb: runs ? 'create' : verb, subresources: SUBRESOURCES[first] ?? ['proxy'] };
}

function podOf({ kubelet, path }: Asked): Pod {
  const [, namespace = '', name = ''] = path;
  const pod = kubelet.pod(namespace, name);
  if (pod === undefined) throw notFound({ group: '', resource: 'pods', name });
  return pod;
}

function serveLogs(asked: Asked): Answer {
  const { kubelet, query, request, path } = asked;
  const { turns, logs, observer, log } = kubelet.context;
  const pod = podOf(asked);
  const { uid = '' } = pod.metadata;
  const options = logOptions(query, turns.clock.now());
  const instance = loggedInstance(pod, observer.of(uid), path[3] ?? '', options.previous);
  const isRunning = () => observer.of(uid).containers.find((one) => one.id === instance.id)?.state === 'running';
  return {
    status: 200,
    headers: { 'content-type': 'text/plain' },
    body: (out) => {
      // Whoever no longer reads is not written for.
      const gone = new AbortController();
      const stop = () => gone.abort();
      request.signal().addEventListener('abort', stop, { once: true });
      void out.closed.then(stop);
      sendLog({ files: logs, turns, options, path: instance.logPath, isRunning, signal: gone.signal }, out).then(
        () => out.end(),
        (failure: unknown) => {
          log.warn('cannot read a log', { path: instance.logPath, failure: messageOf(failure) });
          out.abort(failure);
        },
      );
    },
  };
}

/** The running instance of the container that is named. */
function runningOf(asked: Asked): { readonly pod: Pod; readonly instance: ContainerStatus } {
  const pod = podOf(asked);
  const name = asked.path.at(-1) ?? '';
  if (containerNamed(pod.spec, name) === undefined) throw badRequest(`container not found ("${name}")`);
  const { containers } = asked.kubelet.context.observer.of(pod.metadata.uid ?? '');
  const instance = containers.find((one) => one.name === name);
  if (instance?.state !== 'running')
    throw badRequest(`container "${name}" of pod "${pod.metadata.name}" is not running`);
  return { pod, instance };
}

/** Upstream's names for the streams in this API. */
function wantedOf(query: URLSearchParams): Wanted {
  const flag = (name: string) => query.get(name) === '1' || query.get(name) === 'true';
  const wanted = { stdin: flag('input'), stdout: flag('output'), stderr: flag('error'), tty: flag('tty') };
  if (!wanted.stdin && !wanted.stdout && !wanted.stderr) {
    throw badRequest('you must specify at least 1 of stdin, stdout, stderr');
  }
  return wanted;
}

function serveExec(asked: Asked): Promise<Answer> {
  const { kubelet, request, query } = asked;
  const { instance } = runningOf(asked);
  const wanted = wantedOf(query);
  const command = query.getAll('command');
  if (command.length === 0) throw badRequest('you must specify a command');
  return serveSession(kubelet.context, request, wanted, () =>
    kubelet.context.runtime.exec(instance.id, { ...wanted, stderr: wanted.stderr && !wanted.tty, command }),
  );
}

function serveAttach(asked: Asked): Promise<Answer> {
  const { kubelet, request, query } = asked;
  const { pod, instance } = runningOf(asked);
  const container = containerNamed(pod.spec, instance.name);
  const asks = wantedOf(query);
  const tty = container?.tty === true;
  // A container without stdin has none to attach to.
  const wanted = { ...asks, tty, stdin: asks.stdin && container?.stdin === true };
  return serveSession(kubelet.context, request, wanted, () =>
    kubelet.context.runtime.attach(instance.id, { ...wanted, stderr: wanted.stderr && !tty }),
  );
}

function serveForward(asked: Asked): Answer {
  const { kubelet, request, query } = asked;
  const pod = podOf(asked);
  const { runtime, observer, turns, log } = kubelet.context;
  const sandbox = observer.of(pod.metadata.uid ?? '').sandboxes[0];
  if (sandbox?.ready !== true) throw badRequest(`pod "${pod.metadata.name}" does not run`);
  const ports = query.getAll('port').flatMap((one) => one.split(',').map(Number));
  if (ports.some((port) => !Number.isInteger(port) || port < 1 || port > 65_535)) {
    throw forbidden({ group: '', resource: '' }, 'a port must be between 1 and 65535');
  }
  return servePortForward(
    { turns, log, connect: (port) => runtime.portForward(sandbox.id, port), pod: pod.metadata.name ?? '' },
    request,
    ports,
  );
}
