import type { KubeObject } from '#core/machinery/object';
import { badRequest, conflict, invalidObject, notSupported, required } from '#core/machinery/status';
import { timeOf } from '#core/machinery/values';
import type { Context, Result } from '../context.ts';
import { metaWith } from '../encoding/emit.ts';
import { keyOf } from '../watch/range.ts';
import { otherObject } from './conflicts.ts';
import { expectedOf } from './decode.ts';
import { created, ownKind, sentOfKind } from './handled.ts';
import { type Kit, named, type Target, type VerbHandler } from './kit.ts';
import { writeOptions, type WriteOptions } from './options.ts';
import { changeDirectly } from './update.ts';
import { admit, validateAdmission, type Writing } from './write.ts';

interface Binding extends KubeObject {
  readonly target?: { readonly kind?: string; readonly name?: string };
}

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly [field: string]: unknown;
}

interface Pod extends KubeObject {
  readonly spec: { readonly nodeName?: string; readonly schedulingGates?: readonly unknown[] };
  readonly status?: { readonly conditions?: readonly Condition[]; readonly nominatedNodeName?: string };
}

/** POST pods/NAME/binding: gives a pod its node. Upstream: pkg/registry/core/pod/storage/storage.go (BindingREST). */
export const bind: VerbHandler = async (kit, context, target) => {
  const options = writeOptions(context, 'CreateOptions');
  const binding = await sentOfKind(kit, context, target, ownKind(kit, target), options);
  if (binding.metadata.name !== target.name) throw badRequest('name in URL does not match name in Binding object');
  return bindPod(kit, context, target, binding, options);
};

/** POST bindings: the old form of the same. */
export const legacyBind: VerbHandler = async (kit, context, target) => {
  const options = writeOptions(context, 'CreateOptions');
  const binding = await sentOfKind(kit, context, target, expectedOf(target), options);
  const pods = kit.parts.registry.resource('', 'pods');
  const name = binding.metadata.name ?? '';
  if (pods === undefined || name === '') throw badRequest('a Binding needs the name of its pod');
  const key = keyOf(pods, target.namespace, name);
  return bindPod(
    kit,
    context,
    { ...target, definition: pods, stored: pods, subresource: 'binding', name, key },
    binding,
    options,
  );
};

async function bindPod(
  kit: Kit,
  context: Context,
  target: Target,
  sent: KubeObject,
  { dryRun, manager, asSent }: WriteOptions,
): Promise<Result> {
  const writing: Writing = { kit, context, target, dryRun, manager, options: asSent };
  const binding = (await admit(writing, 'CREATE', sent, undefined)) as Binding;
  const node = binding.target?.name ?? '';
  const kind = binding.target?.kind ?? '';
  const problems = [
    ...(kind === '' || kind === 'Node' ? [] : [notSupported('target.kind', kind, ['Node', ''])]),
    ...(node === '' ? [required('target.name')] : []),
  ];
  if (problems.length > 0) throw invalidObject({ group: '', resource: 'Binding', name: target.name }, problems);
  await validateAdmission(writing, 'CREATE', binding, undefined);
  const { uid, resourceVersion } = binding.metadata;
  const now = timeOf(kit.now());
  await changeDirectly(writing, (old, entry) => {
    const pod = old as Pod;
    const refuse = (why: string) => conflict({ ...named(target), resource: 'pods/binding' }, why);
    if (uid !== undefined && uid !== pod.metadata.uid) {
      throw otherObject(target, dryRun, 'UID', uid, pod.metadata.uid);
    }
    if (resourceVersion !== undefined && resourceVersion !== String(entry.revision)) {
      throw otherObject(target, dryRun, 'ResourceVersion', resourceVersion, String(entry.revision));
    }
    if (pod.metadata.deletionTimestamp !== undefined) {
      throw refuse(`pod ${target.name} is being deleted, cannot be assigned to a host`);
    }
    const { nodeName = '', schedulingGates = [] } = pod.spec;
    if (nodeName !== '') throw refuse(`pod ${target.name} is already assigned to node ${JSON.stringify(nodeName)}`);
    if (schedulingGates.length > 0) throw refuse(`pod ${target.name} has non-empty .spec.schedulingGates`);
    return bound(pod, binding, node, now);
  });
  return created();
}

function bound(pod: Pod, binding: Binding, nodeName: string, now: string): KubeObject {
  const { annotations, labels } = binding.metadata;
  const metadata = metaWith(pod.metadata, {
    ...(annotations === undefined ? {} : { annotations: { ...pod.metadata.annotations, ...annotations } }),
    // Admission has put the node's topology there.
    ...(labels === undefined ? {} : { labels: { ...pod.metadata.labels, ...labels } }),
  });
  const scheduled = { type: 'PodScheduled', status: 'True', lastProbeTime: null, lastTransitionTime: now };
  const known = pod.status?.conditions ?? [];
  const conditions = known.some(({ type }) => type === 'PodScheduled')
    ? known.map((condition) => (condition.type === 'PodScheduled' ? scheduled : condition))
    : [...known, scheduled];
  // The node that it had in view says nothing any more.
  const { nominatedNodeName: _, ...status } = pod.status ?? {};
  const next: KubeObject & { readonly spec: unknown; readonly status: unknown } = {
    ...pod,
    metadata,
    spec: { ...pod.spec, nodeName },
    status: { ...status, conditions },
  };
  return next;
}
