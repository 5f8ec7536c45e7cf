import type { Node, Pod, PodSpec, Taint, Toleration } from '#core/api/types';
import { remembered } from '#core/base';
import type { AdmissionPlugin } from '#core/apiserver';
import type { KubeObject } from '#core/machinery/object';
import { isOf, withSpec } from './refuse.ts';

const NOT_READY = 'node.kubernetes.io/not-ready';
const UNREACHABLE = 'node.kubernetes.io/unreachable';

const tolerates = (tolerations: readonly Toleration[], taint: string) =>
  tolerations.some(
    ({ key = '', effect = '' }) => (key === taint || key === '') && (effect === 'NoExecute' || effect === ''),
  );

const fiveMinutes = (key: string): Toleration => ({
  key,
  operator: 'Exists',
  effect: 'NoExecute',
  tolerationSeconds: 300,
});

/** Pods stay five minutes on a node that went away, unless they say otherwise. Upstream: plugin/pkg/admission/defaulttolerationseconds. */
export const defaultTolerationSeconds: AdmissionPlugin = {
  name: 'DefaultTolerationSeconds',
  handles: (operation, definition, subresource) =>
    isOf(definition, '', 'pods') && subresource === '' && (operation === 'CREATE' || operation === 'UPDATE'),
  admit({ object }) {
    const pod = object as Pod;
    const spec = pod.spec as PodSpec;
    return (staysLonger(spec) ? pod : withSpec(pod, forFiveMinutes(spec))) as KubeObject;
  },
};

const LOST = [NOT_READY, UNREACHABLE];
const staysLonger = ({ tolerations }: PodSpec): boolean =>
  tolerations !== undefined && LOST.every((taint) => tolerates(tolerations, taint));

/** Pods of one spec get one spec. */
const forFiveMinutes = remembered((spec: PodSpec): PodSpec => {
  const given = spec.tolerations ?? [];
  const added = LOST.filter((taint) => !tolerates(given, taint)).map(fiveMinutes);
  return { ...spec, tolerations: [...given, ...added] };
});

/** A new node takes no pods until it is known to be ready. Upstream: plugin/pkg/admission/nodetaint. */
export const taintNodesByCondition: AdmissionPlugin = {
  name: 'TaintNodesByCondition',
  handles: (operation, definition, subresource) =>
    operation === 'CREATE' && isOf(definition, '', 'nodes') && subresource === '',
  admit({ object }) {
    const node = object as Node;
    const taints: readonly Taint[] = node.spec?.taints ?? [];
    if (taints.some(({ key, effect }) => key === NOT_READY && effect === 'NoSchedule')) return object;
    return {
      ...node,
      spec: { ...node.spec, taints: [...taints, { key: NOT_READY, effect: 'NoSchedule' }] },
    } as KubeObject;
  },
};
