import type { Log, Random, Turns } from '#core/base';
import { type Client, reflect, type ResourceToken } from '#core/client';
import type { ApiResource } from '../definition.ts';
import type { Absent } from './absent.ts';
import type { Graph, Work } from './graph.ts';

export interface MonitorParts {
  readonly client: Client;
  readonly turns: Turns;
  readonly random: Random;
  readonly log: Log;
  readonly graph: Graph;
  readonly absent: Absent;
  readonly enqueue: (work: Work) => void;
}

/** Follows all resources that can be owned and deleted, as they come and go. */
export interface Monitors {
  /** Follows what is served now, and nothing else. */
  follow(resources: readonly ApiResource[]): void;
  /** All that is followed has been listed. */
  readonly listed: boolean;
  stop(): void;
}

const NEEDED = ['list', 'watch', 'delete', 'get'];

/** Events own nothing and are owned by nothing, and there are many. */
const IGNORED = new Set(['/events', 'events.k8s.io/events']);

export const isCollected = ({ group, resource, verbs }: ApiResource): boolean =>
  NEEDED.every((verb) => verbs.includes(verb)) && !IGNORED.has(`${group}/${resource}`);

export function createMonitors(parts: MonitorParts): Monitors {
  const { graph, absent, enqueue } = parts;
  const running = new Map<string, { listed: boolean; readonly over: AbortController }>();

  const start = (of: ResourceToken): { listed: boolean; readonly over: AbortController } => {
    const monitor = { listed: false, over: new AbortController() };
    const own = new Set<string>();
    const gone = (uid: string) => {
      own.delete(uid);
      absent.gone(uid);
      enqueue(graph.remove(uid));
    };
    reflect(
      parts,
      of,
      {},
      {
        replaced(objects) {
          const present = new Set<string>();
          for (const object of objects) {
            const { uid = '' } = object.metadata;
            present.add(uid);
            own.add(uid);
            enqueue(graph.put(of, object));
          }
          for (const uid of own) if (!present.has(uid)) gone(uid);
          monitor.listed = true;
        },
        changed(events) {
          for (const { type, object } of events) {
            const { uid = '' } = object.metadata;
            if (type === 'DELETED') gone(uid);
            else {
              own.add(uid);
              enqueue(graph.put(of, object));
            }
          }
        },
      },
      monitor.over.signal,
    );
    // A resource that is served no more takes its objects along, as far as anybody can tell.
    monitor.over.signal.addEventListener('abort', () => {
      for (const uid of own) graph.remove(uid);
    });
    return monitor;
  };

  return {
    follow(resources) {
      const wanted = new Map(resources.filter(isCollected).map((one) => [`${one.group}/${one.resource}`, one]));
      for (const [key, { over }] of running) {
        if (wanted.has(key)) continue;
        running.delete(key);
        over.abort();
      }
      for (const [key, { group, version, resource, kind, namespaced }] of wanted) {
        if (!running.has(key)) running.set(key, start({ group, version, resource, kind, namespaced }));
      }
    },
    get listed() {
      for (const { listed } of running.values()) if (!listed) return false;
      return running.size > 0;
    },
    stop() {
      for (const { over } of running.values()) over.abort();
      running.clear();
    },
  };
}
