import { toleratedBy } from '#core/api/pods';
import type { Taint } from '#core/api/types/core/v1';
import { type Plugin, refusal } from './plugin.ts';

const CORDONED = refusal('NodeUnschedulable', false, 'node(s) were unschedulable');
const TAINTED = refusal('TaintToleration', false, 'node(s) had untolerated taint(s)');

const UNSCHEDULABLE: Taint = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' };

/** Cordoned nodes take only pods that tolerate it. Upstream: pkg/scheduler/framework/plugins/nodeunschedulable. */
export const nodeUnschedulable: Plugin = {
  name: 'NodeUnschedulable',
  filter({ pod }, { slots }) {
    if (toleratedBy(pod.spec.tolerations, UNSCHEDULABLE)) return undefined;
    return { check: (place) => (slots[place]!.unschedulable ? CORDONED : undefined) };
  },
  wakes: ['nodeAdded', 'nodeChanged'],
};

/** Taints keep off the pods that do not tolerate them. Upstream: pkg/scheduler/framework/plugins/tainttoleration. */
export const taintToleration: Plugin = {
  name: 'TaintToleration',
  filter({ pod }, { slots }) {
    const { tolerations } = pod.spec;
    return {
      check(place) {
        for (const taint of slots[place]!.taints) {
          if (taint.effect !== 'PreferNoSchedule' && !toleratedBy(tolerations, taint)) return TAINTED;
        }
        return undefined;
      },
    };
  },
  score: {
    weight: 3,
    normalize: 'reversed',
    prepare({ pod }, { slots }) {
      const tolerations = (pod.spec.tolerations ?? []).filter(
        ({ effect = '' }) => effect === '' || effect === 'PreferNoSchedule',
      );
      return (place) =>
        slots[place]!.taints.reduce(
          (count, taint) => count + (taint.effect === 'PreferNoSchedule' && !toleratedBy(tolerations, taint) ? 1 : 0),
          0,
        );
    },
  },
  wakes: ['nodeAdded', 'nodeChanged'],
};
