import { admissionregistration } from '#core/api/admissionregistration';
import { apiextensions } from '#core/api/apiextensions';
import { apiregistration } from '#core/api/apiregistration';
import { builtInSchemas, type ResourceDefinition, type Strategy } from '#core/api/definition';
import { apps } from '#core/api/apps';
import { autoscaling } from '#core/api/autoscaling';
import { batch } from '#core/api/batch';
import { certificates } from '#core/api/certificates';
import { coordination } from '#core/api/coordination';
import { core } from '#core/api/core';
import { discovery } from '#core/api/discovery';
import { flowcontrol } from '#core/api/flowcontrol';
import { networking } from '#core/api/networking';
import { node } from '#core/api/node';
import { policy } from '#core/api/policy';
import { rbac } from '#core/api/rbac';
import { resource } from '#core/api/resource';
import { scheduling } from '#core/api/scheduling';
import { storage } from '#core/api/storage';
import { genericStrategy, traits } from '#core/api/strategy';
import { withoutClosedFields } from './closed-fields.ts';
import { scale, scaleByLabels } from './scale.ts';
import { withWarnings } from './warnings/warnings.ts';

/** Strategies written by hand, by `GROUP/RESOURCE`. */
const byHand: Readonly<Record<string, Strategy>> = {
  ...coordination,
  ...core,
  ...discovery,
  ...apps,
  ...admissionregistration,
  ...apiextensions,
  ...apiregistration,
  ...autoscaling,
  ...flowcontrol,
  ...batch,
  ...certificates,
  ...networking,
  ...node,
  ...policy,
  ...rbac,
  ...resource,
  ...scheduling,
  ...storage,
};

const scales: Readonly<Record<string, Pick<Strategy, 'scale'>>> = {
  '/replicationcontrollers': { scale: scaleByLabels },
  'apps/deployments': { scale },
  'apps/replicasets': { scale },
  'apps/statefulsets': { scale },
};

/** What is known of how the objects of a resource are validated. */
export type Validation =
  /** Its own rules. */
  | 'by hand'
  /** Types, enums and metadata alone. */
  | 'schema only'
  /** Nothing of it is stored: it is answered where it is asked. */
  | 'not stored';

const isStored = ({ verbs }: ResourceDefinition): boolean => verbs.includes('create') && verbs.includes('get');

/** How the objects of a resource are validated. */
export function validationOf(definition: ResourceDefinition): Validation {
  const id = `${definition.group}/${definition.resource}`;
  if (!isStored(definition)) return 'not stored';
  return byHand[id] !== undefined ? 'by hand' : 'schema only';
}

/** The strategy of one resource: its own, else what its traits say. */
export function strategyOf(definition: ResourceDefinition): Strategy {
  const { group, resource: name, kind, storage: place, storageVersion } = definition;
  const id = `${group}/${name}`;
  const storageGroup = place.slice(0, place.indexOf('/'));
  const schema = () => builtInSchemas.kind(storageGroup, storageVersion, kind);
  const complete = (strategy: Strategy) =>
    withoutClosedFields(id, schema, withWarnings(id, { ...strategy, ...scales[id] }));
  const own = byHand[id];
  if (own !== undefined) return complete(own);
  const known = traits[id];
  // The status of what is not stored is part of what is asked: whoever sends one owns it.
  const hasStatus = isStored(definition) && schema()?.byName.has('status') === true;
  return complete(
    genericStrategy({ group: storageGroup, version: storageVersion, kind, ...(known ?? { status: hasStatus }) }),
  );
}
