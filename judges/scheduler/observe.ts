import { events, pods } from '#core/api/tokens';
import type { Pod } from '#core/api/types/core/v1';
import type { Client } from '#core/client';
import { NAMESPACE } from './world.ts';

/**
 * What is seen of the scheduler's work: where pods are, and what is said of them. `uids`: whose events count, others are of an
 * earlier case and late; `anywhere`: pods whose node may be any.
 */
export async function observe(
  client: Client,
  uids: ReadonlySet<string>,
  anywhere: readonly string[],
): Promise<readonly string[]> {
  const { items } = await client.list(pods, { namespace: NAMESPACE });
  const lines = new Set(items.map((pod) => lineOf(pod, anywhere)));
  const any = (name: string, text: string) =>
    anywhere.includes(name) ? text.replaceAll(/ to \S+$/g, ' to NODE') : text;
  for (const event of (await client.list(events, { namespace: NAMESPACE })).items) {
    const { involvedObject, type, reason, action, reportingComponent, message = '', related } = event;
    if (!uids.has(involvedObject.uid ?? '')) continue;
    const name = involvedObject.name ?? '';
    const about = related === undefined ? '' : ` with ${related.kind}/${related.name}`;
    const text = any(name, message.replaceAll(/pod [0-9a-f-]{36}/g, 'pod UID'));
    lines.add(`Event ${name} ${type} ${reason} ${action} by ${reportingComponent}${about}: ${text}`);
  }
  return [...lines].toSorted();
}

function lineOf({ metadata, spec, status }: Pod, anywhere: readonly string[]): string {
  const { name = '', generation } = metadata;
  const node = spec.nodeName === undefined ? 'nowhere' : anywhere.includes(name) ? 'somewhere' : `on ${spec.nodeName}`;
  const inView = status?.nominatedNodeName === undefined ? '' : `, ${status.nominatedNodeName} in view`;
  const going = metadata.deletionTimestamp === undefined ? '' : ', going';
  const said = (status?.conditions ?? []).map(
    ({ type, status: is, reason = '', message = '', observedGeneration }) =>
      `; ${type}=${is} ${reason} "${message}"${observedGeneration === generation ? '' : ` of generation ${observedGeneration}`}`,
  );
  return `Pod ${name} ${node}${inView}${going}${said.toSorted().join('')}`;
}

/** Every pod is on a node, or it has been said why not. */
export async function isSettled(client: Client): Promise<boolean> {
  const { items } = await client.list(pods, { namespace: NAMESPACE });
  return items.every(
    ({ spec, status }) =>
      spec.nodeName !== undefined ||
      (spec.schedulerName ?? 'default-scheduler') !== 'default-scheduler' ||
      status?.conditions?.some(({ type }) => type === 'PodScheduled') === true,
  );
}
