import { builtInSchemas, type ResourceDefinition, type Strategy } from '#core/api/definition';
import { apps } from '#core/api/apps';
import { batch } from '#core/api/batch';
import { certificates } from '#core/api/certificates';
import { core } from '#core/api/core';
import { networking } from '#core/api/networking';
import { rbac } from '#core/api/rbac';
import { genericStrategy, traits } from '#core/api/strategy';
import { scale, scaleByLabels } from './scale.ts';

/** Strategies written by hand, by `GROUP/RESOURCE`. */
const byHand: Readonly<Record<string, Strategy>> = {
  ...core,
  ...apps,
  ...batch,
  ...certificates,
  ...networking,
  ...rbac,
};

const scales: Readonly<Record<string, Pick<Strategy, 'scale'>>> = {
  '/replicationcontrollers': { scale: scaleByLabels },
  'apps/deployments': { scale },
  'apps/replicasets': { scale },
  'apps/statefulsets': { scale },
};

/** The strategy of one resource: its own, else what its traits say. */
export function strategyOf({ group, resource, kind, storage, storageVersion }: ResourceDefinition): Strategy {
  const id = `${group}/${resource}`;
  const own = byHand[id];
  if (own !== undefined) return { ...own, ...scales[id] };
  const storageGroup = storage.slice(0, storage.indexOf('/'));
  const known = traits[id];
  const hasStatus = builtInSchemas.kind(storageGroup, storageVersion, kind)?.byName.has('status') === true;
  return {
    ...genericStrategy({ group: storageGroup, version: storageVersion, kind, ...(known ?? { status: hasStatus }) }),
    ...scales[id],
  };
}
