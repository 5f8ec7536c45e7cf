import { scalingBehavior } from '#core/api/defaults';
import type { Strategy } from '#core/api/definition';
import { checkedStrategy, notNegativeFields } from '#core/api/rules';
import type { HorizontalPodAutoscaler } from '#core/api/types';
import { autoscalerProblems } from './spec.ts';

/** Upstream: pkg/registry/autoscaling/horizontalpodautoscaler/strategy.go. */
const autoscalerStrategy = checkedStrategy<HorizontalPodAutoscaler>(
  'autoscaling/horizontalpodautoscalers',
  'HorizontalPodAutoscaler',
  'v2',
  {
    create: ({ spec }, problems, { gates }) =>
      autoscalerProblems(spec, undefined, gates.enabled('HPAScaleToZero') ? 0 : 1, problems),
    update: ({ spec }, old, problems, { gates }) => {
      const low = gates.enabled('HPAScaleToZero') || old.spec?.minReplicas === 0 ? 0 : 1;
      autoscalerProblems(spec, old.spec, low, problems);
    },
    status: ({ status }, _old, problems) =>
      notNegativeFields(status, ['currentReplicas', 'desiredReplicas'], 'status', problems),
  },
  { canonicalize: (object) => withBehavior(object as HorizontalPodAutoscaler) },
);

/** Version 1 has no defaults for it: it gets them as the stored object is read. */
function withBehavior(scaler: HorizontalPodAutoscaler): HorizontalPodAutoscaler {
  const { spec } = scaler;
  return spec?.behavior === undefined
    ? scaler
    : { ...scaler, spec: { ...spec, behavior: scalingBehavior(spec.behavior) } };
}

/** Strategies of the autoscaling group. */
export const autoscaling: Readonly<Record<string, Strategy>> = {
  'autoscaling/horizontalpodautoscalers': autoscalerStrategy,
};
