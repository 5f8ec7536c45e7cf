import type { KubeObject } from '#core/machinery/object';
import type { ReflectorParts, Scope } from '../reflector.ts';
import type { ResourceToken } from '../types.ts';
import { createInformer, type Informer } from './informer.ts';

/** Informers shared by all who ask for the same part of the API. */
export interface Informers {
  /** The one informer of that part; started when first asked for. */
  get<T extends KubeObject>(of: ResourceToken<T>, scope?: Scope): Informer<T>;
  /** Resolves once all informers asked for so far have synced. */
  synced(): Promise<void>;
  /** Stops all of them for good. */
  stop(): void;
}

export function createInformers(parts: ReflectorParts): Informers {
  const running = new Map<string, Informer>();
  const over = new AbortController();
  return {
    get<T extends KubeObject>(of: ResourceToken<T>, scope: Scope = {}): Informer<T> {
      const { namespace = '', labelSelector = '', fieldSelector = '' } = scope;
      const id = [of.group, of.version, of.resource, namespace, labelSelector, fieldSelector].join('\n');
      let informer = running.get(id) as Informer<T> | undefined;
      if (informer === undefined) {
        informer = createInformer(parts, of, scope, over.signal);
        running.set(id, informer as unknown as Informer);
      }
      return informer;
    },
    async synced() {
      await Promise.all([...running.values()].map(({ synced }) => synced));
    },
    stop: () => over.abort(),
  };
}
