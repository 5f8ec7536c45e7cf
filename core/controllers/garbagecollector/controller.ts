import { sleep } from '#core/base';
import type { ResourceToken } from '#core/client';
import { controller, eventRecorder, type Source } from '#core/operator';
import type { ControllerDefinition } from '../definition.ts';
import { createAbsent } from './absent.ts';
import { createGraph, type Work } from './graph.ts';
import { createMonitors } from './monitors.ts';
import { examine, orphan, type Parts } from './reconcile.ts';

/** How often it looks what is served; milliseconds. */
const DISCOVERY_PERIOD = 30_000;
/** A resource that cannot be listed holds the collector up no longer than this. */
const MOST_LISTING = 30_000;
const LISTING_STEP = 100;
/** An owner that is not in the graph may be about to be; milliseconds. */
const OWNER_WAIT = 500;
const WORKERS = 20;

/** Deletes what has lost its owners. Upstream: pkg/controller/garbagecollector. */
export const garbageCollectorController: ControllerDefinition = {
  name: 'garbage-collector-controller',
  alias: 'garbagecollector',
  watches: [],
  start({ turns, random, log, metrics, clientFor, resources }) {
    const client = clientFor('generic-garbage-collector');
    const over = new AbortController();
    const graph = createGraph();
    const absent = createAbsent();
    const events = eventRecorder({ client, turns, random, log, component: 'garbage-collector-controller' });
    let kinds = new Map<string, ResourceToken>();
    let listed = false;

    const enqueue = (work: Work) => {
      // Until all is listed most owners are only not seen yet; then everything is looked at once.
      for (const uid of listed ? work.examine : []) {
        const item = graph.get(uid);
        const unseen =
          item?.owners.some((owner) => graph.get(owner.uid) === undefined && !absent.has(undefined, owner)) === true;
        examiner.enqueue(uid, unseen ? OWNER_WAIT : 0);
      }
      for (const uid of work.orphan) orphaner.enqueue(uid);
    };
    const parts: Parts = {
      client,
      graph,
      absent,
      enqueue,
      resourceOf: (group, kind) => kinds.get(`${group}/${kind}`),
    };
    const monitors = createMonitors({ client, turns, random, log, graph, absent, enqueue });

    const discover = async () => {
      try {
        const served = await resources();
        const next = new Map<string, ResourceToken>();
        for (const one of served) if (!next.has(`${one.group}/${one.kind}`)) next.set(`${one.group}/${one.kind}`, one);
        kinds = next;
        monitors.follow(served);
      } catch (failure) {
        log.warn('what is served could not be found out', { error: String(failure) });
      }
    };
    const begin = async () => {
      await discover();
      const began = turns.clock.monotonic();
      while (!monitors.listed && turns.clock.monotonic() - began < MOST_LISTING) {
        await sleep(turns, LISTING_STEP, over.signal);
      }
      listed = true;
      for (const item of graph.items()) {
        if (item.foreground || item.owners.some(({ uid }) => graph.get(uid)?.foreground !== false)) {
          examiner.enqueue(item.uid);
        }
        complain(item.uid);
      }
      void again().catch(() => undefined);
    };
    const again = async () => {
      while (!over.signal.aborted) {
        await sleep(turns, DISCOVERY_PERIOD, over.signal);
        await discover();
      }
    };
    /** Owners live in the namespace of what they own, or in none; a reference elsewhere is told once it is seen. */
    const complain = (uid: string) => {
      const item = graph.get(uid);
      for (const owner of item?.owners ?? []) {
        const found = graph.get(owner.uid);
        if (found?.namespace === undefined || found.namespace === item!.namespace) continue;
        events.event(
          {
            kind: item!.of.kind,
            apiVersion: item!.of.group === '' ? item!.of.version : `${item!.of.group}/${item!.of.version}`,
            ...(item!.namespace === undefined ? {} : { namespace: item!.namespace }),
            name: item!.name,
            uid,
          },
          'Warning',
          'OwnerRefInvalidNamespace',
          `ownerRef [${owner.apiVersion}/${owner.kind}, namespace: ${item!.namespace ?? ''}, name: ${owner.name}, uid: ${owner.uid}] does not exist in namespace "${item!.namespace ?? ''}"`,
        );
      }
    };
    const source: Source = { synced: begin().catch(() => undefined), start: () => () => {} };
    const options = { sources: [source], concurrency: WORKERS, turns, log, metrics };
    const examiner = controller({
      ...options,
      name: 'garbage_collector_attempt_to_delete',
      reconcile: async (uid, signal) => {
        complain(uid);
        return examine(parts)(uid, signal);
      },
    });
    const orphaner = controller({ ...options, name: 'garbage_collector_attempt_to_orphan', reconcile: orphan(parts) });
    return {
      stop() {
        over.abort();
        monitors.stop();
        examiner.stop();
        orphaner.stop();
      },
    };
  },
};
