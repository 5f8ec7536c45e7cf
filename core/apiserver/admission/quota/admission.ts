import type { ResourceQuota } from '#core/api/types';
import { keyIn } from '#core/apiserver/auth';
import type { AdmissionAttributes, AdmissionPlugin } from '#core/apiserver';
import type { KubeObject } from '#core/machinery/object';
import { compareQuantities, formatQuantity } from '#core/machinery/quantity';
import { conflict } from '#core/machinery/status';
import type { Entry, Store } from '#core/store';
import type { AdmissionParts } from '../parts.ts';
import { isOf, refusalOf } from '../refuse.ts';
import { type Amounts, amountsOf, excessOf, onlyOf, sumOf, textsOf } from '../resource-lists.ts';
import { type Evaluator, evaluatorOf, isCounted } from './evaluators.ts';

const QUOTAS = '/resourcequotas/';
const ATTEMPTS = 20;

/**
 * Holds a namespace to its quotas: what a write would use is added to `status.used` before the object is written, so that no two can
 * take the same rest. A write that fails after that is counted until the controller counts anew.
 * Upstream: apiserver/pkg/admission/plugin/resourcequota.
 */
export const resourceQuota = ({ store, turns }: Pick<AdmissionParts, 'store' | 'turns'>): AdmissionPlugin => ({
  name: 'ResourceQuota',
  handles: (operation, definition) =>
    definition.namespaced &&
    (operation === 'CREATE' || operation === 'UPDATE') &&
    definition.verbs.includes('list') &&
    !isOf(definition, '', 'events') &&
    !isOf(definition, 'events.k8s.io', 'events'),
  validate(attributes) {
    if (attributes.object === undefined || attributes.namespace === '') return undefined;
    const entries = quotasIn(store, attributes.namespace);
    return entries.length === 0 ? undefined : takeFromAll(store, entries, attributes, turns.clock.now());
  },
});

async function takeFromAll(
  store: Store,
  entries: readonly Entry[],
  attributes: AdmissionAttributes,
  now: number,
): Promise<void> {
  const { definition, object, old, operation, subresource } = attributes;
  const evaluator = evaluatorOf(definition.group, definition.resource);
  if (!evaluator.handles(operation, subresource, object!, old)) return;
  for (const entry of entries) await take(store, entry, evaluator, attributes, now);
}

/** Those about to be stored too. */
function quotasIn(store: Store, namespace: string): readonly Entry[] {
  const entries: Entry[] = [];
  for (const { key } of store.view(QUOTAS).range(`${QUOTAS}${namespace}/`, `${QUOTAS}${namespace}0`)) {
    const entry = store.latest(key);
    if (entry !== undefined) entries.push(entry);
  }
  return entries;
}

async function take(
  store: Store,
  first: Entry,
  evaluator: Evaluator,
  attributes: AdmissionAttributes,
  now: number,
): Promise<void> {
  let entry: Entry | undefined = first;
  for (let attempt = 0; attempt < ATTEMPTS && entry !== undefined; attempt++) {
    const quota = entry.object as unknown as ResourceQuota;
    const used = usedAfter(quota, evaluator, attributes, now);
    if (used === undefined || attributes.dryRun) return;
    const object = { ...quota, status: { ...quota.status, used: textsOf(used) } } as KubeObject;
    const outcome = await store.commit({
      guards: [{ key: entry.key, revision: entry.revision }],
      writes: [{ key: entry.key, object }],
      cause: { user: attributes.user.name, verb: 'update', reason: 'quota' },
    });
    if (outcome.ok) return;
    entry = store.latest(keyIn('', 'resourcequotas', attributes.namespace, quota.metadata.name ?? ''));
  }
  if (entry !== undefined) {
    throw conflict(
      { group: '', resource: 'resourcequotas', name: entry.object.metadata.name },
      'too many writes at once; please try again',
    );
  }
}

/** What the quota's `used` becomes; `undefined` where the write does not change it. Throws a StatusError where there is not enough left. */
function usedAfter(
  quota: ResourceQuota,
  evaluator: Evaluator,
  attributes: AdmissionAttributes,
  now: number,
): Amounts | undefined {
  const { object, old } = attributes;
  if (!isCounted(evaluator, quota, object!)) return undefined;
  const hard = amountsOf(quota.status?.hard);
  const names = new Set([...hard.keys()].filter((name) => evaluator.concerns(name)));
  const name = quota.metadata.name ?? '';
  const unsaid = evaluator.mustSay?.(object!, names);
  if (unsaid !== undefined) throw refusalOf(attributes, `failed quota: ${name}: ${unsaid}`);
  const used = amountsOf(quota.status?.used);
  if ([...names].some((one) => !used.has(one))) {
    throw refusalOf(attributes, `status unknown for quota: ${name}, resources: ${[...names].sort().join(',')}`);
  }
  const usage = evaluator.usage(object!, now);
  const counted = old !== undefined && isCounted(evaluator, quota, old);
  const delta = onlyOf(counted ? excessOf(usage, evaluator.usage(old, now)) : usage, names);
  const requested: Amounts = new Map([...delta].filter(([, amount]) => amount.nano !== 0n));
  if (requested.size === 0) return undefined;
  const after = sumOf(used, requested);
  const exceeded = new Set(
    [...requested.keys()].filter((one) => compareQuantities(after.get(one)!, hard.get(one)!) > 0),
  );
  if (exceeded.size > 0) {
    const [asked, taken, limit] = [requested, used, hard].map((amounts) => listed(onlyOf(amounts, exceeded)));
    throw refusalOf(attributes, `exceeded quota: ${name}, requested: ${asked}, used: ${taken}, limited: ${limit}`);
  }
  return after;
}

const listed = (amounts: Amounts) =>
  [...amounts]
    .map(([name, amount]) => `${name}=${formatQuantity(amount)}`)
    .sort()
    .join(',');
