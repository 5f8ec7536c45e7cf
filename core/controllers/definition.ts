import type { Crypto, Log, Metrics, Random, Turns } from '#core/base';
import type { Client, Informers, ResourceToken } from '#core/client';

/** What a controller is given. Nothing of it is a controller's own but its identity. */
export interface ControllerParts {
  /** A client that acts as `system:serviceaccount:kube-system:NAME`. */
  readonly clientFor: (serviceAccount: string) => Client;
  /** Shared by all controllers; they read as the one who made them. */
  readonly informers: Informers;
  readonly turns: Turns;
  readonly random: Random;
  readonly crypto: Crypto;
  readonly log: Log;
  readonly metrics: Metrics;
  /** All that the API serves now, by discovery or from the server's own registry. */
  readonly resources: () => Promise<readonly ApiResource[]>;
  readonly settings: ControllerSettings;
}

/** A resource that the API serves, in the version that it prefers. */
export interface ApiResource extends ResourceToken {
  readonly verbs: readonly string[];
}

/** What the flags of kube-controller-manager say; durations in milliseconds. */
export interface ControllerSettings {
  /** PEM of the authority of the API server's certificate: kube-root-ca.crt in every namespace. */
  readonly rootCertificate?: string;
  /** Pod ranges of the cluster, at most one a family; without one no node gets a range. */
  readonly clusterCidrs?: readonly string[];
  /** Prefix length of a node's IPv4 and IPv6 range; 24 and 64. */
  readonly nodeCidrMaskSizes?: { readonly IPv4?: number; readonly IPv6?: number };
  /** How long a node may be silent before it counts as unreachable; 50 s. */
  readonly nodeMonitorGracePeriod?: number;
  /** How often nodes are looked at; 5 s. */
  readonly nodeMonitorPeriod?: number;
  /** Nodes a second whose pods are evicted; 0.1. */
  readonly nodeEvictionRate?: number;
  /** Ended pods beyond so many are deleted, the oldest first; 12,500. */
  readonly terminatedPodGcThreshold?: number;
}

export interface RunningController {
  /** It takes up no work any more. */
  stop(): void;
}

/** A controller of the catalogue. */
export interface ControllerDefinition {
  /** As `--controllers` names it: `deployment-controller`. Upstream: cmd/kube-controller-manager/names/controller_names.go. */
  readonly name: string;
  /** Its name before v1.29, still taken by `--controllers`. */
  readonly alias: string;
  /** What it follows, beyond what it finds by discovery. */
  readonly watches: readonly ResourceToken[];
  start(parts: ControllerParts): RunningController;
}
