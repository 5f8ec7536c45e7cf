import type { Scenario } from '../scenario.ts';
import { emptyCluster } from './empty-cluster.ts';

/** Every scenario, in the order in which they are played. */
export const scenarios: readonly Scenario[] = [emptyCluster];
