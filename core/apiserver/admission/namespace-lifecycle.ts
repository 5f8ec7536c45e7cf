import type { Namespace } from '#core/api/types';
import { keyIn } from '#core/apiserver/auth';
import type { AdmissionPlugin } from '#core/apiserver';
import { notFound, refusal } from '#core/machinery/status';
import type { AdmissionParts } from './parts.ts';
import { isOf, refusalOf } from './refuse.ts';

const IMMORTAL = new Set(['default', 'kube-system', 'kube-public']);

/**
 * Nothing is made in a namespace that is not there or is going away; those of the system cannot be deleted. It looks at what is
 * about to be stored too. Upstream: apiserver/pkg/admission/plugin/namespace/lifecycle.
 */
export const namespaceLifecycle = ({ store }: Pick<AdmissionParts, 'store'>): AdmissionPlugin => ({
  name: 'NamespaceLifecycle',
  handles: (operation, definition) =>
    isOf(definition, '', 'namespaces')
      ? operation === 'DELETE'
      : definition.namespaced && (operation === 'CREATE' || operation === 'UPDATE') && !isAccessReview(definition),
  admit(attributes) {
    const { definition, operation, namespace, name, object } = attributes;
    if (operation === 'DELETE') {
      if (IMMORTAL.has(name)) throw refusalOf(attributes, 'this namespace may not be deleted');
      return object;
    }
    if (namespace === '') return object;
    const found = store.latest(keyIn('', 'namespaces', '', namespace))?.object as unknown as Namespace | undefined;
    if (found === undefined) throw notFound({ group: '', resource: 'namespaces', name: namespace });
    if (operation === 'CREATE' && isGoing(found)) {
      const refused = refusalOf(
        attributes,
        `unable to create new content in namespace ${namespace} because it is being terminated`,
      );
      const cause = {
        reason: 'NamespaceTerminating',
        message: `namespace ${namespace} is being terminated`,
        field: 'metadata.namespace',
      };
      throw refusal('Forbidden', refused.message, {
        ...refused.status.details,
        kind: definition.resource,
        causes: [cause],
      });
    }
    return object;
  },
});

const isGoing = ({ status, metadata }: Namespace) =>
  status?.phase === 'Terminating' || metadata.deletionTimestamp !== undefined;

/** What it would say of the namespace is not the asker's to know. */
const isAccessReview = ({ group, resource }: { readonly group: string; readonly resource: string }) =>
  group === 'authorization.k8s.io' && resource === 'localsubjectaccessreviews';
