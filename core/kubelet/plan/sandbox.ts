import type { Container } from '../api.ts';
import { type World, latest } from './world.ts';

export type SandboxNeed =
  | { readonly kind: 'has'; readonly id: string }
  | { readonly kind: 'create'; readonly attempt: number }
  /** The sandbox is gone, and none of the containers would be started in a new one. */
  | { readonly kind: 'done' };

/**
 * Whether a pod needs a (new) sandbox: there is none, more than one is ready, the newest is dead, or it never got an address.
 * Upstream: pkg/kubelet/kuberuntime/util/util.go, PodSandboxChanged.
 */
export function sandboxOf({ pod, observed }: Pick<World, 'pod' | 'observed'>): SandboxNeed {
  const newest = observed.sandboxes[0];
  if (newest === undefined) return { kind: 'create', attempt: 0 };
  const ready = observed.sandboxes.filter((one) => one.ready).length;
  const addressed = pod.spec.hostNetwork === true || newest.ips.length > 0;
  return newest.ready && ready === 1 && addressed
    ? { kind: 'has', id: newest.id }
    : { kind: 'create', attempt: newest.attempt + 1 };
}

/** The same, considering that a pod that ran to its end needs no new one. */
export function neededSandbox(world: World): SandboxNeed {
  const need = sandboxOf(world);
  if (need.kind !== 'create' || need.attempt === 0 || world.observed.containers.length === 0) return need;
  const { spec } = world.pod;
  if (spec.restartPolicy === 'Never') return { kind: 'done' };
  const someCreated = spec.containers.some(({ name }) => latest(world.observed, name) !== undefined);
  return someCreated && spec.containers.every((container) => ranOnce(world, container)) ? { kind: 'done' } : need;
}

function ranOnce(world: World, container: Container): boolean {
  const status = latest(world.observed, container.name);
  const once = (container.restartPolicy ?? world.pod.spec.restartPolicy) === 'OnFailure';
  return once && status?.state === 'exited' && status.exitCode === 0;
}
