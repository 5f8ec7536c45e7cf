import { readFileSync } from 'node:fs';
import { Failure, messageOf } from './failure.ts';

/** What `up` tells a real node's agent: `kubernode node --config FILE`. Paths are the same inside the node's namespaces and outside. */
export interface NodeConfig {
  readonly cluster: string;
  readonly name: string;
  /** InternalIP; the kubelet's API listens on it at port 10250, cluster DNS at port 53. */
  readonly ip: string;
  readonly podCIDR: string;
  /** How many real nodes share this machine: each offers its part of processors and memory. */
  readonly share: number;
  /** `https://172.30.0.1:6443` */
  readonly server: string;
  /** PEM files. */
  readonly ca: string;
  readonly clientCertificate: string;
  readonly clientKey: string;
  readonly servingCertificate: string;
  readonly servingKey: string;
  /** Signs the clients that may call the kubelet's API. */
  readonly clientCa: string;
  readonly clusterDomain: string;
  readonly clusterDns: string;
  readonly serviceCIDR: string;
  readonly podCIDRs: string;
  /** Seen from inside the node. */
  readonly containerdSocket: string;
  /** Restarts containerd inside the node if it was killed. */
  readonly containerdCommand: string;
  readonly dataDir: string;
}

export function readNodeConfig(file: string): NodeConfig {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as NodeConfig;
  } catch (error) {
    throw new Failure(`Cannot read the node's configuration ${file}: ${messageOf(error)}.`);
  }
}
