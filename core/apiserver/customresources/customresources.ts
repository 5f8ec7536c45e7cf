import type { ApiServer, Outbound, User } from '#core/apiserver';
import type { OpenRegistry } from '#core/api/definition';
import type { CustomResourceDefinition } from '#core/api/types';
import type { Log, Timer, Turns } from '#core/base';
import type { Tools } from '#core/machinery/cel/evaluate';
import type { Store } from '#core/store';
import { converter } from './conversion.ts';
import { planFor } from '#core/api/apiextensions/custom';
import { DEFINITIONS, serveDefinitions } from './serving.ts';

export interface CustomResourceParts {
  readonly server: ApiServer;
  readonly store: Store;
  readonly registry: OpenRegistry;
  readonly turns: Turns;
  readonly log: Log;
  readonly tools: Tools;
  /** Absent: conversion webhooks cannot be called. */
  readonly outbound?: Outbound;
  readonly uuid: () => string;
}

export interface CustomResources {
  stop(): void;
}

const USER: User = { name: 'system:apiserver', groups: ['system:masters', 'system:authenticated'] };
const AGENT = 'kube-apiserver/v1.36.1';
const PATH = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
/** Milliseconds until it is looked again whether the objects of a definition are gone, or whether a write that failed can be made. */
const AGAIN = 1000;

const isExpected = (failure: unknown): boolean => {
  const { reason } = failure as { readonly reason?: string };
  return reason === 'Conflict' || reason === 'NotFound';
};

/**
 * Serves custom resources as their definitions come, change and go, and keeps the status of the definitions. Each step is
 * one write, made as a client would make it; whatever comes between is seen and judged anew. Upstream:
 * apiextensions-apiserver/pkg/controller.
 */
export function startCustomResources(parts: CustomResourceParts): CustomResources {
  const { server, store, registry, turns, log, tools } = parts;
  const serving = serveDefinitions(store, registry, tools, log, converter(parts));
  let running = false;
  let wanted = false;
  let stopped = false;
  let timer: Timer | undefined;

  const lookAgain = () => {
    timer?.cancel();
    timer = turns.after(AGAIN, want);
  };

  const call = (method: string, target: string, object?: unknown) =>
    server.call({ user: USER, userAgent: AGENT, method, target, ...(object === undefined ? {} : { object }) } as never);

  const deleteObjects = async ({ spec, status }: CustomResourceDefinition): Promise<void> => {
    const { plural } = status?.acceptedNames ?? spec.names;
    const place = `${spec.group}/${plural}/`;
    const version = spec.versions.find(({ served }) => served)?.name;
    if (version === undefined) {
      // No path leads to them any more.
      for (const { key, revision } of store.view(place).range())
        await store.commit({ guards: [{ key, revision }], writes: [{ key, object: undefined }] });
      return;
    }
    const root = `/apis/${spec.group}/${version}`;
    const namespaces = new Set<string>();
    for (const { object } of store.view(place).range()) namespaces.add(object.metadata.namespace ?? '');
    for (const namespace of namespaces)
      await call('DELETE', namespace === '' ? `${root}/${plural}` : `${root}/namespaces/${namespace}/${plural}`);
  };

  const step = async (crd: CustomResourceDefinition, revision: number): Promise<void> => {
    const all = [...store.view(DEFINITIONS).range()].map(({ object }) => object as unknown as CustomResourceDefinition);
    const { plural } = crd.status?.acceptedNames ?? crd.spec.names;
    const served = registry.resource(crd.spec.group, plural);
    const isBuiltIn = served !== undefined && served.edition === undefined;
    const objects = isBuiltIn ? 'built-in' : store.view(`${crd.spec.group}/${plural}/`).size;
    const { next, deletesObjects } = planFor(crd, all, objects, turns.clock.now());
    try {
      if (deletesObjects) {
        await deleteObjects(crd);
        lookAgain();
      } else if (next !== crd) {
        const object = { ...next, metadata: { ...next.metadata, resourceVersion: String(revision) } };
        await call('PUT', `${PATH}/${crd.metadata.name ?? ''}/status`, object);
      }
    } catch (failure) {
      if (isExpected(failure)) return;
      log.error('a custom resource definition could not be kept', { failure, name: crd.metadata.name });
      lookAgain();
    }
  };

  const run = async (): Promise<void> => {
    running = true;
    for (;;) {
      if (!wanted || stopped) break;
      wanted = false;
      for (const { object, revision } of store.view(DEFINITIONS).range())
        if (!stopped) await step(object as unknown as CustomResourceDefinition, revision);
    }
    running = false;
  };

  function want(): void {
    wanted = true;
    if (!running && !stopped) turns.post(() => void (running ? undefined : run()), 'custom resources');
  }

  const watch = store.watch(DEFINITIONS, store.view(DEFINITIONS).revision, {
    changes: want,
    closed: () => (stopped = true),
  });
  if ('failure' in watch) throw new Error(`definitions cannot be followed: ${watch.failure}`);
  want();
  return {
    stop() {
      stopped = true;
      timer?.cancel();
      watch.close();
      serving.stop();
    },
  };
}
