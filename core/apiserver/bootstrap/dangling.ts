import type { FlowSchema } from '#core/api/types';
import type { JsonObject, Turns } from '#core/base';
import { managedOnApply } from '#core/machinery/apply';
import type { KubeObject } from '#core/machinery/object';
import { timeOf } from '#core/machinery/values';
import type { Entry, Store } from '#core/store';
import type { EnsureParts } from './ensure.ts';
import { keep, type Kept } from './keep.ts';

const GROUP = 'flowcontrol.apiserver.k8s.io';
const FLOW_SCHEMAS = `${GROUP}/flowschemas/`;
const PRIORITY_LEVELS = `${GROUP}/prioritylevelconfigurations/`;
const MANAGER = 'api-priority-and-fairness-config-consumer-v1';

type Condition = NonNullable<NonNullable<FlowSchema['status']>['conditions']>[number];

/** Whether the priority level of that name that a flow schema refers to is missing, as its condition tells. */
export function danglingCondition(level: string, exists: boolean, now: number): Condition {
  const refers = `This FlowSchema references the PriorityLevelConfiguration object named ${JSON.stringify(level)}`;
  return {
    type: 'Dangling',
    status: exists ? 'False' : 'True',
    lastTransitionTime: timeOf(now),
    reason: exists ? 'Found' : 'NotFound',
    message: exists ? `${refers} and it exists` : `${refers} but there is no such object`,
  };
}

/**
 * Tells in the status of every flow schema, from now on, whether its priority level exists.
 * Upstream: apiserver/pkg/util/flowcontrol/apf_controller.go.
 */
export const keepDangling = (parts: EnsureParts, turns: Turns): Kept =>
  keep(parts.store, turns, 'flowschemas', [FLOW_SCHEMAS, PRIORITY_LEVELS], () => reconcile(parts));

async function reconcile(parts: EnsureParts): Promise<void> {
  const { store, clock } = parts;
  const levels = new Set([...store.view(PRIORITY_LEVELS).range()].map(({ object }) => object.metadata.name));
  for (const entry of store.view(FLOW_SCHEMAS).range()) {
    const { spec, status } = entry.object as unknown as FlowSchema;
    const level = spec?.priorityLevelConfiguration.name ?? '';
    const wanted = danglingCondition(level, levels.has(level), clock.now());
    const told = status?.conditions?.find(({ type }) => type === wanted.type);
    if (!isSaid(told, wanted)) await tell(parts, store, entry, wanted);
  }
}

const isSaid = (told: Condition | undefined, { status, reason, message }: Condition): boolean =>
  told !== undefined && told.status === status && told.reason === reason && told.message === message;

async function tell({ registry, clock }: EnsureParts, store: Store, entry: Entry, condition: Condition): Promise<void> {
  const definition = registry.resource(GROUP, 'flowschemas');
  const schema = registry.schema(GROUP, 'v1', 'FlowSchema');
  if (definition === undefined || schema === undefined) return;
  const { key, revision, object: old } = entry;
  const apiVersion = `${GROUP}/v1`;
  const { object } = managedOnApply({
    schema,
    apiVersion,
    manager: MANAGER,
    subresource: 'status',
    now: timeOf(clock.now()),
    resetFields: definition.strategy.resetFields?.['status'],
    old,
    applied: {
      apiVersion,
      kind: 'FlowSchema',
      metadata: { name: old.metadata.name ?? '' },
      status: { conditions: [condition as unknown as JsonObject] },
    },
    force: true,
  });
  await store.commit({
    guards: [{ key, revision }],
    writes: [{ key, object: object as KubeObject }],
    cause: { user: 'system:apiserver', verb: 'patch', manager: MANAGER, reason: 'priority levels changed' },
  });
}
