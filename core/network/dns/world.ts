import { endpointSlices, namespaces, services } from '#core/api/tokens';
import type { EndpointSlice } from '#core/api/types/discovery/v1';
import type { Informers } from '#core/client';
import { contains } from '#core/network/services';
import type { World } from './zone.ts';

export interface WorldParts {
  readonly informers: Informers;
  readonly domain: string;
  /** The ranges of Services and pods: addresses there that nobody has are said to have no name. */
  readonly ranges: readonly string[];
}

const BY_SERVICE = 'service';
const BY_ADDRESS = 'address';

/** The cluster as DNS sees it, from informers that are kept anyway. */
export function createWorld({ informers, domain, ranges }: WorldParts): World & { readonly synced: Promise<void> } {
  const serviceInformer = informers.get(services);
  const sliceInformer = informers.get(endpointSlices);
  const namespaceInformer = informers.get(namespaces);
  serviceInformer.index(
    BY_ADDRESS,
    ({ spec }) => spec.clusterIPs ?? (spec.clusterIP === undefined ? [] : [spec.clusterIP]),
  );
  sliceInformer.index(BY_SERVICE, serviceOf);
  sliceInformer.index(BY_ADDRESS, (slice) => (slice.endpoints ?? []).flatMap(({ addresses }) => addresses));
  return {
    domain,
    service: (key) => serviceInformer.cache.get(key),
    slicesOf: (key) => sliceInformer.cache.by(BY_SERVICE, key),
    hasNamespace: (name) => namespaceInformer.cache.get(name) !== undefined,
    servicesAt: (ip) => serviceInformer.cache.by(BY_ADDRESS, ip),
    slicesAt: (ip) => sliceInformer.cache.by(BY_ADDRESS, ip),
    ownsAddress: (ip) => ranges.some((range) => contains(range, ip)),
    synced: Promise.all([serviceInformer.synced, sliceInformer.synced, namespaceInformer.synced]).then(() => undefined),
  };
}

function serviceOf({ metadata }: EndpointSlice): readonly string[] {
  const name = metadata.labels?.['kubernetes.io/service-name'];
  return name === undefined ? [] : [`${metadata.namespace ?? ''}/${name}`];
}
