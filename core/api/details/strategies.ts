import { builtInSchemas, type ResourceDefinition, type Strategy } from '#core/api/definition';
import { apps } from '#core/api/apps';
import { autoscaling } from '#core/api/autoscaling';
import { batch } from '#core/api/batch';
import { certificates } from '#core/api/certificates';
import { coordination } from '#core/api/coordination';
import { core } from '#core/api/core';
import { discovery } from '#core/api/discovery';
import { networking } from '#core/api/networking';
import { node } from '#core/api/node';
import { policy } from '#core/api/policy';
import { rbac } from '#core/api/rbac';
import { scheduling } from '#core/api/scheduling';
import { storage } from '#core/api/storage';
import { genericStrategy, traits } from '#core/api/strategy';
import { scale, scaleByLabels } from './scale.ts';

/** Strategies written by hand, by `GROUP/RESOURCE`. */
const byHand: Readonly<Record<string, Strategy>> = {
  ...coordination,
  ...core,
  ...discovery,
  ...apps,
  ...autoscaling,
  ...batch,
  ...certificates,
  ...networking,
  ...node,
  ...policy,
  ...rbac,
  ...scheduling,
  ...storage,
};

const scales: Readonly<Record<string, Pick<Strategy, 'scale'>>> = {
  '/replicationcontrollers': { scale: scaleByLabels },
  'apps/deployments': { scale },
  'apps/replicasets': { scale },
  'apps/statefulsets': { scale },
};

/** The strategy of one resource: its own, else what its traits say. */
export function strategyOf({ group, resource, kind, storage: place, storageVersion }: ResourceDefinition): Strategy {
  const id = `${group}/${resource}`;
  const own = byHand[id];
  if (own !== undefined) return { ...own, ...scales[id] };
  const storageGroup = place.slice(0, place.indexOf('/'));
  const known = traits[id];
  const hasStatus = builtInSchemas.kind(storageGroup, storageVersion, kind)?.byName.has('status') === true;
  return {
    ...genericStrategy({ group: storageGroup, version: storageVersion, kind, ...(known ?? { status: hasStatus }) }),
    ...scales[id],
  };
}
