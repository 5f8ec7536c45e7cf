import { expect, test } from 'vitest';
import type { KubeObject } from '#core/machinery/object';
import { conversions } from './index.ts';

const scaler = (version: string, spec: object, annotations?: Record<string, string>): KubeObject => ({
  kind: 'HorizontalPodAutoscaler',
  apiVersion: `autoscaling/${version}`,
  metadata: { name: 'a', ...(annotations === undefined ? {} : { annotations }) },
  ...({
    spec: { scaleTargetRef: { kind: 'Deployment', name: 'd', apiVersion: 'apps/v1' }, maxReplicas: 3, ...spec },
  } as object),
});
const convert = conversions['autoscaling/horizontalpodautoscalers']!;

test.each([
  {
    it: 'a share of cpu',
    v1: { targetCPUUtilizationPercentage: 80 },
    v2: {
      metrics: [
        { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } },
      ],
    },
  },
  { it: 'nothing but a maximum', v1: {}, v2: {} },
])('$it has a field in both versions', ({ v1, v2 }) => {
  expect(convert(scaler('v1', v1), 'v2')).toMatchObject(scaler('v2', v2));
  expect(convert(scaler('v2', v2), 'v1')).toMatchObject(scaler('v1', v1));
});

test('what version 1 has no fields for survives in annotations', () => {
  const metrics = [
    { type: 'Resource', resource: { name: 'memory', target: { type: 'AverageValue', averageValue: '1Gi' } } },
    { type: 'Pods', pods: { metric: { name: 'rps' }, target: { type: 'AverageValue', averageValue: '10' } } },
    {
      type: 'External',
      external: { metric: { name: 'q', selector: { matchLabels: { a: 'b' } } }, target: { type: 'Value', value: '5' } },
    },
  ];
  const spec = { metrics, behavior: { scaleDown: { stabilizationWindowSeconds: 60 } } };
  const old = convert(scaler('v2', spec), 'v1');
  expect(Object.keys(old.metadata.annotations ?? {})).toEqual([
    'autoscaling.alpha.kubernetes.io/behavior',
    'autoscaling.alpha.kubernetes.io/metrics',
  ]);
  const back = convert(old, 'v2');
  expect(back).toMatchObject(scaler('v2', spec));
  expect(back.metadata.annotations).toBeUndefined();
});

test('an event is the same in both groups', () => {
  const core: KubeObject = {
    kind: 'Event',
    apiVersion: 'v1',
    metadata: { name: 'e' },
    ...({
      involvedObject: { kind: 'Pod', name: 'p' },
      message: 'm',
      source: { component: 'c' },
      count: 2,
      reportingComponent: 'r',
      reportingInstance: 'i',
      type: 'Normal',
    } as object),
  };
  const next = conversions['events.k8s.io/events']!(core, 'v1');
  expect(next).toMatchObject({
    apiVersion: 'events.k8s.io/v1',
    regarding: { kind: 'Pod', name: 'p' },
    note: 'm',
    deprecatedSource: { component: 'c' },
    deprecatedCount: 2,
    reportingController: 'r',
  });
  expect(conversions['/events']!(next, 'v1')).toMatchObject(core);
});
