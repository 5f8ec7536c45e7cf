import type { ResourceDefinition } from '#core/api/definition';
import { retired } from '#core/api/apiextensions/custom';
import type { KubeObject } from '#core/machinery/object';

/** What is peculiar about how the objects of one resource go away. */
export interface DeletionCustoms {
  /** What else changes when an object is marked as being deleted. */
  mark(object: KubeObject): KubeObject;
  /** More than metadata.finalizers that keeps it. */
  isHeld(object: KubeObject): boolean;
  /** How it is marked when it is first deleted, where that is all that happens; `now` in milliseconds. */
  begin?(object: KubeObject, now: number): KubeObject;
  /** Whether the mark says how long deletion takes. */
  readonly tellsGrace: boolean;
}

interface Namespace extends KubeObject {
  readonly spec?: { readonly finalizers?: readonly string[] };
  readonly status?: object;
}

/** Upstream: pkg/registry/core/namespace/storage/storage.go. */
const namespaces: DeletionCustoms = {
  mark: (object) => ({ ...object, status: { ...(object as Namespace).status, phase: 'Terminating' } }) as Namespace,
  isHeld: (object) => ((object as Namespace).spec?.finalizers ?? []).length > 0,
  tellsGrace: false,
};

/** A definition goes once its objects are gone. Upstream: apiextensions-apiserver/pkg/registry/customresourcedefinition/etcd.go. */
const definitions: DeletionCustoms = {
  mark: (object) => object,
  isHeld: () => false,
  tellsGrace: true,
  begin: retired,
};

const usual: DeletionCustoms = { mark: (object) => object, isHeld: () => false, tellsGrace: true };

/** Resources whose deletion answers the object that was deleted; the others answer a Status. Upstream: ReturnDeletedObject in pkg/registry. */
const ANSWERED: ReadonlySet<string> = new Set([
  '/namespaces',
  '/persistentvolumeclaims',
  '/persistentvolumes',
  '/pods',
  '/podtemplates',
  '/resourcequotas',
  '/serviceaccounts',
  '/services',
  'resource.k8s.io/deviceclasses',
  'resource.k8s.io/devicetaintrules',
  'resource.k8s.io/resourceclaims',
  'resource.k8s.io/resourceclaimtemplates',
  'resource.k8s.io/resourcepoolstatusrequests',
  'resource.k8s.io/resourceslices',
  'storage.k8s.io/csidrivers',
  'storage.k8s.io/csinodes',
  'storage.k8s.io/storageclasses',
  'storage.k8s.io/volumeattachments',
  'storage.k8s.io/volumeattributesclasses',
]);

export const answersDeleted = ({ group, resource }: ResourceDefinition): boolean =>
  ANSWERED.has(`${group}/${resource}`);

/** Upstream: pkg/registry/batch/job/storage/storage.go. */
const JOB_WARNING =
  'child pods are preserved by default when jobs are deleted; set propagationPolicy=Background to remove them or set propagationPolicy=Orphan to suppress this warning';

/** What a client should know of a deletion that says nothing about dependents. */
export const silentDeletionWarning = ({ group, resource }: ResourceDefinition): string | undefined =>
  group === 'batch' && resource === 'jobs' ? JOB_WARNING : undefined;

export const deletionCustoms = ({ group, resource }: ResourceDefinition): DeletionCustoms =>
  OWN[`${group}/${resource}`] ?? usual;

const OWN: Readonly<Record<string, DeletionCustoms>> = {
  '/namespaces': namespaces,
  'apiextensions.k8s.io/customresourcedefinitions': definitions,
};
