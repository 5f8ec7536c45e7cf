import type { Log, Metrics, Random, Turns } from '#core/base';
import { nodes as nodesToken, pods as podsToken, services as servicesToken } from '#core/api/tokens';
import { type Client, createInformers } from '#core/client';
import { eventRecorder } from '#core/operator';
import { type AdmissionWorld, refusalOf, resizeRefusal } from './admission.ts';
import type { Node, Pod } from './api.ts';
import { wholeNumber } from '#core/machinery/quantity';
import type { Context, DnsSettings } from './context.ts';
import { createImages } from './images/images.ts';
import { startNodeAgent } from './node/agent.ts';
import type { NodeSettings } from './node/settings.ts';
import { createObserver } from './observer.ts';
import { orphan } from './orphan.ts';
import { type Probing, createProbing } from './probes/probing.ts';
import { createReferences } from './references.ts';
import type { Runtime, RuntimeFeatures, RuntimeStatus } from './runtime.ts';
import type { Cgroups, Dialer, LogFiles, Volumes } from './seams.ts';
import { createStatusWriter } from './status-writer.ts';
import { createTokens } from './volumes/tokens.ts';
import { createOperations } from './worker/operations.ts';
import { withMessage } from './worker/termination.ts';
import { type PodWorker, createWorker } from './worker/worker.ts';

export interface KubeletParts {
  /** Of the user `system:node:NAME`. */
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
  /** Instead of asking real containers. */
  readonly probing?: Probing;
  readonly node: NodeSettings;
  readonly dns: DnsSettings;
  /** `/var/log/pods`. */
  readonly podLogs: string;
  /** The node's own /etc/hosts. */
  readonly hostsFile: () => Promise<string>;
  /** False: containers get no variables of Services, and Services are not watched. */
  readonly serviceLinks: boolean;
  /** Milliseconds between two lists of all containers; 0: the runtime never forgets to tell of a change. */
  readonly relistEvery: number;
  /** Told once the node's pod range is known, and when it changes. */
  readonly podCidr?: (cidr: string) => void;
  /** Told of the node's pods before any is looked at, so that a runtime without a memory can take up those that ran. */
  readonly adopt?: (pods: readonly Pod[]) => void;
}

/** A node's agent. */
export interface Kubelet {
  readonly name: string;
  /** Resolves once the node is registered and all pods that run are known. */
  readonly ready: Promise<void>;
  readonly context: Context;
  /** The pods that the node has, as they were reported last. */
  pods(): Pod[];
  pod(namespace: string, name: string): Pod | undefined;
  /** Ends the agent; containers go on. */
  stop(): void;
}

const NO_FEATURES: RuntimeFeatures = {
  userNamespaces: false,
  imageVolumes: false,
  supplementalGroupsPolicy: false,
  recursiveReadOnly: false,
  stopSignal: false,
  appArmor: false,
};

/** Starts at once. Upstream: pkg/kubelet/kubelet.go. */
export function createKubelet(parts: KubeletParts): Kubelet {
  const { client, turns, random, log, runtime, node: settings } = parts;
  const { name } = settings;
  const startedAt = turns.clock.now();
  const over = new AbortController();
  const informers = createInformers({ client, turns, random, log });
  const recorder = eventRecorder({ client, turns, random, log, component: 'kubelet', host: name });
  const statuses = createStatusWriter({ client, turns, log });
  const references = createReferences(client);
  const tokens = createTokens(client, turns);
  const workers = new Map<string, PodWorker>();
  let node: Node | undefined;
  let runtimeStatus: RuntimeStatus | undefined;
  let cidr = '';

  const observer = createObserver({
    runtime,
    turns,
    log,
    complete: (status) => withMessage(context, status),
    changed(uid) {
      const worker = workers.get(uid);
      if (worker !== undefined) worker.poke();
    },
    signal: over.signal,
  });
  const facts = () => ({ runtimeName: runtimeStatus?.name ?? '', addresses: settings.addresses });
  const context: Context = {
    ...parts,
    nodeName: name,
    observer,
    images: createImages({ runtime, client, turns, recorder }),
    statuses,
    recorder,
    probing: parts.probing ?? createProbing(runtime, parts.dialer),
    services: parts.serviceLinks ? informers.get(servicesToken).cache : undefined,
    node: () => node,
    facts,
    features: () => runtimeStatus?.features ?? NO_FEATURES,
    memoryCapacity: Math.max(1, wholeNumber(settings.capacity['memory'] ?? '1')),
  };
  const operations = createOperations(context, references, { volumes: parts.volumes, references, tokens });

  const besides = ({ metadata: { uid } }: Pod): AdmissionWorld => ({
    node,
    others: [...workers.values()].filter((one) => one.active && one.pod.metadata.uid !== uid).map((one) => one.pod),
    features: {
      ...context.features(),
      imageVolumes: context.features().imageVolumes || parts.volumes.image !== undefined,
    },
  });
  const admit = (pod: Pod) => refusalOf(pod, besides(pod));
  const admitResize = (pod: Pod) => resizeRefusal(pod, besides(pod));

  const workOn = (pod: Pod): PodWorker => {
    const uid = pod.metadata.uid ?? '';
    const worker = createWorker(
      { context, operations, startedAt, admit, admitResize, finished: () => void workers.delete(uid) },
      pod,
    );
    workers.set(uid, worker);
    return worker;
  };

  const agent = startNodeAgent({
    client,
    turns,
    random,
    log,
    runtime,
    recorder,
    settings,
    seen: (read) => learn(read),
    status(status) {
      const first = runtimeStatus === undefined;
      runtimeStatus = status;
      if (first) for (const worker of workers.values()) worker.poke();
    },
  });
  const learn = (read: Node) => {
    node = read;
    const next = read.spec?.podCIDR ?? '';
    if (next === cidr || next === '') return;
    cidr = next;
    parts.podCidr?.(next);
    agent.poke();
  };

  /** What runs without the API knowing of it: the pod was deleted while this kubelet was away. */
  const endOrphans = (known: ReadonlySet<string>) => {
    for (const { uid, namespace, name: podName } of observer.pods()) {
      if (known.has(uid) || workers.has(uid)) continue;
      const pod = orphan({ uid, namespace, name: podName }, observer.of(uid), turns.clock.now());
      workOn(pod).gone(pod);
    }
  };

  const relistLater = () => {
    if (parts.relistEvery <= 0) return;
    turns.after(parts.relistEvery, () => {
      if (over.signal.aborted) return;
      observer
        .relist()
        .catch((failure: unknown) => log.warn('cannot list containers', { node: name, failure: String(failure) }))
        .finally(relistLater);
    });
  };

  const start = async () => {
    const own = informers.get(podsToken, { fieldSelector: `spec.nodeName=${name}` });
    await agent.registered;
    informers.get(nodesToken, { fieldSelector: `metadata.name=${name}` }).handle((next) => {
      if (next === undefined) return;
      agent.saw(next);
      learn(next);
    });
    await own.synced;
    parts.adopt?.(own.cache.list());
    await untilListed(observer.relist);
    const known = new Set(own.cache.list().map(({ metadata }) => metadata.uid ?? ''));
    own.handle((next, previous) => {
      if (over.signal.aborted) return;
      const uid = (next ?? previous)?.metadata.uid ?? '';
      const worker = workers.get(uid);
      if (next === undefined) {
        if (previous !== undefined) worker?.gone(previous);
      } else if (worker === undefined) workOn(next);
      else worker.update(next);
    });
    endOrphans(known);
    await removeLeftovers(known);
    relistLater();
  };

  const untilListed = async (list: () => Promise<void>) => {
    for (let wait = 100; !over.signal.aborted; wait = Math.min(2000, wait * 2)) {
      try {
        return await list();
      } catch (failure) {
        log.warn('cannot list containers', { node: name, failure: String(failure) });
        await new Promise<void>((resolve) => turns.after(wait, resolve));
      }
    }
  };

  /** Files of pods that neither the API nor the runtime has. */
  const removeLeftovers = async (known: ReadonlySet<string>) => {
    for (const uid of await parts.volumes.pods().catch(() => [])) {
      if (!known.has(uid) && !workers.has(uid)) await parts.volumes.remove(uid).catch(() => undefined);
    }
  };

  const ready = start().catch((failure: unknown) => {
    if (!over.signal.aborted) log.error('a kubelet could not start', { node: name, failure: String(failure) });
  });

  const shown = (worker: PodWorker): Pod => ({ ...worker.pod, status: worker.status });
  return {
    name,
    ready,
    context,
    pods: () => [...workers.values()].map(shown),
    pod(namespace, podName) {
      for (const worker of workers.values()) {
        const { metadata } = worker.pod;
        if (metadata.name === podName && metadata.namespace === namespace) return shown(worker);
      }
      return undefined;
    },
    stop() {
      over.abort();
      agent.stop();
      informers.stop();
      for (const worker of workers.values()) worker.stop();
    },
  };
}
