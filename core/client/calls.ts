import type { WatchEvent } from '#core/apiserver';
import { apiVersionOf, type KubeList, type KubeObject } from '#core/machinery/object';
import { listTarget, objectPath, pathOf, watchTarget, withQuery, writeQuery } from './target.ts';
import type { Client, DeleteOptions, ListOptions, Patch, ResourceToken, WriteOptions } from './types.ts';

/** A call as it travels, in the process or over HTTP: the two differ in nothing else. */
export interface Call {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path and query. */
  readonly target: string;
  readonly object?: unknown;
  /** Of a patch. */
  readonly contentType?: string;
  readonly cause?: string;
  readonly signal?: AbortSignal;
}

/** How a client's calls reach the server. Both reject with a StatusError when refused. */
export interface Calls {
  /** Answers an object, a list or a Status. */
  call(call: Call): Promise<KubeObject>;
  watch(call: Call & { readonly signal: AbortSignal }, sink: CallSink): Promise<void>;
}

export interface CallSink {
  events(events: readonly WatchEvent[]): void;
  ended(error?: unknown): void;
}

const PATCH_TYPES: Readonly<Record<Patch['type'], string>> = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  apply: 'application/apply-patch+yaml',
};

const because = (options: WriteOptions) => (options.cause === undefined ? {} : { cause: options.cause });

const until = (signal: AbortSignal | undefined) => (signal === undefined ? {} : { signal });

/** The typed client over a way of calling. What the server answers is trusted to be of the type asked for. */
export function clientOver(calls: Calls): Client {
  const send = async <T>(call: Call): Promise<T> => (await calls.call(call)) as unknown as T;
  return {
    get: async (of, named, signal) => send({ method: 'GET', target: objectPath(of, named), ...until(signal) }),
    list: async <T extends KubeObject>(of: ResourceToken<T>, options: ListOptions = {}, signal?: AbortSignal) =>
      withKinds(of, await send<KubeList<T>>({ method: 'GET', target: listTarget(of, options), ...until(signal) })),
    create: async (of, object, options = {}) => {
      const { namespace, name } = object.metadata;
      const path =
        options.subresource === undefined
          ? pathOf(of, { namespace })
          : objectPath(of, { namespace, name: name ?? '' }, options.subresource);
      return send({ method: 'POST', target: withQuery(path, writeQuery(options)), object, ...because(options) });
    },
    update: async (of, object, options = {}) => {
      const { namespace, name } = object.metadata;
      const path = objectPath(of, { namespace, name: name ?? '' }, options.subresource);
      return send({ method: 'PUT', target: withQuery(path, writeQuery(options)), object, ...because(options) });
    },
    patch: async (of, named, patch, options = {}) => {
      const target = withQuery(objectPath(of, named, options.subresource), [
        ...writeQuery(options),
        ['force', patch.type === 'apply' && patch.force === true],
      ]);
      const contentType = PATCH_TYPES[patch.type];
      return send({ method: 'PATCH', target, object: patch.patch, contentType, ...because(options) });
    },
    delete: async (of, named, options = {}) => {
      const target = objectPath(of, named, options.subresource);
      await calls.call({ method: 'DELETE', target, object: deleteBody(options), ...because(options) });
    },
    deleteCollection: async (of, options = {}) => {
      const target = listTarget(of, options);
      await calls.call({ method: 'DELETE', target, object: deleteBody(options), ...because(options) });
    },
    createSubresource: async (of, named, subresource, object) =>
      send({ method: 'POST', target: objectPath(of, named, subresource), object }),
    watch: (of, options, sink) =>
      calls.watch({ method: 'GET', target: watchTarget(of, options), signal: options.signal }, sink as CallSink),
  };
}

/** Over HTTP the items of built-in lists carry no kind of their own. */
function withKinds<T extends KubeObject>(of: ResourceToken<T>, list: KubeList<T>): KubeList<T> {
  if (list.items.length === 0 || list.items[0]!.kind !== undefined) return list;
  const [apiVersion, { kind }] = [apiVersionOf(of.group, of.version), of];
  return { ...list, items: list.items.map((item) => ({ ...item, apiVersion, kind })) };
}

function deleteBody(options: DeleteOptions & ListOptions): object {
  const { gracePeriodSeconds, propagationPolicy, preconditions } = options;
  return {
    kind: 'DeleteOptions',
    apiVersion: 'v1',
    ...(gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds }),
    ...(propagationPolicy === undefined ? {} : { propagationPolicy }),
    ...(preconditions === undefined ? {} : { preconditions }),
    ...(options.dryRun === true ? { dryRun: ['All'] } : {}),
  };
}
