import type { Defaults, Registry } from '#core/api/definition';
import type { Crypto, Log, Metrics, Random, Turns, Writable } from '#core/base';
import type { Store } from '#core/store';
import type { Outbound } from './outbound.ts';
import type {
  Admission,
  Allocation,
  Authenticator,
  Authorizer,
  HealthCheck,
  Impersonate,
  Mount,
  ReviewHandler,
  SubresourceHandler,
} from './seams.ts';

/** All that an API server is made of. */
export interface Parts {
  readonly registry: Registry;
  readonly store: Store;
  readonly defaults: Defaults;
  readonly turns: Turns;
  readonly random: Random;
  readonly crypto: Crypto;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly gates: { enabled(gate: string): boolean };
  readonly authenticator: Authenticator;
  readonly authorizer: Authorizer;
  readonly impersonate?: Impersonate;
  readonly admission: Admission;
  readonly allocations?: readonly Allocation[];
  /** Without one everything that dials is refused with 503. */
  readonly outbound?: Outbound;
  /** By `GROUP/RESOURCE`: `authorization.k8s.io/subjectaccessreviews`. */
  readonly reviews?: Readonly<Record<string, ReviewHandler>>;
  /** By `GROUP/RESOURCE/SUBRESOURCE`: `/serviceaccounts/token`. */
  readonly subresources?: Readonly<Record<string, SubresourceHandler>>;
  readonly mounts?: readonly Mount[];
  readonly health?: readonly HealthCheck[];
  readonly version: VersionInfo;
  readonly yaml?: Yaml;
  readonly gzip?: Gzip;
  readonly limits?: Partial<Limits>;
}

/** What /version says. */
export interface VersionInfo {
  readonly major: string;
  readonly minor: string;
  readonly emulationMajor?: string;
  readonly emulationMinor?: string;
  readonly minCompatibilityMajor?: string;
  readonly minCompatibilityMinor?: string;
  readonly gitVersion: string;
  readonly gitCommit: string;
  readonly gitTreeState: string;
  readonly buildDate: string;
  readonly goVersion: string;
  readonly compiler: string;
  readonly platform: string;
}

/** The version of a server that nobody built: for tests and judges, which look at nothing but its number. */
export const unbuilt = (gitVersion: string): VersionInfo => ({
  major: '1',
  minor: '36',
  gitVersion,
  gitCommit: '',
  gitTreeState: '',
  buildDate: '',
  goVersion: '',
  compiler: '',
  platform: '',
});

/** YAML, by an adapter. */
export interface Yaml {
  /** The first document, read without keeping others waiting. Rejects with an Error whose message is for the client. */
  read(text: string): Promise<YamlDocument>;
  stringify(value: unknown): string;
}

export interface YamlDocument {
  readonly value: unknown;
  /** Of keys that are given twice, the last one counting: `line 4: key "a" already set in map`. */
  readonly duplicates: readonly string[];
}

/** Compression, by an adapter. */
export interface Gzip {
  whole(pieces: readonly Uint8Array[]): Promise<Uint8Array>;
  stream(out: Writable): Writable;
}

export interface Limits {
  /** Bytes of a request's body. */
  readonly body: number;
  /** Requests at work at once, watches and other long ones aside. */
  readonly inFlight: number;
  /** Changes that a watcher may be behind before it is cut off. */
  readonly watchBacklog: number;
  /** Bytes of encoded objects kept to be sent again. */
  readonly encodedCache: number;
}

export const defaultLimits: Limits = {
  body: 3 * 1024 * 1024,
  inFlight: 600,
  watchBacklog: 20_000,
  encodedCache: 64 * 1024 * 1024,
};
