import type { KubeObject } from '#core/machinery/object';
import { badRequest, notFound } from '#core/machinery/status';
import { isWebSocket, sendMessages } from '#core/machinery/streams';
import type { Context } from '../context.ts';
import { outboundOf, streamed, upgraded } from '../proxying/pass-on.ts';
import { first, type Query } from '../query.ts';
import { connectOptions } from './connect-options.ts';
import { type Kit, named, type Target, type VerbHandler } from './kit.ts';
import { requireLogOptions } from './log-options.ts';
import { admit, validateAdmission, type Writing } from './write.ts';

interface Container {
  readonly name: string;
}

interface Pod extends KubeObject {
  readonly spec: {
    readonly nodeName?: string;
    readonly containers: readonly Container[];
    readonly initContainers?: readonly Container[];
    readonly ephemeralContainers?: readonly Container[];
  };
}

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
    { method: 'GET', path, headers: {}, signal: context.signal() },
  );
  if (answer.status !== 200 || !isWebSocket(context)) return { kind: 'answer', answer: streamed(answer) };
  sendMessages(context, answer.body);
  return { kind: 'answer', answer: { status: 101, headers: {}, body: 'upgraded' } };
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
    await admitConnect(kit, context, target);
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

/** Throws a StatusError where admission refuses the connection. */
export async function admitConnect(kit: Kit, context: Context, target: Target): Promise<void> {
  const writing: Writing = { kit, context, target, dryRun: false, manager: '', options: {} };
  const asked = connectOptions(target.definition.resource, target.subresource, context.info.query);
  const object = await admit(writing, 'CONNECT', asked, undefined);
  await validateAdmission(writing, 'CONNECT', object, undefined);
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
