import { expect, test } from 'vitest';
import type { Taint, Toleration } from '#core/api/types/core/v1';
import { mayStay } from './plan.ts';

const gone: Taint = { key: 'gone', effect: 'NoExecute' };
const full: Taint = { key: 'full', value: 'very', effect: 'NoExecute' };

test.each<{ it: string; tolerations: Toleration[]; taints: Taint[]; wants: number }>([
  { it: 'without taints', tolerations: [], taints: [], wants: Infinity },
  { it: 'without toleration', tolerations: [], taints: [gone], wants: 0 },
  { it: 'forever', tolerations: [{ key: 'gone', operator: 'Exists' }], taints: [gone], wants: Infinity },
  {
    it: 'for a while',
    tolerations: [{ key: 'gone', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 }],
    taints: [gone],
    wants: 300_000,
  },
  {
    it: 'for the shorter while',
    tolerations: [
      { key: 'gone', operator: 'Exists', tolerationSeconds: 300 },
      { key: 'full', value: 'very', tolerationSeconds: 9 },
    ],
    taints: [gone, full],
    wants: 9000,
  },
  { it: 'not one of two', tolerations: [{ key: 'gone', operator: 'Exists' }], taints: [gone, full], wants: 0 },
  { it: 'anything', tolerations: [{ operator: 'Exists' }], taints: [gone, full], wants: Infinity },
  { it: 'not another value', tolerations: [{ key: 'full', value: 'little' }], taints: [full], wants: 0 },
  {
    it: 'not another effect',
    tolerations: [{ key: 'gone', operator: 'Exists', effect: 'NoSchedule' }],
    taints: [gone],
    wants: 0,
  },
  {
    it: 'not at all',
    tolerations: [{ key: 'gone', operator: 'Exists', tolerationSeconds: -1 }],
    taints: [gone],
    wants: 0,
  },
])('a pod may stay: $it', ({ tolerations, taints, wants }) => expect(mayStay(tolerations, taints)).toBe(wants));
