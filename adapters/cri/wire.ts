/**
 * CRI messages as the gRPC library gives them: field names as in CRI's api.proto, 64-bit integers as decimal text, enums by name,
 * absent fields with their default and absent messages null. Only what is read here.
 */
export interface WireMetadata {
  readonly name: string;
  readonly uid: string;
  readonly namespace: string;
  readonly attempt: number;
}

export interface WireSandbox {
  readonly id: string;
  readonly metadata: WireMetadata;
  readonly state: string;
  readonly created_at: string;
  readonly labels: Record<string, string>;
  readonly annotations: Record<string, string>;
}

export interface WireSandboxStatus extends WireSandbox {
  readonly network: { readonly ip: string; readonly additional_ips: readonly { readonly ip: string }[] } | null;
}

export interface WireContainer {
  readonly id: string;
  readonly pod_sandbox_id: string;
  readonly metadata: { readonly name: string; readonly attempt: number };
  readonly state: string;
  readonly created_at: string;
  readonly labels: Record<string, string>;
  readonly annotations: Record<string, string>;
}

export interface WireContainerStatus extends Omit<WireContainer, 'pod_sandbox_id'> {
  readonly started_at: string;
  readonly finished_at: string;
  readonly exit_code: number;
  readonly image: { readonly image: string } | null;
  readonly image_ref: string;
  readonly reason: string;
  readonly message: string;
  readonly log_path: string;
  readonly resources: { readonly linux: WireResources | null } | null;
}

export interface WireResources {
  readonly cpu_period: string;
  readonly cpu_quota: string;
  readonly cpu_shares: string;
  readonly memory_limit_in_bytes: string;
  readonly oom_score_adj: string;
  readonly cpuset_cpus: string;
}

export interface WireImage {
  readonly id: string;
  readonly repo_tags: readonly string[];
  readonly repo_digests: readonly string[];
  readonly size: string;
  readonly uid: { readonly value: string } | null;
  readonly username: string;
}

export interface WireStatus {
  readonly status: { readonly conditions: readonly WireCondition[] } | null;
  readonly runtime_handlers: readonly {
    readonly name: string;
    readonly features: { readonly recursive_read_only_mounts: boolean; readonly user_namespaces: boolean } | null;
  }[];
  readonly features: { readonly supplemental_groups_policy: boolean } | null;
}

export interface WireCondition {
  readonly type: string;
  readonly status: boolean;
  readonly reason: string;
  readonly message: string;
}

export interface WireStats {
  readonly attributes: { readonly id: string } | null;
  readonly cpu: { readonly usage_core_nano_seconds: { readonly value: string } | null } | null;
  readonly memory: { readonly working_set_bytes: { readonly value: string } | null } | null;
}

export interface WireEnvelope {
  readonly topic: string;
  readonly event: { readonly type_url: string; readonly value: Uint8Array } | null;
}

/** Nanoseconds as decimal text → milliseconds. Cutting digits keeps the precision that a double has not. */
export const millisecondsOf = (nanoseconds: string): number =>
  nanoseconds.length > 6 ? Number(nanoseconds.slice(0, -6)) : 0;
