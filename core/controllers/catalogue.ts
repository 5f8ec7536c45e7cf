import { clusterRoleAggregationController } from './clusterroleaggregation/controller.ts';
import { deploymentController } from './deployment/controller.ts';
import type { ControllerDefinition } from './definition.ts';
import { endpointsController } from './endpoints/controller.ts';
import { endpointSliceController } from './endpointslice/controller.ts';
import { endpointSliceMirroringController } from './endpointslicemirroring/controller.ts';
import { garbageCollectorController } from './garbagecollector/controller.ts';
import { namespaceController } from './namespace/controller.ts';
import { nodeIpamController } from './nodeipam/controller.ts';
import { nodeLifecycleController } from './nodelifecycle/controller.ts';
import { podGcController } from './podgc/controller.ts';
import { replicaSetController, replicationController } from './replicaset/controller.ts';
import { rootCaController } from './rootca/controller.ts';
import { serviceAccountController } from './serviceaccount/controller.ts';
import { taintEvictionController } from './tainteviction/controller.ts';
import { ttlController } from './ttl/controller.ts';
import {
  attributesProtectionController,
  claimProtectionController,
  volumeProtectionController,
} from './volumeprotection/controller.ts';

/** All built-in controllers. */
export const controllers: readonly ControllerDefinition[] = [
  endpointsController,
  endpointSliceController,
  endpointSliceMirroringController,
  replicationController,
  podGcController,
  namespaceController,
  serviceAccountController,
  garbageCollectorController,
  deploymentController,
  replicaSetController,
  ttlController,
  nodeIpamController,
  nodeLifecycleController,
  taintEvictionController,
  claimProtectionController,
  volumeProtectionController,
  attributesProtectionController,
  rootCaController,
  clusterRoleAggregationController,
];

/**
 * The controllers that a `--controllers` list names, by upstream's syntax: `*` all, `foo` that one, `-foo` not that one; the first
 * mention of one counts. Throws a TypeError that names what is unknown.
 */
export function selectControllers(list: readonly string[]): readonly ControllerDefinition[] {
  const known = new Set(controllers.flatMap(({ name, alias }) => [name, alias]));
  for (const item of list) {
    const name = item.replace(/^-/, '');
    if (name !== '*' && !known.has(name)) {
      throw new TypeError(
        `there is no controller "${name}"; there are ${controllers.map((one) => one.name).join(', ')}`,
      );
    }
  }
  return controllers.filter(({ name, alias }) => {
    for (const item of list) {
      if (item === name || item === alias) return true;
      if (item === `-${name}` || item === `-${alias}`) return false;
    }
    return list.includes('*');
  });
}
