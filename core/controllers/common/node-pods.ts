import type { Pod } from '#core/api/types/core/v1';
import type { Informer } from '#core/client';

const INDEX = 'node';

/** Makes `podsOnNode` possible on an informer of pods. */
export const indexByNode = (informer: Informer<Pod>) =>
  informer.index(INDEX, ({ spec }) => (spec.nodeName === undefined || spec.nodeName === '' ? [] : [spec.nodeName]));

export const podsOnNode = ({ cache }: Informer<Pod>, node: string): Pod[] => cache.by(INDEX, node);
