import { expect, test } from 'vitest';
import type { PodSpec, Service } from '#core/api/types';
import { podWarnings } from './pod.ts';
import { serviceWarnings } from './service.ts';

const container = (more: object) => ({ containers: [{ name: 'a', image: 'i', ...more }] });

test.each<{ it: string; spec: object; annotations?: Record<string, string>; told: readonly RegExp[] }>([
  { it: 'nothing of a plain pod', spec: container({}), told: [] },
  {
    it: 'old node labels',
    spec: { ...container({}), nodeSelector: { 'beta.kubernetes.io/os': 'x' } },
    told: [/^spec\.nodeSelector\[beta\.kubernetes\.io\/os\]: deprecated since v1\.14/],
  },
  {
    it: 'volumes that are no more',
    spec: { ...container({}), volumes: [{ name: 'v', gitRepo: {} }] },
    told: [/^spec\.volumes\[0\]\.gitRepo: deprecated in v1\.11/],
  },
  {
    it: 'a variable that hides another, but not one that builds upon it',
    spec: container({
      env: [
        { name: 'A', value: '1' },
        { name: 'A', value: '$(A)2' },
        { name: 'A', value: '3' },
      ],
    }),
    told: [/^spec\.containers\[0\]\.env\[2\]: hides previous definition of "A"/],
  },
  {
    it: 'fractions of bytes',
    spec: container({ resources: { limits: { memory: '100m' } } }),
    told: [/^spec\.containers\[0\]\.resources\.limits\[memory\]: fractional byte value "100m"/],
  },
  {
    it: 'names of ports',
    spec: container({
      ports: [
        { containerPort: 1, name: 'x' },
        { containerPort: 2, name: 'x' },
      ],
    }),
    told: [/duplicate port name "x" with spec\.containers\[0\]\.ports\[0\]/],
  },
  {
    it: 'old annotations',
    spec: container({}),
    annotations: { 'container.seccomp.security.alpha.kubernetes.io/a': 'x' },
    told: [/non-functional in v1\.27\+; use the "seccompProfile" field instead$/],
  },
])('a pod is told: $it', ({ spec, annotations = {}, told }) => {
  const warnings = podWarnings({ metadata: { annotations }, spec: spec as PodSpec }, '');
  expect(warnings).toEqual(told.map((one) => expect.stringMatching(one) as string));
});

test('a headless Service ignores some of its fields', () => {
  const spec = { clusterIP: 'None', externalIPs: ['192.0.2.1'], sessionAffinity: 'None' };
  expect(serviceWarnings({ metadata: {}, spec } as unknown as Service)).toEqual([
    'spec.externalIPs is ignored for headless services',
  ]);
});
