import { conflict, type StatusError } from '#core/machinery/status';
import { isCustom } from '../encoding/emit.ts';
import { named, type Target } from './kit.ts';

export const MODIFIED = 'the object has been modified; please apply your changes to the latest version and try again';

/** Somebody else wrote first. */
export const modified = (target: Target): StatusError => conflict(named(target), MODIFIED);

/** What an object has that a writer names to be sure of it. */
type Mark = 'UID' | 'ResourceVersion';

export const mismatch = (mark: Mark, given: string, found = ''): string =>
  `Precondition failed: ${mark} in precondition: ${given}, ${mark} in object meta: ${found}`;

/**
 * What lies there is not what was meant. Clients know the sentence, so it is the original's, the place in its storage
 * included; a dry run does not know the root of that.
 * Upstream: apiserver/pkg/storage/interfaces.go (Preconditions), errors.go, pkg/registry/generic/registry/dryrun.go.
 */
export function otherObject(target: Target, dryRun: boolean, mark: Mark, given: string, found?: string): StatusError {
  const key = `${dryRun ? '' : '/registry'}/${placeOf(target)}`;
  const why = `StorageError: invalid object, Code: 4, Key: ${key}, ResourceVersion: 0, AdditionalErrorMsg: ${mismatch(mark, given, found)}`;
  return conflict(named(target), why);
}

/** Folders of etcd that are named otherwise than their resources. Upstream: pkg/kubeapiserver/default_storage_factory_builder.go. */
const FOLDERS: Readonly<Record<string, string>> = {
  replicationcontrollers: 'controllers',
  endpoints: 'services/endpoints',
  nodes: 'minions',
  services: 'services/specs',
  ingresses: 'ingress',
  customresourcedefinitions: 'apiextensions.k8s.io/customresourcedefinitions',
  apiservices: 'apiregistration.k8s.io/apiservices',
};

function placeOf({ definition, namespace, name }: Target): string {
  const { group, resource, namespaced } = definition;
  const folder = isCustom(definition) ? `${group}/${resource}` : (FOLDERS[resource] ?? resource);
  return [folder, ...(namespaced ? [namespace] : []), name].join('/');
}
