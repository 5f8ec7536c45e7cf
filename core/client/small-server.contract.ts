import type { ApiServer, LocalRequest, WatchEvent, WatchSink } from '#core/apiserver';
import type { KubeObject } from '#core/machinery/object';
import { badRequest, expired, invalidObject, notFound } from '#core/machinery/status';

/** One resource of ConfigMaps kept in a Map: enough of a server for a client to talk to. For tests. */
export interface SmallServer extends Pick<ApiServer, 'call' | 'watch'> {
  put(name: string, data?: Record<string, string>): void;
  remove(name: string): void;
  /** Revisions so far are no longer watched from. */
  compact(): void;
  /** Ends all watches, as a server that restarts does. */
  disconnect(error?: unknown): void;
  /** All that was asked. */
  readonly asked: string[];
  streamsLists: boolean;
  /** Thrown by the next call or watch, once. */
  failNext: unknown;
}

export function smallServer(): SmallServer {
  const objects = new Map<string, KubeObject>();
  let history: { readonly revision: number; readonly event: WatchEvent }[] = [];
  let revision = 1;
  let oldest = 1;
  const watchers = new Set<{ sink: WatchSink; local: { ended(error?: unknown): void } }>();
  const at = (object: KubeObject, version: number): KubeObject => ({
    ...object,
    metadata: { ...object.metadata, resourceVersion: String(version) },
  });
  const happened = (type: 'ADDED' | 'MODIFIED' | 'DELETED', object: KubeObject) => {
    const event = { type, object: at(object, revision) };
    history.push({ revision, event });
    for (const { sink } of watchers) sink.events([event]);
  };
  const bookmark = (annotations?: Record<string, string>): WatchEvent => ({
    type: 'BOOKMARK',
    object: {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { resourceVersion: String(revision), ...(annotations && { annotations }) },
    },
  });
  const failing = () => {
    const failure = server.failNext;
    server.failNext = undefined;
    if (failure !== undefined) throw failure;
  };

  const server: SmallServer = {
    asked: [],
    streamsLists: true,
    failNext: undefined,
    put(name, data = {}) {
      revision++;
      const known = objects.get(name);
      const uid = known?.metadata.uid ?? `uid-${revision}`;
      const object = at(
        { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'a', uid }, data } as KubeObject,
        revision,
      );
      objects.set(name, object);
      happened(known === undefined ? 'ADDED' : 'MODIFIED', object);
    },
    remove(name) {
      const object = objects.get(name)!;
      objects.delete(name);
      revision++;
      happened('DELETED', object);
    },
    compact() {
      oldest = ++revision;
      history = [];
    },
    disconnect(error) {
      for (const { local } of watchers) local.ended(error);
      watchers.clear();
    },
    async call(request: LocalRequest) {
      server.asked.push(`${request.method} ${request.target}`);
      failing();
      const [path, query = ''] = request.target.split('?');
      const name = path!.split('/').slice(7).join('/') || path!.split('/')[6];
      if (request.method !== 'GET') throw badRequest('read only');
      if (name !== undefined) {
        const object = objects.get(name);
        if (object === undefined) throw notFound({ group: '', resource: 'configmaps', name });
        return { status: 200, object, warnings: ['old'] };
      }
      const parameters = new URLSearchParams(query);
      const from = Number(parameters.get('continue') ?? 0);
      const limit = Number(parameters.get('limit') ?? Infinity);
      const items = [...objects.values()];
      const metadata = {
        resourceVersion: String(revision),
        ...(from + limit < items.length ? { continue: String(from + limit) } : {}),
      };
      const list = { apiVersion: 'v1', kind: 'ConfigMapList', metadata, items: items.slice(from, from + limit) };
      return { status: 200, object: list as unknown as KubeObject, warnings: [] };
    },
    async watch(request: LocalRequest, sink: WatchSink) {
      server.asked.push(`WATCH ${request.target}`);
      failing();
      const parameters = new URLSearchParams(request.target.split('?')[1] ?? '');
      const watcher = { sink, local: sink };
      if (parameters.get('sendInitialEvents') === 'true') {
        if (!server.streamsLists) {
          throw invalidObject({ group: '', resource: 'ListOptions' }, []);
        }
        const added = [...objects.values()].map((object): WatchEvent => ({ type: 'ADDED', object }));
        sink.events([...added, bookmark({ 'k8s.io/initial-events-end': 'true' })]);
      } else {
        const after = Number(parameters.get('resourceVersion'));
        if (after < oldest) throw expired(`too old resource version: ${after} (${oldest})`);
        const missed = history.filter((one) => one.revision > after).map(({ event }) => event);
        if (missed.length > 0) sink.events(missed);
      }
      watchers.add(watcher);
      request.signal?.addEventListener('abort', () => watchers.delete(watcher));
    },
  };
  return server;
}
