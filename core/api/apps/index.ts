import type { Strategy } from '#core/api/definition';
import { controllerRevisionStrategy } from './controllerrevision/strategy.ts';
import { daemonSetStrategy } from './daemonset/strategy.ts';
import { deploymentStrategy } from './deployment/strategy.ts';
import { replicaSetStrategy } from './replicaset/strategy.ts';
import { statefulSetStrategy } from './statefulset/strategy.ts';

/** Strategies of the apps group that are more than their traits. */
export const apps: Readonly<Record<string, Strategy>> = {
  'apps/controllerrevisions': controllerRevisionStrategy,
  'apps/daemonsets': daemonSetStrategy,
  'apps/deployments': deploymentStrategy,
  'apps/replicasets': replicaSetStrategy,
  'apps/statefulsets': statefulSetStrategy,
};
