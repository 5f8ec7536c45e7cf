import type { JsonObject } from '#core/base';
import { subject } from '../history.ts';

export const configMaps = subject('v1', 'ConfigMap', 'configmaps');
export const deployments = subject('apps/v1', 'Deployment', 'deployments');
export const services = subject('v1', 'Service', 'services');
export const pods = subject('v1', 'Pod', 'pods');
export const serviceAccounts = subject('v1', 'ServiceAccount', 'serviceaccounts');
export const scalersV1 = subject('autoscaling/v1', 'HorizontalPodAutoscaler', 'horizontalpodautoscalers');
export const scalersV2 = subject('autoscaling/v2', 'HorizontalPodAutoscaler', 'horizontalpodautoscalers');

/** A container. */
export const container = (name: string, more: JsonObject = {}): JsonObject => ({
  name,
  image: `image-${name}`,
  ...more,
});

/** A Deployment's spec with these containers. */
export const deploymentSpec = (
  containers: readonly JsonObject[],
  more: JsonObject = {},
  pod: JsonObject = {},
): JsonObject => ({
  selector: { matchLabels: { app: 'x' } },
  template: { metadata: { labels: { app: 'x' } }, spec: { containers, ...pod } },
  ...more,
});

/** A Deployment with these containers. */
export const deployment = (...containers: readonly JsonObject[]): JsonObject => ({ spec: deploymentSpec(containers) });

/** A Pod's parts in a Deployment. */
export const inPod = (pod: JsonObject): JsonObject => ({ spec: deploymentSpec([container('a')], {}, pod) });

export const labelled = (labels: JsonObject): JsonObject => ({ metadata: { labels } });
