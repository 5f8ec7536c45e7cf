import type { Taint, Toleration } from '#core/api/types/core/v1';
import { type Plugin, refusal } from './plugin.ts';

/** Whether a toleration covers a taint. Upstream: component-helpers/scheduling/corev1/helpers.go. */
export function tolerates({ key = '', operator = 'Equal', value = '', effect }: Toleration, taint: Taint): boolean {
  if (effect !== undefined && effect !== taint.effect) return false;
  if (key !== '' && key !== taint.key) return false;
  if (operator === 'Exists') return true;
  if (operator === 'Equal') return value === (taint.value ?? '');
  // Numbers are compared only where both are numbers; anything else tolerates nothing.
  const asked = Number(value);
  const given = Number(taint.value ?? '');
  if (!Number.isInteger(asked) || !Number.isInteger(given)) return false;
  return operator === 'Lt' ? given < asked : operator === 'Gt' && given > asked;
}

const tolerated = (tolerations: readonly Toleration[], taint: Taint) =>
  tolerations.some((one) => tolerates(one, taint));

const CORDONED = refusal('NodeUnschedulable', false, 'node(s) were unschedulable');
const TAINTED = refusal('TaintToleration', false, 'node(s) had untolerated taint(s)');

const UNSCHEDULABLE: Taint = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' };

/** Cordoned nodes take only pods that tolerate it. Upstream: pkg/scheduler/framework/plugins/nodeunschedulable. */
export const nodeUnschedulable: Plugin = {
  name: 'NodeUnschedulable',
  filter({ pod }, { slots }) {
    if (tolerated(pod.spec.tolerations ?? [], UNSCHEDULABLE)) return undefined;
    return { check: (place) => (slots[place]!.unschedulable ? CORDONED : undefined) };
  },
  wakes: ['nodeAdded', 'nodeChanged'],
};

/** Taints keep off the pods that do not tolerate them. Upstream: pkg/scheduler/framework/plugins/tainttoleration. */
export const taintToleration: Plugin = {
  name: 'TaintToleration',
  filter({ pod }, { slots }) {
    const tolerations = pod.spec.tolerations ?? [];
    return {
      check(place) {
        for (const taint of slots[place]!.taints) {
          if (taint.effect !== 'PreferNoSchedule' && !tolerated(tolerations, taint)) return TAINTED;
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
          (count, taint) => count + (taint.effect === 'PreferNoSchedule' && !tolerated(tolerations, taint) ? 1 : 0),
          0,
        );
    },
  },
  wakes: ['nodeAdded', 'nodeChanged'],
};
