import type { Clock } from '#core/base';
import type { Registry } from '#core/api/definition';
import type { KubeObject } from '#core/machinery/object';
import type { Change, Store } from '#core/store';

/** One change of one object. */
export interface Happening {
  /** The store's revision: what clients see as the object's resourceVersion. */
  readonly revision: number;
  /** Milliseconds since the cluster was made. */
  readonly time: number;
  readonly type: 'added' | 'modified' | 'deleted';
  /** `apps/deployments/default/web`; the core group's name is empty: `/pods/default/web-1`. */
  readonly key: string;
  /** After the change, or as it last was. In the storage version, without a resourceVersion. */
  readonly object: KubeObject;
}

/** All that has happened in a cluster, in order. */
export interface EventLog {
  readonly all: readonly Happening[];
  /** A line each, objects included: two runs went the same way exactly when these are equal. */
  text(): string;
  close(): void;
}

export interface EventLogParts {
  readonly store: Store;
  readonly registry: Registry;
  readonly clock: Clock;
  /** Called with every object as it is stored. */
  readonly stored?: (object: KubeObject) => void;
}

/** Follows every resource of a store from its beginning. */
export function eventLog({ store, registry, clock, stored }: EventLogParts): EventLog {
  const happenings: Happening[] = [];
  const began = clock.monotonic();
  const take = ({ revision, key, entry, previous }: Change) => {
    const type = entry === undefined ? 'deleted' : previous === undefined ? 'added' : 'modified';
    const { object } = entry ?? previous!;
    stored?.(object);
    happenings.push({ revision, time: clock.monotonic() - began, type, key, object });
  };
  const watches = [...new Set(Array.from(registry.all, ({ storage }) => storage))].map((resource) =>
    store.watch(resource, store.revision, {
      changes(changes) {
        for (const change of changes) take(change);
      },
      closed() {},
    }),
  );
  return {
    get all() {
      // A batch reaches the watchers resource by resource; what one transaction wrote stays in the order of their names.
      return happenings.sort((a, b) => a.revision - b.revision || (a.key < b.key ? -1 : 1));
    },
    text() {
      return this.all.map(lineOf).join('\n');
    },
    close() {
      for (const watch of watches) if ('close' in watch) watch.close();
    },
  };
}

const lineOf = ({ revision, time, type, key, object }: Happening): string =>
  `${revision} ${time} ${type} ${key} ${JSON.stringify(object)}`;
