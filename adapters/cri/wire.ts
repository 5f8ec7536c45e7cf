/** Of 64 bits: a bigint where a number would not be exact. */
export type Integer = number | bigint;

/**
 * CRI messages as they are read: field names as in CRI's api.proto, enumerations by number, bytes as base64. Absent texts and
 * numbers have their default; absent messages, lists, maps and bytes are null. Only what is read here.
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
  readonly state: number;
  readonly created_at: Integer;
  readonly labels: Record<string, string> | null;
  readonly annotations: Record<string, string> | null;
}

export interface WireSandboxStatus extends WireSandbox {
  readonly network: { readonly ip: string; readonly additional_ips: readonly { readonly ip: string }[] | null } | null;
}

export interface WireContainer {
  readonly id: string;
  readonly pod_sandbox_id: string;
  readonly metadata: { readonly name: string; readonly attempt: number };
  readonly state: number;
  readonly created_at: Integer;
  readonly labels: Record<string, string> | null;
  readonly annotations: Record<string, string> | null;
}

export interface WireContainerStatus extends Omit<WireContainer, 'pod_sandbox_id'> {
  readonly started_at: Integer;
  readonly finished_at: Integer;
  readonly exit_code: number;
  readonly image: { readonly image: string } | null;
  readonly image_ref: string;
  readonly reason: string;
  readonly message: string;
  readonly log_path: string;
  readonly resources: { readonly linux: WireResources | null } | null;
}

export interface WireResources {
  readonly cpu_period: Integer;
  readonly cpu_quota: Integer;
  readonly cpu_shares: Integer;
  readonly memory_limit_in_bytes: Integer;
  readonly oom_score_adj: Integer;
  readonly cpuset_cpus: string;
}

export interface WireImage {
  readonly id: string;
  readonly repo_tags: readonly string[] | null;
  readonly repo_digests: readonly string[] | null;
  readonly size: Integer;
  readonly uid: { readonly value: Integer } | null;
  readonly username: string;
}

export interface WireStatus {
  readonly status: { readonly conditions: readonly WireCondition[] | null } | null;
  readonly runtime_handlers:
    | readonly {
        readonly name: string;
        readonly features: { readonly recursive_read_only_mounts: boolean; readonly user_namespaces: boolean } | null;
      }[]
    | null;
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
  readonly cpu: { readonly usage_core_nano_seconds: { readonly value: Integer } | null } | null;
  readonly memory: { readonly working_set_bytes: { readonly value: Integer } | null } | null;
}

export interface WireEnvelope {
  readonly topic: string;
  readonly event: { readonly type_url: string; readonly value: string | null } | null;
}

/** Nanoseconds → milliseconds. */
export const millisecondsOf = (nanoseconds: Integer): number => Number(BigInt(nanoseconds) / 1_000_000n);
