import {
  deployments,
  endpoints,
  endpointSlices,
  events,
  nodes,
  pods,
  replicaSets,
  replicationControllers,
} from '#core/api/tokens';
import type { Client } from '#core/client';
import type { KubeObject } from '#core/machinery/object';

/** What a namespace holds, without what must differ from run to run. */
export async function observe(client: Client, namespace: string): Promise<string[]> {
  const sets = (await client.list(replicaSets, { namespace })).items;
  const names = namesOf(sets);
  const lines: string[] = [];
  for (const token of [deployments, replicaSets, replicationControllers, endpoints, endpointSlices]) {
    const { items } = await client.list<KubeObject>(token, { namespace });
    // In how many steps slices and sets became what they are is not the same from run to run.
    const unlike = token === endpointSlices || token === replicaSets ? 'generation' : '';
    const shown = items.map((item) => `${token.kind} ${JSON.stringify(bare(item, names, unlike))}`);
    lines.push(...shown.toSorted());
  }
  const lost = new Set<string | undefined>();
  for (const { metadata, spec } of (await client.list(nodes)).items)
    if (spec?.taints?.some(({ key }) => key === 'node.kubernetes.io/unreachable') === true) lost.add(metadata.name);
  // Among nodes that are alike the scheduler draws; where a pod goes is judged by the scheduler's cases.
  const place = (node = ''): string => (node === '' ? 'no node' : lost.has(node) ? 'a lost node' : 'a node');
  const counts = new Map<string, number>();
  for (const pod of (await client.list(pods, { namespace })).items) {
    const owners = pod.metadata.ownerReferences?.map(({ kind, name }) => `${kind}/${names(name)}`).join(',') ?? '';
    const conditions = pod.status?.conditions
      ?.map(({ type, status }) => `${type}=${status}`)
      .toSorted()
      .join(',');
    const leaving = pod.metadata.deletionTimestamp === undefined ? '' : ' leaving';
    const prefix = names(pod.metadata.generateName ?? pod.metadata.name ?? '');
    const key = `Pod ${prefix} of ${owners} on ${place(pod.spec?.nodeName)} ${pod.status?.phase} ${conditions}${leaving}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  lines.push(...[...counts].map(([key, count]) => `${count} × ${key}`).toSorted());
  return lines;
}

/** Each sort of event once: what was said of whom, not how often, and by which steps a size was reached. */
export async function observeEvents(client: Client, namespace: string): Promise<string[]> {
  const said = new Set<string>();
  const { items } = await client.list(events, { namespace });
  for (const { type, reason, message = '', involvedObject, source } of items) {
    const about = `${involvedObject.kind}/${anonymous(involvedObject.name ?? '')}`;
    said.add(`${about} ${type} ${reason} (${source?.component}): ${anonymous(message)}`);
  }
  return [...said].toSorted();
}

/** Without generated parts of names and without numbers. */
const anonymous = (text: string) =>
  text
    .replaceAll(/\b(web|slow|again)(-[a-z0-9]{4,10}){1,2}\b/g, '$1-GENERATED')
    .replaceAll(/\b(refused|stray)-[a-z0-9]{5}\b/g, '$1-GENERATED')
    .replaceAll(/\b\d+\b/g, 'N')
    .replace('(combined from similar events): ', '');

export async function observeNodes(client: Client): Promise<string[]> {
  const { items } = await client.list(nodes);
  return items.map(({ metadata, spec, status }) => {
    const conditions = status?.conditions?.map(
      ({ type, status: is, reason = '', message = '' }) => `${type}=${is} ${reason} ${message}`,
    );
    const taints = spec.taints?.map(
      ({ key, effect, timeAdded }) => `${key}:${effect}${timeAdded === undefined ? '' : '@'}`,
    );
    return `Node ${metadata.name} ${conditions?.toSorted().join('; ')} taints ${taints?.toSorted().join(' ')} range ${spec.podCIDR?.replace(/\d+\.0\//, 'N.0/')}`;
  });
}

/** Sets are named by a hash that need not be the original's: their names become numbers by age. */
function namesOf(sets: readonly KubeObject[]): (text: string) => string {
  const revision = (set: KubeObject) => Number(set.metadata.annotations?.['deployment.kubernetes.io/revision'] ?? 0);
  const first = (set: KubeObject) =>
    Number(set.metadata.annotations?.['deployment.kubernetes.io/revision-history']?.split(',')[0] ?? revision(set));
  const byAge = sets
    .filter((set) => set.metadata.labels?.['pod-template-hash'] !== undefined)
    .toSorted((a, b) => first(a) - first(b));
  return (text) => {
    let shown = text;
    for (const set of byAge) {
      const hash = set.metadata.labels!['pod-template-hash']!;
      shown = shown.replaceAll(hash, `SET${first(set)}`);
    }
    return shown;
  };
}

const UNLIKE = new Set([
  'uid',
  'resourceVersion',
  'creationTimestamp',
  'managedFields',
  'lastUpdateTime',
  'lastTransitionTime',
  'endpoints.kubernetes.io/last-change-trigger-time',
  'ip',
  'addresses',
]);

function bare(value: unknown, names: (text: string) => string, unlike: string): unknown {
  if (typeof value === 'string') return names(value).replaceAll(/-[bcdfghjklmnpqrstvwxz2456789]{5}$/g, '-RANDOM');
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    const items = value.map((one) => bare(one, names, unlike));
    return items.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  }
  const fields = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const kept: Record<string, unknown> = {};
  for (const [key, field] of fields) {
    const shown =
      Array.isArray(field) && (key === 'addresses' || key === 'notReadyAddresses' || key === 'endpoints')
        ? field.length
        : undefined;
    if (shown !== undefined) kept[key] = shown;
    else if (!UNLIKE.has(key) && !(unlike !== '' && key.toLowerCase().endsWith(unlike)))
      kept[key] = bare(field, names, unlike);
  }
  // An annotation map that held nothing else but a time.
  if (typeof kept['annotations'] === 'object' && Object.keys(kept['annotations'] as object).length === 0)
    delete kept['annotations'];
  return kept;
}
