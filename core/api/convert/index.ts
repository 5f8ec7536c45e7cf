import type { ResourceDefinition } from '#core/api/definition';
import { autoscalerV1, autoscalerV2 } from './autoscaling.ts';
import { coreEvent, newEvent } from './events.ts';

export { autoscalerV2 } from './autoscaling.ts';

/**
 * Conversions of the kinds whose versions differ in shape, by `GROUP/RESOURCE`; all other versions are alike but for their
 * names. Resources that share one place in the store (Events) convert from each other's kind too.
 */
export const conversions: Readonly<Record<string, NonNullable<ResourceDefinition['convert']>>> = {
  '/events': coreEvent,
  'events.k8s.io/events': newEvent,
  'autoscaling/horizontalpodautoscalers': (object, version) =>
    version === 'v1' ? autoscalerV1(object) : autoscalerV2(object),
};
