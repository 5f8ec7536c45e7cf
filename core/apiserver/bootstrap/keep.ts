import type { Turns } from '#core/base';
import type { Store } from '#core/store';

/** Something that goes on until it is closed. */
export interface Kept {
  close(): void;
}

/**
 * Calls `reconcile` now and, once for all that came together, after any object under one of `prefixes` changed. It needs no
 * retry after a conflict: whoever wrote made a change that is seen here.
 */
export function keep(
  store: Store,
  turns: Turns,
  name: string,
  prefixes: readonly string[],
  reconcile: () => Promise<void>,
): Kept {
  let planned = false;
  let closed = false;
  const plan = () => {
    if (planned || closed) return;
    planned = true;
    turns.post(() => {
      planned = false;
      if (!closed) void reconcile();
    }, name);
  };
  const watches = prefixes.map((prefix) => {
    const watch = store.watch(prefix, store.view(prefix).revision, {
      changes: plan,
      closed: () => (closed = true),
    });
    if ('failure' in watch) throw new Error(`cannot follow ${prefix}: ${watch.failure}`);
    return watch;
  });
  plan();
  return {
    close() {
      closed = true;
      for (const watch of watches) watch.close();
    },
  };
}
