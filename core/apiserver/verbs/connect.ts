import type { Duplex } from '#core/base';
import type { KubeObject } from '#core/machinery/object';
import { badRequest, notFound, serviceUnavailable } from '#core/machinery/status';
import type { Context, Result } from '../context.ts';
import type { Outbound, OutboundRequest, Target as Dialled } from '../outbound.ts';
import { first, type Query } from '../query.ts';
import type { Answer } from '../types.ts';
import { type Kit, named, type Target, type VerbHandler } from './kit.ts';
import { requireLogOptions } from './log-options.ts';
import { admit, validateAdmission, type Writing } from './write.ts';

interface Container {
  readonly name: string;
  readonly ports?: readonly { readonly containerPort: number; readonly protocol?: string }[];
}

interface Pod extends KubeObject {
  readonly spec: {
    readonly nodeName?: string;
    readonly containers: readonly Container[];
    readonly initContainers?: readonly Container[];
    readonly ephemeralContainers?: readonly Container[];
  };
  readonly status?: { readonly podIP?: string };
}

/** Headers that belong to one connection and are not passed on. */
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'host',
  'content-length',
]);
/** The client's proof of who it is goes no further than this server. */
const CREDENTIALS = /^(?:authorization|impersonate-.*|x-remote-.*)$/;

/** GET pods/NAME/log. Upstream: pkg/registry/core/pod/strategy.go (LogLocation). */
export const log: VerbHandler = async (kit, context, target) => {
  const { query } = context.info;
  requireLogOptions(query, target.name, kit.parts.gates.enabled('PodLogsQuerySplitStreams'));
  const pod = podOf(kit, target);
  const container = containerFor(pod, first(query, 'container'), target.name);
  const { nodeName = '' } = pod.spec;
  if (nodeName === '') return { kind: 'answer', answer: { status: 204, headers: {}, body: [] } };
  requireNode(kit, nodeName);
  const keep = ['follow', 'previous', 'timestamps', 'sinceSeconds', 'sinceTime', 'tailLines', 'limitBytes', 'stream'];
  const path = `/containerLogs/${segments(target.namespace, target.name, container)}${queryOf(query, keep)}`;
  const answer = await outboundOf(kit).request(
    { kind: 'node', name: nodeName },
    { method: 'GET', path, headers: {}, signal: context.signal },
  );
  return { kind: 'answer', answer: streamed(answer) };
};

/** exec, attach and portforward of a pod: an upgraded connection to its kubelet. Upstream: pkg/registry/core/pod/rest/subresources.go. */
export const streamTo =
  (action: 'exec' | 'attach' | 'portForward'): VerbHandler =>
  async (kit, context, target) => {
    const pod = podOf(kit, target);
    const { query } = context.info;
    const container = action === 'portForward' ? '' : containerFor(pod, first(query, 'container'), target.name);
    const { nodeName = '' } = pod.spec;
    if (nodeName === '') throw badRequest(`pod ${target.name} does not have a host assigned`);
    await admitConnect(kit, context, target, pod);
    requireNode(kit, nodeName);
    const of = segments(target.namespace, target.name, ...(container === '' ? [] : [container]));
    const path = `/${action}/${of}${action === 'portForward' ? queryOf(query, ['port']) : streamQuery(query)}`;
    return upgraded(kit, context, { kind: 'node', name: nodeName }, path);
  };

/** The kubelet's names for the streams. */
const STREAMS = [
  ['stdin', 'input'],
  ['stdout', 'output'],
  ['stderr', 'error'],
  ['tty', 'tty'],
] as const;

function streamQuery(query: Query): string {
  const parts = (query.get('command') ?? []).map((word) => `command=${encodeURIComponent(word)}`);
  for (const [ours, theirs] of STREAMS) {
    const value = query.get(ours)?.[0];
    if (value !== undefined && value !== 'false' && value !== '0') parts.push(`${theirs}=1`);
  }
  return parts.length === 0 ? '' : `?${parts.join('&')}`;
}

/** pods, services and nodes /proxy. Upstream: pkg/registry/core/{pod,service,node}/rest. */
export const proxy: VerbHandler = async (kit, context, target) => {
  const { scheme, name, port } = proxyName(target.name, target.definition.singular);
  const where = dialled(kit, { ...target, name }, scheme, port);
  await admitConnect(kit, context, target, undefined);
  const { target: sent, info } = context;
  const mark = sent.indexOf('?');
  const path = (info.rest === '' ? '/' : encodeURI(info.rest)) + (mark < 0 ? '' : sent.slice(mark));
  if (context.upgrade !== undefined) return upgraded(kit, context, where, path);
  const body = context.body.kind === 'bytes' ? await context.body.read(kit.bodyLimit) : undefined;
  const request: OutboundRequest = {
    method: context.method,
    path,
    headers: passedOn(context),
    ...(body === undefined || body.length === 0 ? {} : { body }),
    signal: context.signal,
  };
  return { kind: 'answer', answer: streamed(await outboundOf(kit).request(where, request)) };
};

/** `[https:]name[:port]`. */
function proxyName(text: string, singular: string): { scheme: 'http' | 'https'; name: string; port: string } {
  const [first = '', second, third, ...more] = text.split(':');
  if (second === undefined) return { scheme: 'http', name: first, port: '' };
  if (third === undefined) return { scheme: 'http', name: first, port: second };
  if ((first !== '' && first !== 'http' && first !== 'https') || more.length > 0)
    throw badRequest(`invalid ${singular} request ${JSON.stringify(text)}`);
  return { scheme: first === 'https' ? 'https' : 'http', name: second, port: third };
}

function dialled(kit: Kit, target: Target, scheme: 'http' | 'https', port: string): Dialled {
  const { definition, namespace, name } = target;
  const { store } = kit.parts;
  const key = definition.namespaced ? `${definition.storage}${namespace}/${name}` : definition.storage + name;
  const entry = store.get(key);
  if (entry === undefined) throw notFound(named(target));
  if (definition.resource === 'nodes') return { kind: 'node', name };
  if (definition.resource === 'services') return { kind: 'service', namespace, name, port, scheme };
  const { spec, status } = entry.object as Pod;
  const own = spec.containers.flatMap(({ ports = [] }) => ports)[0]?.containerPort;
  const number = port === '' ? (own ?? 80) : Number(port);
  if (!Number.isInteger(number) || number < 1 || number > 65535)
    throw badRequest(`invalid port ${JSON.stringify(port)}`);
  const { podIP = '' } = status ?? {};
  if (podIP === '') throw badRequest('address not allowed');
  return { kind: 'pod', address: podIP, port: number, scheme };
}

async function admitConnect(kit: Kit, context: Context, target: Target, object: KubeObject | undefined): Promise<void> {
  const writing: Writing = { kit, context, target, dryRun: false, manager: '', options: {} };
  await admit(writing, 'CONNECT', object, undefined);
  await validateAdmission(writing, 'CONNECT', object, undefined);
}

function outboundOf({ parts: { outbound } }: Kit): Outbound {
  if (outbound === undefined) throw serviceUnavailable('this server cannot reach nodes, pods and Services');
  return outbound;
}

async function upgraded(kit: Kit, context: Context, where: Dialled, path: string): Promise<Result> {
  const { upgrade, headers, method, signal } = context;
  if (upgrade === undefined) {
    throw badRequest('Upgrade request required');
  }
  const asked = passedOn(context);
  for (const name of ['connection', 'upgrade']) if (headers[name] !== undefined) asked[name] = headers[name];
  const { head, duplex } = await outboundOf(kit).upgrade(where, { method, path, headers: asked, signal });
  if (duplex === undefined || head.status !== 101) return { kind: 'answer', answer: head };
  const client = upgrade(head.headers);
  void join(client, duplex);
  return { kind: 'answer', answer: { status: 101, headers: {}, body: 'upgraded' } };
}

/** Lets two connections speak to each other until both are done. */
export async function join(left: Duplex, right: Duplex): Promise<void> {
  await Promise.all([carry(left, right), carry(right, left)]);
}

async function carry(from: Duplex, to: Duplex): Promise<void> {
  void to.writable.closed.then(() => from.readable.cancel());
  try {
    for (;;) {
      const chunk = await from.readable.read();
      if (chunk === undefined) break;
      await to.writable.write(chunk);
    }
    to.writable.end();
  } catch (failure) {
    to.writable.abort(failure);
  }
}

function passedOn({ headers, peer }: Context): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (name.startsWith(':') || HOP_BY_HOP.has(name) || CREDENTIALS.test(name)) continue;
    kept[name] = value;
  }
  const { 'x-forwarded-for': before } = kept;
  kept['x-forwarded-for'] = before === undefined ? peer.address : `${before}, ${peer.address}`;
  return kept;
}

function streamed({ status, headers, body }: Awaited<ReturnType<Outbound['request']>>): Answer {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) if (!HOP_BY_HOP.has(name)) kept[name] = value;
  return {
    status,
    headers: kept,
    body: (out) => {
      void (async () => {
        void out.closed.then(() => body.cancel());
        try {
          for (;;) {
            const chunk = await body.read();
            if (chunk === undefined) break;
            await out.write(chunk);
          }
          out.end();
        } catch (failure) {
          out.abort(failure);
        }
      })();
    },
  };
}

/** Upstream: pkg/registry/core/node/strategy.go (the location of a pod's node); it names pods, and clients know that. */
function requireNode({ parts: { store, registry } }: Kit, name: string): void {
  const nodes = registry.resource('', 'nodes');
  if (nodes !== undefined && store.get(nodes.storage + name) === undefined)
    throw notFound({ group: '', resource: 'pods', name });
}

function podOf({ parts: { store } }: Kit, target: Target): Pod {
  const entry = store.get(target.key);
  if (entry === undefined) throw notFound(named(target));
  return entry.object as Pod;
}

/** The container that was asked for, or the pod's only one. */
function containerFor({ spec, metadata }: Pod, asked: string, pod: string): string {
  const { containers, initContainers = [], ephemeralContainers = [] } = spec;
  const names = containers.map(({ name }) => name);
  if (asked !== '') {
    const all = [...containers, ...initContainers, ...ephemeralContainers];
    if (all.some(({ name }) => name === asked)) return asked;
    throw badRequest(`container ${asked} is not valid for pod ${pod}`);
  }
  const [only] = names;
  const wished = metadata.annotations?.['kubectl.kubernetes.io/default-container'];
  if (wished !== undefined && names.includes(wished)) return wished;
  if (names.length === 1) return only!;
  const inits =
    initContainers.length === 0
      ? ''
      : ` or one of the init containers: [${initContainers.map(({ name }) => name).join(' ')}]`;
  throw badRequest(`a container name must be specified for pod ${pod}, choose one of: [${names.join(' ')}]${inits}`);
}

const segments = (...parts: readonly string[]): string => parts.map(encodeURIComponent).join('/');

function queryOf(query: Query, keys: readonly string[]): string {
  const parts = keys.flatMap((key) => (query.get(key) ?? []).map((value) => `${key}=${encodeURIComponent(value)}`));
  return parts.length === 0 ? '' : `?${parts.join('&')}`;
}
