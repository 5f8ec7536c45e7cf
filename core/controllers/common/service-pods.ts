import type { Pod, Service, ServicePort } from '#core/api/types/core/v1';
import type { Informer } from '#core/client';
import { type Source, watches } from '#core/operator';
import { equal } from './equal.ts';
import { isReady, isTerminal } from './pods.ts';
import { selectorForLabels } from './selectors.ts';

/** Milliseconds that changes of a Service's pods are gathered: many become ready at once. */
export const GATHER = 20;

/** The pods that a Service selects. */
export function podsOfService({ cache }: Informer<Pod>, { metadata, spec }: Service): readonly Pod[] {
  const selector = selectorForLabels(spec?.selector);
  return cache.inNamespace(metadata.namespace ?? '').filter((pod) => selector.matches(pod.metadata.labels ?? {}));
}

/** Pods whose change matters to Services, as the keys of those that select them, before or after. */
export function podsForServices(pods: Informer<Pod>, services: Informer<Service>): Source {
  const selecting = (pod: Pod | undefined, keys: Set<string>) => {
    if (pod === undefined) return;
    const { namespace = '', labels = {} } = pod.metadata;
    for (const { metadata, spec } of services.cache.inNamespace(namespace)) {
      if (selectorForLabels(spec?.selector).matches(labels)) keys.add(`${namespace}/${metadata.name}`);
    }
  };
  const source = watches(pods, (next, previous) => {
    if (next !== undefined && previous !== undefined && !matters(next, previous)) return [];
    const keys = new Set<string>();
    selecting(next, keys);
    if (previous !== undefined && previous.metadata.labels !== next?.metadata.labels) selecting(previous, keys);
    return [...keys];
  });
  return { ...source, start: (enqueue) => source.start((key) => enqueue(key, GATHER)) };
}

/** Something of a pod changed that endpoints show. */
function matters(next: Pod, previous: Pod): boolean {
  return (
    next.metadata.deletionTimestamp !== previous.metadata.deletionTimestamp ||
    next.status?.podIP !== previous.status?.podIP ||
    isReady(next) !== isReady(previous) ||
    isTerminal(next) !== isTerminal(previous) ||
    next.spec.nodeName !== previous.spec.nodeName ||
    !equal(next.status?.podIPs, previous.status?.podIPs) ||
    !equal(next.metadata.labels, previous.metadata.labels)
  );
}

/** It has an address to be reached at, or had until it began to go. */
export const hasEndpoint = (pod: Pod, terminatingToo: boolean): boolean =>
  !isTerminal(pod) &&
  ((pod.status?.podIP ?? '') !== '' || (pod.status?.podIPs?.length ?? 0) > 0) &&
  (terminatingToo || pod.metadata.deletionTimestamp === undefined);

/** The pod is known in DNS by its own host name under this Service. */
export const hasHostname = ({ spec, metadata }: Pod, service: Service): boolean =>
  (spec.hostname ?? '') !== '' &&
  spec.subdomain === service.metadata.name &&
  metadata.namespace === service.metadata.namespace;

/** Without an address of its own. */
export const isHeadless = ({ spec }: Service): boolean => spec?.clusterIP === 'None' || (spec?.clusterIP ?? '') === '';

/** The port of the pod that a Service's port leads to; undefined where the pod has none of that name. Upstream: FindPort. */
export function podPort({ spec }: Pod, port: ServicePort): number | undefined {
  const target = port.targetPort ?? port.port;
  if (typeof target === 'number') return target === 0 ? port.port : target;
  const protocol = port.protocol ?? 'TCP';
  const sidecars = (spec.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always');
  for (const { ports = [] } of [...spec.containers, ...sidecars]) {
    for (const one of ports) {
      if (one.name === target && (one.protocol ?? 'TCP') === protocol) return one.containerPort;
    }
  }
  return undefined;
}
