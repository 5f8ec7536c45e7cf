import { dynamicResources } from './dynamic-resources.ts';
import { imageLocality } from './image-locality.ts';
import { interPodAffinity } from './inter-pod-affinity.ts';
import { nodeAffinity } from './node-affinity.ts';
import { nodeName } from './node-name.ts';
import { nodePorts } from './node-ports.ts';
import { balancedAllocation, nodeResourcesFit } from './node-resources.ts';
import { nodeVolumeLimits, volumeBinding, volumeRestrictions, volumeZone } from './volumes.ts';
import type { Plugin } from './plugin.ts';
import { podTopologySpread } from './pod-topology-spread.ts';
import { nodeUnschedulable, taintToleration } from './taints.ts';

export type { ClusterChange, Filter, Normalize, Plugin, Refusal, Score } from './plugin.ts';

/** The default profile's plugins, in the order in which their filters run. Upstream: pkg/scheduler/apis/config/v1/default_plugins.go. */
export const defaultPlugins: readonly Plugin[] = [
  nodeUnschedulable,
  nodeName,
  taintToleration,
  nodeAffinity,
  nodePorts,
  nodeResourcesFit,
  volumeRestrictions,
  nodeVolumeLimits,
  volumeBinding,
  volumeZone,
  dynamicResources,
  podTopologySpread,
  interPodAffinity,
  balancedAllocation,
  imageLocality,
];
export { hasItsClaims } from './dynamic-resources.ts';
export { noVolumes, type Volumes } from './volumes.ts';
