import { type Convert, customDefinition, isTrue } from '#core/api/apiextensions/custom';
import type { OpenRegistry, ResourceDefinition } from '#core/api/definition';
import type { CustomResourceDefinition } from '#core/api/types';
import { type Log, sameJson } from '#core/base';
import type { Tools } from '#core/machinery/cel/evaluate';
import type { Entry, Store } from '#core/store';

export const DEFINITIONS = 'apiextensions.k8s.io/customresourcedefinitions/';

interface Served {
  readonly crd: CustomResourceDefinition;
  readonly definition: ResourceDefinition;
}

export interface Serving {
  stop(): void;
}

/** Whether two states of a definition make the same resource. */
function isSame(left: CustomResourceDefinition, right: CustomResourceDefinition): boolean {
  return (
    left.metadata.uid === right.metadata.uid &&
    isTrue(left, 'Terminating') === isTrue(right, 'Terminating') &&
    sameJson(left.spec as never, right.spec as never) &&
    sameJson((left.status?.acceptedNames ?? null) as never, (right.status?.acceptedNames ?? null) as never)
  );
}

/**
 * Keeps the registry in step with the definitions that are established: what a client is told of a definition holds for its
 * next request.
 */
export function serveDefinitions(
  store: Store,
  registry: OpenRegistry,
  tools: Tools,
  log: Log,
  convert?: Convert,
): Serving {
  const served = new Map<string, Served>();

  const withdraw = (key: string) => {
    const known = served.get(key);
    if (known === undefined) return;
    served.delete(key);
    registry.withdraw(known.definition.group, known.definition.resource);
  };

  const take = (key: string, entry: Entry | undefined) => {
    const crd = entry?.object as unknown as CustomResourceDefinition | undefined;
    if (crd === undefined || !isTrue(crd, 'Established')) return withdraw(key);
    const known = served.get(key);
    if (known !== undefined && isSame(known.crd, crd)) return;
    const definition = customDefinition(crd, tools, convert);
    const moved =
      known !== undefined &&
      (known.definition.group !== definition.group || known.definition.resource !== definition.resource);
    if (moved) withdraw(key);
    served.set(key, { crd, definition });
    registry.serve(definition);
  };

  /** One that cannot be taken keeps nobody from following the others. */
  const taken = (key: string, entry: Entry | undefined) => {
    try {
      take(key, entry);
    } catch (failure) {
      log.error('a custom resource cannot be served', { failure, key });
    }
  };

  const view = store.view(DEFINITIONS);
  for (const entry of view.range()) taken(entry.key, entry);
  const watch = store.watch(DEFINITIONS, view.revision, {
    changes: (changes) => {
      for (const { key, entry } of changes) taken(key, entry);
    },
    closed() {},
  });
  if ('failure' in watch) throw new Error(`definitions cannot be followed: ${watch.failure}`);
  return { stop: () => watch.close() };
}
