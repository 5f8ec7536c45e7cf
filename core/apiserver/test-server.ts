import { builtInDefinitions, registryOf, type ResourceDefinition, type Strategy } from '#core/api/definition';
import { createMetrics, seededCrypto, seededRandom, silentLog, type VirtualTurns, virtualTurns } from '#core/base';
import type { KubeObject } from '#core/machinery/object';
import { type Backend, memoryBackend, openStore, type Store } from '#core/store';
import type { Limits, Parts } from './parts.ts';
import { createApiServer } from './server.ts';
import type { ApiServer, LocalRequest, WatchEvent } from './types.ts';

/** A server for this module's own tests: built-in kinds without validation, a store in memory, virtual time, everybody may do everything. */
export interface TestServer {
  readonly server: ApiServer;
  readonly store: Store;
  readonly turns: VirtualTurns;
  call(method: string, target: string, object?: unknown, contentType?: string): Promise<KubeObject>;
  /** The reason of the refusal, else what was answered. */
  outcome(method: string, target: string, object?: unknown, contentType?: string): Promise<string>;
  watch(target: string): Promise<{ readonly events: WatchEvent[]; ended: boolean; stop(): void }>;
}

export const START = Date.parse('2026-01-01T00:00:00Z');

const strategies: Readonly<Record<string, Strategy>> = {
  '/pods': { gracePeriod: (_, asked) => asked ?? 30 },
  'coordination.k8s.io/leases': { allowCreateOnUpdate: true, allowUnconditionalUpdate: false },
};

export async function testServer(more: {
  readonly limits?: Partial<Limits>;
  readonly parts?: Partial<Parts>;
  readonly backend?: Backend;
  barrier: () => Promise<void>;
}): Promise<TestServer> {
  const turns = virtualTurns(more.barrier, START);
  const metrics = createMetrics();
  const store = await openStore(more.backend ?? memoryBackend(), {
    clock: turns.clock,
    turns,
    log: silentLog,
    metrics,
  });
  const definitions = builtInDefinitions().map((one): ResourceDefinition => ({
    ...one,
    strategy: strategies[`${one.group}/${one.resource}`] ?? {},
    ...(one.resource === 'pods'
      ? {
          selectableFields: {
            'spec.nodeName': (object) => (object as unknown as { spec: { nodeName?: string } }).spec.nodeName ?? '',
          },
        }
      : {}),
  }));
  const server = createApiServer({
    registry: registryOf(definitions),
    store,
    defaults: (object) => object,
    turns,
    random: seededRandom(1),
    crypto: seededCrypto(1),
    log: silentLog,
    metrics,
    gates: { enabled: () => true },
    authenticator: { authenticate: () => user },
    authorizer: { decide: () => ({ allowed: true, reason: '' }) },
    admission: [],
    version: {} as never,
    ...(more.limits === undefined ? {} : { limits: more.limits }),
    ...more.parts,
  });
  const request = (method: string, target: string, object?: unknown, contentType = ''): LocalRequest => ({
    user,
    method,
    target,
    object,
    contentType,
    userAgent: 'test/1',
  });
  const call: TestServer['call'] = async (...of) => (await server.call(request(...of))).object;
  return {
    server,
    store,
    turns,
    call,
    outcome: (...of) =>
      call(...of).then(
        ({ kind }) => kind,
        (failure: { reason?: string; message: string }) => `${failure.reason ?? 'a bug'}: ${failure.message}`,
      ),
    async watch(target) {
      const stopped = new AbortController();
      const seen = { events: [] as WatchEvent[], ended: false, stop: () => stopped.abort() };
      await server.watch(
        { ...request('GET', target), signal: stopped.signal },
        {
          events: (events) => void seen.events.push(...events),
          ended: () => (seen.ended = true),
        },
      );
      return seen;
    },
  };
}

const user = { name: 'tester', groups: ['system:masters'] };
