import type { Strategy } from '#core/api/definition';
import type { PersistentVolume, PodTemplateSpec, Service, StatefulSet } from '#core/api/types';
import type { KubeObject } from '#core/machinery/object';
import { persistentVolumeWarnings } from './persistent-volume.ts';
import { newPodWarnings, podWarnings } from './pod.ts';
import { statefulSetWarnings } from './stateful-set.ts';
import { serviceWarnings } from './service.ts';

type Warnings = NonNullable<Strategy['warnings']>;

/** Where the kinds of workloads keep the template of their pods. */
export const templates: Readonly<Record<string, readonly string[]>> = {
  '/podtemplates': ['template'],
  '/replicationcontrollers': ['spec', 'template'],
  'apps/daemonsets': ['spec', 'template'],
  'apps/deployments': ['spec', 'template'],
  'apps/replicasets': ['spec', 'template'],
  'apps/statefulsets': ['spec', 'template'],
  'batch/jobs': ['spec', 'template'],
  'batch/cronjobs': ['spec', 'jobTemplate', 'spec', 'template'],
};

/** The original tells an update of these of the template that was there before. */
const LATE = '/replicationcontrollers';

/** Of a template: when it is new, and when its object's generation has changed. */
function ofTemplate(path: readonly string[], isLate: boolean): Warnings {
  const prefix = `${path.join('.')}.`;
  return (object, old, { subresource }) => {
    if (subresource !== '' || (old !== undefined && old.metadata.generation === object.metadata.generation)) return [];
    const told: unknown = isLate ? (old ?? object) : object;
    const template = path.reduce((value, field) => (value as Record<string, unknown> | undefined)?.[field], told);
    return template === undefined ? [] : podWarnings(template as PodTemplateSpec, prefix);
  };
}

const ofPod: Warnings = (object, old) =>
  old === undefined ? newPodWarnings(object as PodTemplateSpec & KubeObject) : [];

const ofPersistentVolume: Warnings = (object, _, { subresource }) =>
  subresource === '' ? persistentVolumeWarnings(object as PersistentVolume) : [];

const ofService: Warnings = (object, _, { subresource }) =>
  subresource === '' ? serviceWarnings(object as Service) : [];

const ofStatefulSet: Warnings = (object, old, write) =>
  write.subresource === ''
    ? [
        ...ofTemplate(['spec', 'template'], false)(object, old, write),
        ...statefulSetWarnings(object as StatefulSet, old === undefined),
      ]
    : [];

/** The kinds whose own objects are looked at, not a template. */
const ofObjects: Readonly<Record<string, Warnings>> = {
  '/pods': ofPod,
  '/services': ofService,
  '/persistentvolumes': ofPersistentVolume,
  'apps/statefulsets': ofStatefulSet,
};

/** A strategy that also warns of what is valid and yet hardly meant. */
export function withWarnings(id: string, strategy: Strategy): Strategy {
  const template = templates[id];
  const more = ofObjects[id] ?? (template && ofTemplate(template, id === LATE));
  if (more === undefined) return strategy;
  const { warnings: own } = strategy;
  return {
    ...strategy,
    warnings: (...write) => (own === undefined ? more(...write) : [...own(...write), ...more(...write)]),
  };
}
