import type { Pod, PodSpec, RuntimeClass, Toleration } from '#core/api/types';
import { sameJson } from '#core/base';
import type { AdmissionAttributes, AdmissionPlugin } from '#core/apiserver';
import type { KubeObject } from '#core/machinery/object';
import type { AdmissionParts } from './parts.ts';
import { isOf, refusalOf, withSpec } from './refuse.ts';

/** A pod's runtime class adds its overhead and where it runs. Upstream: plugin/pkg/admission/runtimeclass/admission.go. */
export function runtimeClass({ stored }: Pick<AdmissionParts, 'stored'>): AdmissionPlugin {
  const classOf = (attributes: AdmissionAttributes): RuntimeClass | undefined => {
    const name = (attributes.object as Pod).spec?.runtimeClassName;
    if (name === undefined) return undefined;
    const found = stored.get<RuntimeClass>('node.k8s.io', 'runtimeclasses', '', name);
    if (found === undefined)
      throw refusalOf(attributes, `pod rejected: RuntimeClass ${JSON.stringify(name)} not found`);
    return found;
  };
  return {
    name: 'RuntimeClass',
    handles: (operation, definition, subresource) =>
      operation === 'CREATE' && isOf(definition, '', 'pods') && subresource === '',
    admit(attributes) {
      const pod = attributes.object as Pod;
      const found = classOf(attributes);
      if (found === undefined) return attributes.object;
      const spec = scheduled(attributes, overheadOf(attributes, pod.spec as PodSpec, found), found);
      return withSpec(pod, spec) as KubeObject;
    },
    validate(attributes) {
      const overhead = (attributes.object as Pod).spec?.overhead;
      const fixed = classOf(attributes)?.overhead?.podFixed;
      if (fixed === undefined && overhead !== undefined) {
        throw refusalOf(
          attributes,
          'pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead',
        );
      }
      if (fixed !== undefined && !sameJson(fixed, overhead)) throw refusalOf(attributes, MISMATCH);
    },
  };
}

const MISMATCH = "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead";

function overheadOf(attributes: AdmissionAttributes, spec: PodSpec, { overhead }: RuntimeClass): PodSpec {
  const fixed = overhead?.podFixed;
  if (fixed === undefined) return spec;
  if (spec.overhead !== undefined && Object.keys(spec.overhead).length > 0 && !sameJson(spec.overhead, fixed)) {
    throw refusalOf(attributes, MISMATCH);
  }
  return { ...spec, overhead: fixed };
}

function scheduled(attributes: AdmissionAttributes, spec: PodSpec, { scheduling }: RuntimeClass): PodSpec {
  if (scheduling === undefined) return spec;
  const own = spec.nodeSelector ?? {};
  for (const [key, value] of Object.entries(scheduling.nodeSelector ?? {})) {
    if (Object.hasOwn(own, key) && own[key] !== value) {
      throw refusalOf(
        attributes,
        `conflict: runtimeClass.scheduling.nodeSelector[${key}] = ${value}; pod.spec.nodeSelector[${key}] = ${own[key]}`,
      );
    }
  }
  const nodeSelector = { ...own, ...scheduling.nodeSelector };
  const tolerations = merged([...(spec.tolerations ?? []), ...(scheduling.tolerations ?? [])]);
  return {
    ...spec,
    ...(Object.keys(nodeSelector).length === 0 ? {} : { nodeSelector }),
    ...(tolerations.length === 0 ? {} : { tolerations }),
  };
}

/** Without those that another one makes needless; of equal ones the first stays. Upstream: pkg/util/tolerations. */
function merged(all: readonly Toleration[]): Toleration[] {
  const kept: Toleration[] = [];
  all.forEach((one, i) => {
    const needless =
      kept.some((other) => includes(other, one)) ||
      all.slice(i + 1).some((other) => !sameJson(one, other) && includes(other, one));
    if (!needless) kept.push(one);
  });
  return kept;
}

function includes(wider: Toleration, narrower: Toleration): boolean {
  if (sameJson(wider, narrower)) return true;
  const { key = '', operator = '', effect = '', value = '', tolerationSeconds } = wider;
  if ((narrower.key ?? '') !== key && (key !== '' || operator !== 'Exists')) return false;
  if ((narrower.effect ?? '') !== effect && effect !== '') return false;
  if (effect === 'NoExecute' && tolerationSeconds !== undefined) {
    if (narrower.tolerationSeconds === undefined || narrower.tolerationSeconds > tolerationSeconds) return false;
  }
  return operator === 'Exists' || (narrower.operator === 'Equal' && (narrower.value ?? '') === value);
}
