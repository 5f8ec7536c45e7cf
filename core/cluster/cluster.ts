import type { LocalHandler } from '#core/apiserver/dialing';
import type { Crypto, Log, Metrics, Random, Turns } from '#core/base';
import { controllerUser, createInformers } from '#core/client';
import {
  type ControllerSettings,
  registryResources,
  type RunningController,
  selectControllers,
  startControllers,
} from '#core/controllers';
import { type Scheduler, startScheduler } from '#core/scheduler';
import { createKubeletServer } from '#core/kubelet/server';
import type { ControlPlane } from './control-plane.ts';
import { type SimulatedNodes, simulatedNodes } from './simulated-nodes.ts';

/** What runs beside the API server in its process. */
export interface ClusterParts {
  readonly plane: ControlPlane;
  readonly turns: Turns;
  readonly random: Random;
  readonly crypto: Crypto;
  readonly log: Log;
  readonly metrics: Metrics;
  /** As `--controllers` has it: `*`, `none`, `*,-garbage-collector-controller`. */
  readonly controllers: string;
  readonly scheduler: 'on' | 'none';
  /** How many nodes are played in this process. */
  readonly simulatedNodes: number;
  /** Tells of images that simulated nodes cannot pull; without it they can pull all. */
  readonly isMissing?: (image: string) => boolean;
  /** Where nodes get their pod ranges from: `10.244.0.0/16`. */
  readonly podCidr: string;
  /** PEM of the authority of the API server's certificate, for pods. */
  readonly rootCertificate?: string;
  readonly settings?: ControllerSettings;
  /** Of the simulated nodes: `v1.36.1+kubernode.1`. */
  readonly version: string;
}

export interface Cluster {
  /** All chosen parts run. Rejects where the API server could not make what every cluster holds. */
  readonly started: Promise<void>;
  readonly nodes: SimulatedNodes;
  /** Undefined until it is started, and where there is none. */
  readonly scheduler: Scheduler | undefined;
  /** What answers for the kubelet of a node in this process. */
  localNode(name: string): LocalHandler | undefined;
  stop(): void;
}

const CONTROLLER_MANAGER = { name: 'system:kube-controller-manager', groups: ['system:authenticated'] };
const SCHEDULER = { name: 'system:kube-scheduler', groups: ['system:authenticated'] };

/** The controllers that `--controllers` names. Throws a TypeError that names what is unknown. */
export const controllersOf = (text: string): ReturnType<typeof selectControllers> =>
  text === 'none' ? [] : selectControllers(text.split(',').map((item) => item.trim()));

/** Starts what was chosen once the API server has made what it needs: before that its roles are missing and nobody may do anything. */
export function startCluster(parts: ClusterParts): Cluster {
  const { plane, turns, random, crypto, log, metrics } = parts;
  const selected = controllersOf(parts.controllers);
  const givesRanges = selected.some(({ name }) => name === 'node-ipam-controller');
  const nodes = simulatedNodes({
    plane,
    turns,
    random,
    log,
    metrics,
    version: parts.version,
    ...(parts.isMissing === undefined ? {} : { isMissing: parts.isMissing }),
    ...(givesRanges ? {} : { podCidrOf: (index: number) => rangeOf(parts.podCidr, index) }),
  });
  const informersOf = (user: typeof SCHEDULER, userAgent: string) =>
    createInformers({ client: plane.client(user, userAgent), turns, random, log });
  let controllers: RunningController | undefined;
  let scheduler: Scheduler | undefined;
  const stopping: (() => void)[] = [() => nodes.stop()];
  let stopped = false;

  const start = async () => {
    await plane.bootstrap.ready;
    if (stopped) return;
    if (selected.length > 0) {
      const clientFor = (account: string) =>
        plane.client(controllerUser(account), `kube-controller-manager/${account}`);
      const informers = informersOf(CONTROLLER_MANAGER, 'kube-controller-manager');
      controllers = startControllers(selected, {
        clientFor,
        informers,
        turns,
        random,
        crypto,
        log,
        metrics,
        resources: () => Promise.resolve(registryResources(plane.registry)),
        settings: {
          clusterCidrs: [parts.podCidr],
          ...(parts.rootCertificate === undefined ? {} : { rootCertificate: parts.rootCertificate }),
          ...parts.settings,
        },
      });
      stopping.push(controllers.stop);
    }
    if (parts.scheduler === 'on') {
      const client = plane.client(SCHEDULER, 'kube-scheduler');
      const informers = informersOf(SCHEDULER, 'kube-scheduler');
      scheduler = startScheduler({ client, informers, turns, random, log, metrics });
      stopping.push(scheduler.stop, informers.stop);
    }
    for (let index = 0; index < parts.simulatedNodes; index++) nodes.add();
  };

  return {
    started: start(),
    nodes,
    get scheduler() {
      return scheduler;
    },
    localNode(name) {
      const node = nodes.get(name);
      return node === undefined ? undefined : createKubeletServer({ kubelet: node.kubelet });
    },
    stop() {
      stopped = true;
      for (const stop of stopping.toReversed()) stop();
    },
  };
}

const NODE_PREFIX = 24;

/** The `index`th /24 of an IPv4 range, from the second on: the first holds the cluster's own addresses. */
function rangeOf(cidr: string, index: number): string {
  const [address = ''] = cidr.split('/');
  const base = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  const start = base + (index + 1) * 2 ** (32 - NODE_PREFIX);
  return `${[24, 16, 8, 0].map((shift) => Math.floor(start / 2 ** shift) % 256).join('.')}/${NODE_PREFIX}`;
}
