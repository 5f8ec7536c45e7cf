import type { Strategy } from '#core/api/definition';
import { genericStrategy, traits } from '#core/api/strategy';
import type { ServiceAccount } from '#core/api/types';
import type { KubeObject } from '#core/machinery/object';

const generic = genericStrategy({ group: '', version: 'v1', kind: 'ServiceAccount', ...traits['/serviceaccounts'] });

/** Of the secrets of an account only their names count. */
function named(object: KubeObject): KubeObject {
  const { secrets } = object as ServiceAccount;
  if (secrets === undefined) return object;
  return {
    ...object,
    secrets: secrets.map(({ name }) => (name === undefined ? {} : { name })),
  } as KubeObject;
}

/** Upstream: pkg/registry/core/serviceaccount/strategy.go. */
export const serviceAccountStrategy: Strategy = {
  ...generic,
  prepareForCreate: named,
  prepareForUpdate: (next, old, context) => named(generic.prepareForUpdate!(next, old, context)),
};
