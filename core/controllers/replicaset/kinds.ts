import { replicaSets, replicationControllers } from '#core/api/tokens';
import type { ReplicaSet, ReplicaSetStatus } from '#core/api/types/apps/v1';
import type { ReplicationController } from '#core/api/types/core/v1';
import type { ResourceToken } from '#core/client';
import type { KubeObject } from '#core/machinery/object';
import { selectorOfLabels } from '#core/machinery/selectors';
import { selectorFor } from '../common/selectors.ts';
import type { PodSet } from './plan.ts';

/** A kind that keeps a number of pods of one template. */
export interface PodSetKind<T extends KubeObject> {
  readonly token: ResourceToken<T>;
  view(object: T): PodSet;
  /** The object with another status. */
  withStatus(object: T, status: ReplicaSetStatus): T;
}

export const replicaSetKind: PodSetKind<ReplicaSet> = {
  token: replicaSets,
  view: (object) => ({
    object,
    replicas: object.spec.replicas ?? 1,
    minReadySeconds: object.spec.minReadySeconds ?? 0,
    selector: selectorFor(object.spec.selector),
    template: object.spec.template ?? { spec: { containers: [] } },
    status: object.status,
  }),
  withStatus: (object, status) => ({ ...object, status }),
};

/** Works as a ReplicaSet does, with a selector of plain labels and without counting terminating pods. */
export const replicationControllerKind: PodSetKind<ReplicationController> = {
  token: replicationControllers,
  view: (object) => ({
    object,
    replicas: object.spec?.replicas ?? 1,
    minReadySeconds: object.spec?.minReadySeconds ?? 0,
    selector: selectorOfLabels(object.spec?.selector),
    template: object.spec?.template ?? { spec: { containers: [] } },
    status: object.status === undefined ? undefined : { ...object.status, replicas: object.status.replicas ?? 0 },
  }),
  withStatus: (object, { terminatingReplicas: _terminatingReplicas, ...status }) => ({ ...object, status }),
};
