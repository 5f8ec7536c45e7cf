import type { Json } from '#core/base';
import type { KubeObject } from '#core/machinery/object';
import { type LabelSelectorObject, selectorOfObject } from '#core/machinery/selectors';
import { badRequest, internalError, notFound, refusal } from '#core/machinery/status';
import { timeOf } from '#core/machinery/values';
import { keyOf } from '../watch/range.ts';
import { checkPreconditions, deleteOne } from './delete.ts';
import { created, ownKind, sentOfKind } from './handled.ts';
import { type Kit, named, type Target, type VerbHandler } from './kit.ts';
import { deleteOptions, type DeleteOptions, writeOptions } from './options.ts';
import { changeDirectly } from './update.ts';
import { admit, validateAdmission, type Writing } from './write.ts';

interface Eviction extends KubeObject {
  readonly deleteOptions?: { readonly [option: string]: Json };
}

interface Condition {
  readonly type: string;
  readonly status: string;
}

interface Pod extends KubeObject {
  readonly status?: { readonly phase?: string; readonly conditions?: readonly Condition[] };
}

interface DisruptionBudget extends KubeObject {
  readonly spec?: { readonly selector?: LabelSelectorObject; readonly unhealthyPodEvictionPolicy?: string };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly disruptionsAllowed?: number;
    readonly currentHealthy?: number;
    readonly desiredHealthy?: number;
    readonly disruptedPods?: Readonly<Record<string, string>>;
  };
}

/** Disruptions that a budget notes down before it refuses more. */
const MAX_DISRUPTED = 2000;

/** POST pods/NAME/eviction: a deletion that a disruption budget may refuse. Upstream: pkg/registry/core/pod/storage/eviction.go. */
export const evict: VerbHandler = async (kit, context, target) => {
  const options = writeOptions(context, 'CreateOptions');
  const sent = await sentOfKind(kit, context, target, { ...ownKind(kit, target), also: ['policy/v1beta1'] }, options);
  if (sent.metadata.name !== target.name) throw badRequest('name in URL does not match name in Eviction object');
  const entry = kit.parts.store.latest(target.key);
  if (entry === undefined) throw notFound(named(target));
  const wished = deleteOptions((sent as Eviction).deleteOptions ?? {});
  const dryRun = options.dryRun || wished.dryRun;
  const deletion = { ...wished, dryRun };
  const writing: Writing = { kit, context, target, dryRun, manager: options.manager, options: options.asSent };
  const admitted = await admit(writing, 'CREATE', sent, undefined);
  await validateAdmission(writing, 'CREATE', admitted, undefined);

  const pod = entry.object as Pod;
  if (needsNoBudget(pod)) return removePod(writing, deletion);
  const budget = budgetOf(kit, pod);
  if (budget === undefined) return removePod(writing, deletion);
  const ready = isReady(pod);
  const policy = budget.spec?.unhealthyPodEvictionPolicy;
  if (!ready && policy === 'AlwaysAllow') return removePod(writing, deletion);
  const { currentHealthy = 0, desiredHealthy = 0 } = budget.status ?? {};
  if (!ready && policy !== 'AlwaysAllow' && currentHealthy >= desiredHealthy && desiredHealthy > 0) {
    return removePod(writing, deletion);
  }
  await spend(writing, budget, target.name);
  return removePod(writing, deletion);
};

function needsNoBudget({ metadata, status }: Pod): boolean {
  const { phase } = status ?? {};
  return metadata.deletionTimestamp !== undefined || phase === 'Succeeded' || phase === 'Failed' || phase === 'Pending';
}

const isReady = ({ status }: Pod): boolean =>
  (status?.conditions ?? []).some(({ type, status: value }) => type === 'Ready' && value === 'True');

function budgetOf({ parts: { store, registry } }: Kit, { metadata }: Pod): DisruptionBudget | undefined {
  const definition = registry.resource('policy', 'poddisruptionbudgets');
  if (definition === undefined) return undefined;
  const prefix = `${definition.storage}${metadata.namespace ?? ''}/`;
  const found: DisruptionBudget[] = [];
  for (const { object } of store.view(definition.storage).range(prefix, `${prefix.slice(0, -1)}0`)) {
    const { spec } = object as DisruptionBudget;
    if (selectorOfObject(spec?.selector).matches(metadata.labels)) found.push(object as DisruptionBudget);
  }
  if (found.length > 1) {
    throw internalError(
      'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.',
    );
  }
  return found[0];
}

/** Takes one disruption from the budget, or refuses. */
async function spend(writing: Writing, { metadata }: DisruptionBudget, pod: string): Promise<void> {
  const { kit } = writing;
  const definition = kit.parts.registry.resource('policy', 'poddisruptionbudgets')!;
  const { name = '', namespace = '' } = metadata;
  const target: Target = {
    definition,
    stored: definition,
    version: definition.storageVersion,
    subresource: 'status',
    namespace,
    name,
    key: keyOf(definition, namespace, name),
  };
  const now = timeOf(kit.now());
  await changeDirectly({ ...writing, target }, (old) => {
    const budget = old as DisruptionBudget;
    const status = budget.status ?? {};
    const { disruptionsAllowed: allowed = 0, disruptedPods = {}, desiredHealthy = 0, currentHealthy = 0 } = status;
    if ((status.observedGeneration ?? 0) < (budget.metadata.generation ?? 0)) {
      throw refused(`The disruption budget ${name} is still being processed by the server.`, 10);
    }
    if (Object.keys(disruptedPods).length > MAX_DISRUPTED) {
      throw refused(`The disruption budget ${name} has too many disrupted pods noted down.`, 10);
    }
    if (allowed <= 0) {
      throw refused(
        `The disruption budget ${name} needs ${desiredHealthy} healthy pods and has ${currentHealthy} currently`,
      );
    }
    const next: DisruptionBudget = {
      ...budget,
      status: { ...status, disruptionsAllowed: allowed - 1, disruptedPods: { ...disruptedPods, [pod]: now } },
    };
    return next;
  });
}

const refused = (why: string, retryAfterSeconds?: number) =>
  refusal('TooManyRequests', "Cannot evict pod as it would violate the pod's disruption budget.", {
    causes: [{ reason: 'DisruptionBudget', message: why }],
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  });

/** The pod says why it goes, then it is deleted. Preconditions are about the pod as it was before it said so. */
async function removePod(writing: Writing, options: DeleteOptions) {
  const { kit, context, target } = writing;
  if (options.dryRun) {
    await deleteOne(kit, context, target, options);
    return created();
  }
  const now = timeOf(kit.now());
  await changeDirectly(writing, (old, entry) => {
    checkPreconditions(target, entry, options);
    return disrupted(old as Pod, now);
  });
  const { preconditions, ...rest } = options;
  const { uid } = preconditions ?? {};
  await deleteOne(kit, context, target, uid === undefined ? rest : { ...rest, preconditions: { uid } });
  return created();
}

function disrupted(pod: Pod, now: string): Pod {
  const conditions = pod.status?.conditions ?? [];
  if (conditions.some(({ type, status }) => type === 'DisruptionTarget' && status === 'True')) return pod;
  const condition = {
    type: 'DisruptionTarget',
    status: 'True',
    lastProbeTime: null,
    lastTransitionTime: now,
    reason: 'EvictionByEvictionAPI',
    message: 'Eviction API: evicting',
  };
  const others = conditions.filter(({ type }) => type !== 'DisruptionTarget');
  return { ...pod, status: { ...pod.status, conditions: [...others, condition] } };
}
