import type { Log, Metrics, Random, Turns } from '#core/base';
import type { Client } from '#core/client';
import { type Kubelet, createKubelet } from '../kubelet.ts';
import type { NodeSettings } from '../node/settings.ts';
import { adoptable, simulatedMachine } from './machine.ts';
import { type SimulatedRuntime, simulatedRuntime } from './runtime.ts';

export interface SimulatedNodeParts {
  /** Of the user `system:node:NAME`. */
  readonly client: Client;
  readonly turns: Turns;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly node: SimulatedNodeSettings;
  /** Where the cluster has nobody who gives nodes their pod ranges. */
  readonly podCidr?: string;
  /** Tells of images that no registry has. */
  readonly isMissing?: (image: string) => boolean;
}

export type SimulatedNodeSettings = Pick<NodeSettings, 'name' | 'addresses' | 'version'> & Partial<NodeSettings>;

export interface SimulatedNode {
  readonly kubelet: Kubelet;
  readonly runtime: SimulatedRuntime;
}

/** Marks a node whose containers are played; nothing pretends. */
export const SIMULATED_LABEL = 'kubernode.io/runtime';

/** A whole simulated node: a real kubelet on a runtime that plays. */
export function startSimulatedNode(parts: SimulatedNodeParts): SimulatedNode {
  const { client, turns, random, log, metrics, node, podCidr, isMissing } = parts;
  const runtime = simulatedRuntime({
    turns,
    random,
    ...(podCidr === undefined ? {} : { podCidr }),
    ...(isMissing === undefined ? {} : { isMissing }),
  });
  const kubelet = createKubelet({
    client,
    turns,
    random,
    log,
    metrics,
    runtime,
    ...simulatedMachine(runtime),
    node: {
      port: 10250,
      capacity: { cpu: '8', memory: '32Gi', pods: '110', 'ephemeral-storage': '100Gi' },
      ...node,
      labels: { [SIMULATED_LABEL]: 'simulated', ...node.labels },
      info: {
        machineID: node.name,
        systemUUID: node.name,
        bootID: node.name,
        kernelVersion: 'simulated',
        osImage: 'simulated by Kubernode',
        operatingSystem: 'linux',
        architecture: 'amd64',
        ...node.info,
      },
    },
    dns: { clusterServers: [], clusterDomain: 'cluster.local', node: { servers: [], searches: [], options: [] } },
    podLogs: '/simulated/logs',
    hostsFile: async () => '',
    serviceLinks: false,
    relistEvery: 0,
    podCidr: (cidr) => runtime.setPodCidr(cidr),
    adopt: (pods) => {
      for (const pod of adoptable(pods)) runtime.adopt(pod);
    },
  });
  return { kubelet, runtime };
}
