import { type Plugin, refusal } from './plugin.ts';

const OTHER = refusal('NodeName', false, "node(s) didn't match the requested node name");

/** A pod that names its node goes nowhere else. Upstream: pkg/scheduler/framework/plugins/nodename. */
export const nodeName: Plugin = {
  name: 'NodeName',
  filter({ pod }, { slots }) {
    const wanted = pod.spec.nodeName ?? '';
    if (wanted === '') return undefined;
    return { check: (place) => (slots[place]!.name === wanted ? undefined : OTHER) };
  },
  wakes: ['nodeAdded'],
};
