import { endpointSlices } from '#core/api/tokens';
import type { EndpointSlice } from '#core/api/types/discovery/v1';
import type { Client, Informer } from '#core/client';
import { isStatusError } from '#core/machinery/status';
import type { OwnWrites } from '../common/own-writes.ts';
import { isTerminatingNamespace } from '../common/refusals.ts';
import type { Arrangement } from './arrange.ts';
import { MANAGED_BY, SERVICE_NAME } from './plan.ts';

const INDEX = 'service';

/** Makes slices findable by their Service and manager. */
export const indexSlices = (informer: Informer<EndpointSlice>) =>
  informer.index(INDEX, ({ metadata }) => {
    const service = metadata.labels?.[SERVICE_NAME];
    return service === undefined ? [] : [`${metadata.namespace}/${service}`];
  });

/** The slices of a Service that `manager` looks after, what was just written included. */
export function slicesOf(
  informer: Informer<EndpointSlice>,
  writes: OwnWrites<EndpointSlice>,
  service: string,
  manager: string,
): readonly EndpointSlice[] {
  const belongs = ({ metadata }: EndpointSlice) =>
    metadata.labels?.[MANAGED_BY] === manager && `${metadata.namespace}/${metadata.labels[SERVICE_NAME]}` === service;
  return writes.correct(informer.cache.by(INDEX, service), belongs).filter(belongs);
}

/** The key of the Service that a slice of `manager` belongs to. */
export function serviceOf(slice: EndpointSlice | undefined, manager: string): string | undefined {
  const { labels, namespace } = slice?.metadata ?? {};
  const service = labels?.[SERVICE_NAME];
  return labels?.[MANAGED_BY] === manager && service !== undefined ? `${namespace}/${service}` : undefined;
}

/** New ones first, so that no endpoint is missing in between. */
export async function carryOut(
  client: Client,
  writes: OwnWrites<EndpointSlice>,
  arrangement: Arrangement,
): Promise<void> {
  for (const slice of arrangement.create) {
    try {
      writes.wrote(await client.create(endpointSlices, slice));
    } catch (refused) {
      if (!isTerminatingNamespace(refused)) throw refused;
      return;
    }
  }
  for (const slice of arrangement.update) writes.wrote(await client.update(endpointSlices, slice));
  for (const slice of arrangement.delete) {
    const { namespace, name = '', uid = '' } = slice.metadata;
    try {
      await client.delete(endpointSlices, { namespace, name }, { preconditions: { uid } });
    } catch (refused) {
      if (!isStatusError(refused, 'NotFound')) throw refused;
    }
    writes.removed(slice);
  }
}
