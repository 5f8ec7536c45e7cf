import type { Pod } from '#core/api/types/core/v1';
import { type Plugin, refusal } from './plugin.ts';

/** Whether the claims of a pod are all made; before that it is not even looked at. `exists` takes `namespace/name`. */
export function hasItsClaims({ metadata, spec, status }: Pod, exists: (key: string) => boolean): boolean {
  return (spec.resourceClaims ?? []).every(({ name, resourceClaimName }) => {
    if (resourceClaimName !== undefined) return exists(`${metadata.namespace}/${resourceClaimName}`);
    const made = status?.resourceClaimStatuses?.find((one) => one.name === name);
    if (made === undefined) return false;
    // A template may come to nothing: then nothing is needed.
    return made.resourceClaimName === undefined || exists(`${metadata.namespace}/${made.resourceClaimName}`);
  });
}

const UNALLOCATED = refusal('DynamicResources', false, 'cannot allocate all claims');

/** Allocating devices is not built: no node can serve a claim, and a pod is never started without what it claims. */
export const dynamicResources: Plugin = {
  name: 'DynamicResources',
  filter: ({ pod }) => ((pod.spec.resourceClaims ?? []).length === 0 ? undefined : { check: () => UNALLOCATED }),
  wakes: ['podChanged'],
};
