import type { ResourceDefinition } from '#core/api/definition';
import type { KubeObject } from '#core/machinery/object';

/** What is peculiar about how the objects of one resource go away. */
export interface DeletionCustoms {
  /** What else changes when an object is marked as being deleted. */
  mark(object: KubeObject): KubeObject;
  /** More than metadata.finalizers that keeps it. */
  isHeld(object: KubeObject): boolean;
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

const usual: DeletionCustoms = { mark: (object) => object, isHeld: () => false, tellsGrace: true };

export const deletionCustoms = ({ group, resource }: ResourceDefinition): DeletionCustoms =>
  group === '' && resource === 'namespaces' ? namespaces : usual;
