import type { Strategy } from '#core/api/definition';
import { daemonSetStrategy } from './daemonset/strategy.ts';
import { deploymentStrategy } from './deployment/strategy.ts';
import { replicaSetStrategy } from './replicaset/strategy.ts';

/** Strategies of the apps group that are more than their traits. */
export const apps: Readonly<Record<string, Strategy>> = {
  'apps/daemonsets': daemonSetStrategy,
  'apps/deployments': deploymentStrategy,
  'apps/replicasets': replicaSetStrategy,
};
