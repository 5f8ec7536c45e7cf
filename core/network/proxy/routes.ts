import type { Log, Timer, Turns } from '#core/base';
import { nodes } from '#core/api/tokens';
import type { Node } from '#core/api/types/core/v1';
import type { Informers } from '#core/client';

/** The way to another node's pods. */
export interface Route {
  readonly range: string;
  readonly via: string;
}

export interface RoutesParts {
  readonly informers: Informers;
  readonly turns: Turns;
  readonly log: Log;
  readonly nodeName: string;
  /** Where nodes reach each other directly: an address outside is left to the ordinary routes. */
  readonly isNeighbour: (ip: string) => boolean;
  /** Makes these the only routes of ours. Rejects with the reason. */
  readonly apply: (routes: readonly Route[]) => Promise<void>;
}

const GATHER = 10;
const RETRY = 2000;

/** The routes that a node needs: one to each neighbour's pods, through the neighbour. */
export function routesTo(all: Iterable<Node>, self: string, isNeighbour: (ip: string) => boolean): readonly Route[] {
  const routes: Route[] = [];
  for (const node of all) {
    if (node.metadata.name === self) continue;
    const via = node.status?.addresses?.find(
      ({ type, address }) => type === 'InternalIP' && address.includes('.'),
    )?.address;
    if (via === undefined || !isNeighbour(via)) continue;
    const ranges = node.spec.podCIDRs ?? (node.spec.podCIDR === undefined ? [] : [node.spec.podCIDR]);
    for (const range of ranges) if (range.includes('.')) routes.push({ range, via });
  }
  return routes.sort((a, b) => (a.range < b.range ? -1 : a.range > b.range ? 1 : 0));
}

/** Keeps a node's routes to the pods of the others. */
export function createRoutes(parts: RoutesParts): { readonly ready: Promise<void>; stop(): void } {
  const { informers, turns, log } = parts;
  const informer = informers.get(nodes);
  const ready = Promise.withResolvers<void>();
  let applied = '';
  let timer: Timer | undefined;
  let busy = false;
  let again = false;
  let stopped = false;

  const schedule = (milliseconds: number) => {
    if (!stopped && informer.hasSynced) timer ??= turns.after(milliseconds, run);
  };
  const run = () => {
    timer = undefined;
    if (busy) {
      again = true;
      return;
    }
    const routes = routesTo(informer.cache.values(), parts.nodeName, parts.isNeighbour);
    const text = JSON.stringify(routes);
    if (text === applied) return ready.resolve();
    busy = true;
    void turns
      .external(() => parts.apply(routes))
      .then(
        () => {
          applied = text;
          ready.resolve();
        },
        (error: unknown) => {
          log.error('Routes were refused', { error: String(error) });
          schedule(RETRY);
        },
      )
      .finally(() => {
        busy = false;
        if (again) schedule(GATHER);
        again = false;
      });
  };
  const remove = informer.handle(() => schedule(GATHER));
  void informer.synced.then(() => schedule(0));
  return {
    ready: ready.promise,
    stop() {
      stopped = true;
      timer?.cancel();
      remove();
    },
  };
}
