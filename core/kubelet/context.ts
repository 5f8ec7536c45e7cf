import type { Log, Metrics, Random, Turns } from '#core/base';
import type { Cache, Client } from '#core/client';
import type { EventRecorder } from '#core/operator';
import type { Container, Node, Pod, Service } from './api.ts';
import type { Images } from './images/images.ts';
import type { Observer } from './observer.ts';
import type { NodeFacts } from './plan/index.ts';
import type { Probing } from './probes/probing.ts';
import type { Runtime, RuntimeFeatures } from './runtime.ts';
import type { Cgroups, Dialer, LogFiles, Volumes } from './seams.ts';
import type { StatusWriter } from './status-writer.ts';

export interface Resolver {
  readonly servers: readonly string[];
  readonly searches: readonly string[];
  readonly options: readonly string[];
}

export interface DnsSettings {
  /** The cluster's DNS; empty: pods use the node's. */
  readonly clusterServers: readonly string[];
  /** `cluster.local`. */
  readonly clusterDomain: string;
  /** What the node itself uses. */
  readonly node: Resolver;
}

/** What all parts of one kubelet share. */
export interface Context {
  readonly nodeName: string;
  readonly client: Client;
  readonly turns: Turns;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly runtime: Runtime;
  readonly volumes: Volumes;
  readonly cgroups: Cgroups;
  readonly dialer: Dialer;
  readonly logs: LogFiles;
  readonly probing: Probing;
  readonly observer: Observer;
  readonly images: Images;
  readonly statuses: StatusWriter;
  readonly recorder: EventRecorder;
  readonly dns: DnsSettings;
  /** `/var/log/pods`. */
  readonly podLogs: string;
  /** For hostNetwork pods. */
  readonly hostsFile: () => Promise<string>;
  /** Undefined where containers get no variables of Services. */
  readonly services: Cache<Service> | undefined;
  readonly node: () => Node | undefined;
  readonly facts: () => NodeFacts;
  readonly features: () => RuntimeFeatures;
  /** Bytes. */
  readonly memoryCapacity: number;
}

export type ContainerRef = { readonly pod: Pod; readonly container: Container };

/** Tells about one container: the event's object names the field; of no container, about the pod. */
export function tellContainer(
  { recorder }: Pick<Context, 'recorder'>,
  pod: Pod,
  container: string | undefined,
  type: 'Normal' | 'Warning',
  reason: string,
  message: string,
): void {
  const { namespace, name, uid, resourceVersion } = pod.metadata;
  recorder.event(
    {
      kind: 'Pod',
      apiVersion: 'v1',
      ...(namespace === undefined ? {} : { namespace }),
      ...(name === undefined ? {} : { name }),
      ...(uid === undefined ? {} : { uid }),
      ...(resourceVersion === undefined ? {} : { resourceVersion }),
      ...(container === undefined ? {} : { fieldPath: fieldPath(pod, container) }),
    },
    type,
    reason,
    message,
  );
}

function fieldPath({ spec }: Pod, name: string): string {
  const of = (list: readonly { readonly name: string }[] | undefined) =>
    list?.some((one) => one.name === name) === true;
  if (of(spec.initContainers)) return `spec.initContainers{${name}}`;
  return of(spec.ephemeralContainers) ? `spec.ephemeralContainers{${name}}` : `spec.containers{${name}}`;
}

/** What went wrong, for people. */
export const messageOf = (failure: unknown): string => (failure instanceof Error ? failure.message : String(failure));
