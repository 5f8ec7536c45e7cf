import type { Plugin } from './plugin.ts';

/** A pod that names its node goes nowhere else. Upstream: pkg/scheduler/framework/plugins/nodename. */
export const nodeName: Plugin = {
  name: 'NodeName',
  filter({ pod }, { slots }) {
    const wanted = pod.spec.nodeName ?? '';
    if (wanted === '') return undefined;
    return (place) => (slots[place]!.name === wanted ? undefined : "node(s) didn't match the requested node name");
  },
  wakes: ['nodeAdded'],
};
