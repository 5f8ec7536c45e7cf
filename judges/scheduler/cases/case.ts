import type { Pod } from '#core/api/types/core/v1';
import type { Client } from '#core/client';
import type { NodeShape, Thing } from '../world.ts';

/** Pods, made one after another on some nodes: each is settled before the next is made. */
export interface Case {
  readonly it: string;
  readonly nodes?: readonly NodeShape[];
  readonly things?: readonly Thing[];
  readonly pods: readonly Pod[];
  /** What happens afterwards. */
  readonly afterwards?: (client: Client) => Promise<unknown>;
  /** Pods whose node chance decides. */
  readonly anywhere?: readonly string[];
}
