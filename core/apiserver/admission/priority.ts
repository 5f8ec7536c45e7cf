import type { Pod, PodSpec, PriorityClass } from '#core/api/types';
import { rememberedWith } from '#core/base';
import type { AdmissionAttributes, AdmissionPlugin } from '#core/apiserver';
import type { KubeObject } from '#core/machinery/object';
import type { Stored } from '#core/apiserver/auth';
import type { AdmissionParts } from './parts.ts';
import { isOf, refusalOf, withSpec } from './refuse.ts';

const GROUP = 'scheduling.k8s.io';

/** Priority classes become numbers in pods; one class at most is the default. Upstream: plugin/pkg/admission/priority/admission.go. */
export const priority = ({ stored }: Pick<AdmissionParts, 'stored'>): AdmissionPlugin => ({
  name: 'Priority',
  handles: (operation, definition, subresource) =>
    subresource === '' &&
    (operation === 'CREATE' || operation === 'UPDATE') &&
    (isOf(definition, '', 'pods') || isOf(definition, GROUP, 'priorityclasses')),
  admit(attributes) {
    const { definition, operation, object, old } = attributes;
    if (!isOf(definition, '', 'pods') || object === undefined) return object;
    const pod = object as Pod;
    return (
      operation === 'CREATE' ? prioritized(pod, attributes, stored) : keepPriority(pod, old as Pod)
    ) as KubeObject;
  },
  validate(attributes) {
    const { definition, operation, object } = attributes;
    if (!isOf(definition, GROUP, 'priorityclasses') || (object as PriorityClass | undefined)?.globalDefault !== true)
      return;
    const other = defaultClass(stored)?.metadata.name;
    if (other === undefined || (operation === 'UPDATE' && other === object?.metadata.name)) return;
    throw refusalOf(attributes, `PriorityClass ${other} is already marked as default. Only one default can exist`);
  },
});

function keepPriority(pod: Pod, old: Pod): Pod {
  const spec = pod.spec as PodSpec;
  const kept = {
    ...(spec.priority === undefined && old.spec?.priority !== undefined ? { priority: old.spec.priority } : {}),
    ...(spec.preemptionPolicy === undefined && old.spec?.preemptionPolicy !== undefined
      ? { preemptionPolicy: old.spec.preemptionPolicy }
      : {}),
  };
  return Object.keys(kept).length === 0 ? pod : withSpec(pod, { ...spec, ...kept });
}

function prioritized(pod: Pod, attributes: AdmissionAttributes, stored: Stored): Pod {
  const spec = pod.spec as PodSpec;
  const established = classOf(spec.priorityClassName ?? '', attributes, stored);
  const { value, preemptionPolicy: policy } = established ?? NO_CLASS;
  if (spec.priority !== undefined && spec.priority !== value) {
    throw refusalOf(
      attributes,
      `the integer value of priority (${spec.priority}) must not be provided in pod spec; priority admission controller computed ${value} from the given PriorityClass name`,
    );
  }
  if (policy !== undefined && spec.preemptionPolicy !== undefined && spec.preemptionPolicy !== policy) {
    throw refusalOf(
      attributes,
      `the string value of PreemptionPolicy (${spec.preemptionPolicy}) must not be provided in pod spec; priority admission controller computed ${policy} from the given PriorityClass name`,
    );
  }
  return withSpec(pod, ofClass(spec, established));
}

/** Where nobody made a default. */
const NO_CLASS = { value: 0, preemptionPolicy: 'PreemptLowerPriority' } as const;

/** Pods of one spec get one spec. */
const ofClass = rememberedWith((spec: PodSpec, established: PriorityClass | undefined): PodSpec => {
  const name = established?.metadata.name ?? '';
  const { value, preemptionPolicy: policy } = established ?? NO_CLASS;
  return {
    ...spec,
    ...(name === '' ? {} : { priorityClassName: name }),
    priority: value,
    ...(policy === undefined ? {} : { preemptionPolicy: policy as NonNullable<PodSpec['preemptionPolicy']> }),
  };
});

/** The class of that name, else the default one, if there is any. */
function classOf(name: string, attributes: AdmissionAttributes, stored: Stored): PriorityClass | undefined {
  const found = name === '' ? defaultClass(stored) : stored.get<PriorityClass>(GROUP, 'priorityclasses', '', name);
  if (found === undefined && name !== '') throw refusalOf(attributes, `no PriorityClass with name ${name} was found`);
  return found;
}

/** Should there be several, the lowest. */
function defaultClass(stored: Stored): PriorityClass | undefined {
  let lowest: PriorityClass | undefined;
  for (const one of stored.list<PriorityClass>(GROUP, 'priorityclasses')) {
    if (one.globalDefault === true && (lowest === undefined || one.value < lowest.value)) lowest = one;
  }
  return lowest;
}
