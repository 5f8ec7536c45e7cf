import { qosClass } from '#core/api/pods';
import { type Container, type Pod, containerNamed } from '../api.ts';
import { containerConfig, logDirectory, sandboxConfig } from '../container/config.ts';
import type { References } from '../container/env.ts';
import type { FieldWorld } from '../container/fields.ts';
import { containerResources, podLimits } from '../container/resources.ts';
import { type Context, messageOf, tellContainer } from '../context.ts';
import { ImageFailure, type Wanted } from '../images/images.ts';
import { rememberedPreStop } from '../labels.ts';
import type { StartFailure } from '../plan/index.ts';
import type { ContainerStatus } from '../runtime.ts';
import { type MountParts, isLive, mount } from '../volumes/mount.ts';
import { runHook } from './hooks.ts';

/** What a worker does to the runtime for one pod. Each operation takes in what it changed before it ends. */
export interface Operations {
  /** Makes the volumes and the sandbox; gives what failed, if anything did. */
  createSandbox(pod: Pod, attempt: number, again: number): Promise<StartFailure | undefined>;
  startContainer(pod: Pod, name: string, sandbox: string, restartCount: number): Promise<StartFailure | undefined>;
  /** Runs the preStop hook and stops the container; both within the grace. Rejects when the runtime cannot. */
  stopContainer(pod: Pod, status: ContainerStatus, graceSeconds: number): Promise<void>;
  /** Gives running containers, and then the pod, what the pod asks for. Rejects when the runtime or the node cannot. */
  resize(pod: Pod, containers: readonly { readonly id: string; readonly name: string }[]): Promise<void>;
  /** Brings the files of volumes up to date that change while the pod runs. */
  refreshVolumes(pod: Pod): Promise<void>;
  /** Volumes and cgroups go; containers and their logs stay. */
  release(pod: Pod): Promise<void>;
  /** Everything goes. */
  remove(pod: Pod): Promise<void>;
}

/** Milliseconds: what a user has to mend is looked at again so often. */
const MENDED_AFTER = 10_000;
/** Seconds that every container gets to end. */
const LEAST_GRACE = 2;
/** Milliseconds between two attempts at volumes and sandbox, at most. */
const LONGEST_MOUNT_WAIT = 60_000;

/** The volumes of a container that are images. Upstream: pkg/kubelet/kuberuntime/kuberuntime_manager.go, getImageVolumes. */
function imageVolumes(pod: Pod, { volumeMounts = [] }: Container): readonly { name: string; wanted: Wanted }[] {
  return (pod.spec.volumes ?? []).flatMap(({ name, image }) => {
    if (image === undefined || !volumeMounts.some((mount) => mount.name === name)) return [];
    const { reference = '', pullPolicy = 'IfNotPresent' } = image;
    return [{ name, wanted: { image: reference, imagePullPolicy: pullPolicy } }];
  });
}

export function createOperations(context: Context, references: References, mounts: MountParts): Operations {
  const { runtime, turns, recorder, observer, volumes, cgroups, images, logs, log } = context;
  /** Volume names to paths, by pod. */
  const paths = new Map<string, Map<string, string>>();

  const fieldsOf = (pod: Pod): FieldWorld => {
    const { addresses } = context.facts();
    const own = observer.of(pod.metadata.uid ?? '').sandboxes[0]?.ips ?? [];
    const podIPs = pod.spec.hostNetwork === true ? addresses.slice(0, 1) : own;
    return { pod, nodeName: context.nodeName, hostIPs: addresses, podIPs, node: context.node() };
  };

  const mountAll = async (pod: Pod): Promise<Map<string, string>> => {
    const uid = pod.metadata.uid ?? '';
    const known = paths.get(uid) ?? new Map<string, string>();
    for (const volume of pod.spec.volumes ?? []) {
      if (known.has(volume.name) && !isLive(volume)) continue;
      try {
        known.set(volume.name, await mount(mounts, fieldsOf(pod), volume));
      } catch (failure) {
        throw new Error(`MountVolume.SetUp failed for volume "${volume.name}" : ${messageOf(failure)}`, {
          cause: failure,
        });
      }
    }
    paths.set(uid, known);
    return known;
  };

  const failed = (pod: Pod, container: Container, reason: string, message: string): StartFailure => {
    tellContainer(context, pod, container.name, 'Warning', 'Failed', `Error: ${message}`);
    return { reason, message, retryAt: turns.clock.now() + MENDED_AFTER };
  };

  const imageFailed = (pod: Pod, container: Container, wanted: Wanted, failure: unknown): StartFailure => {
    const now = turns.clock.now();
    if (!(failure instanceof ImageFailure)) return failed(pod, container, 'ErrImagePull', messageOf(failure));
    const { reason, message, retryAfter } = failure;
    tellContainer(context, pod, container.name, 'Warning', 'Failed', `Error: ${reason}`);
    if (reason !== 'ErrImagePull') return { reason, message, retryAt: now + retryAfter };
    const waiting = `Back-off pulling image "${wanted.image}"`;
    return {
      reason,
      message,
      retryAt: now + retryAfter,
      later: { reason: 'ImagePullBackOff', message: `${waiting}: ${reason}: ${message}`, at: now + 1000 },
    };
  };

  /** After a start: the hook, and the end of a container whose hook failed. */
  const postStart = async (pod: Pod, container: Container, id: string): Promise<StartFailure | undefined> => {
    const hook = container.lifecycle?.postStart;
    if (hook === undefined) return undefined;
    try {
      await runHook(context, id, container, fieldsOf(pod).podIPs[0] ?? '', hook);
      return undefined;
    } catch (failure) {
      log.info('a postStart hook failed', {
        pod: pod.metadata.name,
        container: container.name,
        failure: messageOf(failure),
      });
      tellContainer(context, pod, container.name, 'Warning', 'FailedPostStartHook', 'PostStartHook failed');
      tellContainer(context, pod, container.name, 'Normal', 'Killing', 'FailedPostStartHook');
      await runtime.stopContainer(id, Math.max(LEAST_GRACE, pod.spec.terminationGracePeriodSeconds ?? 30));
      await observer.touchContainer(id);
      return { reason: 'PostStartHookError', message: messageOf(failure), retryAt: turns.clock.now() };
    }
  };

  return {
    async createSandbox(pod, attempt, again) {
      const uid = pod.metadata.uid ?? '';
      const wait = Math.min(LONGEST_MOUNT_WAIT, 500 * 2 ** again);
      try {
        await mountAll(pod);
      } catch (failure) {
        recorder.event(pod, 'Warning', 'FailedMount', messageOf(failure));
        return { reason: 'ContainerCreating', message: messageOf(failure), retryAt: turns.clock.now() + wait };
      }
      try {
        const cgroup = await cgroups.prepare(uid, qosClass(pod.spec), podLimits(pod));
        const id = await runtime.runSandbox(sandboxConfig(context, pod, attempt, cgroup));
        await observer.touchSandbox(id);
        return undefined;
      } catch (failure) {
        const message = `Failed to create pod sandbox: ${messageOf(failure)}`;
        recorder.event(pod, 'Warning', 'FailedCreatePodSandBox', message);
        // A network that could not be made leaves a dead sandbox behind.
        await observer.relist().catch(() => undefined);
        return { reason: 'ContainerCreating', message, retryAt: turns.clock.now() + Math.max(1000, wait) };
      }
    },

    async startContainer(pod, name, sandbox, restartCount) {
      const uid = pod.metadata.uid ?? '';
      const container = containerNamed(pod.spec, name);
      if (container === undefined) return undefined;
      const attempt = observer.of(uid).sandboxes[0]?.attempt ?? 0;
      const cgroup = await cgroups.prepare(uid, qosClass(pod.spec), podLimits(pod));
      const ofSandbox = sandboxConfig(context, pod, attempt, cgroup);
      let image;
      let wanted: Wanted = container;
      try {
        image = await images.ensure(pod, wanted, ofSandbox);
        for (const volume of imageVolumes(pod, container)) {
          wanted = volume.wanted;
          const { id } = await images.ensure(pod, wanted, ofSandbox);
          if (context.features().imageVolumes || volumes.image === undefined) continue;
          paths.get(uid)?.set(volume.name, await volumes.image(uid, volume.name, id));
        }
      } catch (failure) {
        return imageFailed(pod, container, wanted, failure);
      }
      let config;
      try {
        const known = await mountAll(pod);
        config = await containerConfig(context, references, {
          pod,
          container,
          restartCount,
          image,
          fields: fieldsOf(pod),
          paths: known,
        });
      } catch (problem) {
        return failed(pod, container, 'CreateContainerConfigError', messageOf(problem));
      }
      let id;
      try {
        id = await runtime.createContainer(sandbox, config, ofSandbox);
      } catch (problem) {
        return failed(pod, container, 'CreateContainerError', messageOf(problem));
      }
      tellContainer(context, pod, name, 'Normal', 'Created', 'Container created');
      try {
        await runtime.startContainer(id);
      } catch (problem) {
        const known = failed(pod, container, 'RunContainerError', messageOf(problem));
        await observer.touchContainer(id);
        // Its end counts like any other: the back-off is the crash loop's.
        return { ...known, retryAt: turns.clock.now() };
      }
      tellContainer(context, pod, name, 'Normal', 'Started', 'Container started');
      await observer.touchContainer(id);
      return postStart(pod, container, id);
    },

    async stopContainer(pod, status, graceSeconds) {
      const container = containerNamed(pod.spec, status.name);
      const hook = container?.lifecycle?.preStop ?? rememberedPreStop(status);
      const began = turns.clock.monotonic();
      if (hook !== undefined && graceSeconds > 0) {
        const late = Promise.withResolvers<'late'>();
        const timer = turns.after(graceSeconds * 1000, () => late.resolve('late'));
        const target = container ?? { name: status.name };
        const outcome = await Promise.race([
          runHook(context, status.id, target, fieldsOf(pod).podIPs[0] ?? '', hook).catch((failure: unknown) => failure),
          late.promise,
        ]);
        timer.cancel();
        if (outcome !== undefined && outcome !== 'late') {
          log.info('a preStop hook failed', {
            pod: pod.metadata.name,
            container: status.name,
            failure: messageOf(outcome),
          });
          tellContainer(context, pod, status.name, 'Warning', 'FailedPreStopHook', 'PreStopHook failed');
        }
      }
      const spent = Math.floor((turns.clock.monotonic() - began) / 1000);
      await runtime.stopContainer(status.id, Math.max(LEAST_GRACE, graceSeconds - spent));
      await observer.touchContainer(status.id);
    },

    async resize(pod, containers) {
      const uid = pod.metadata.uid ?? '';
      const limits = podLimits(pod);
      // No container may have more than its pod has at that moment.
      await cgroups.prepare(uid, qosClass(pod.spec), { ...limits, cpuQuota: 0, memoryLimit: 0 });
      for (const { id, name } of containers) {
        const container = containerNamed(pod.spec, name);
        if (container === undefined) continue;
        await runtime.updateResources(id, containerResources(pod, container, context.memoryCapacity));
        await observer.touchContainer(id);
      }
      await cgroups.prepare(uid, qosClass(pod.spec), limits);
    },

    async refreshVolumes(pod) {
      if (volumes.real) await mountAll(pod);
    },

    async release(pod) {
      const uid = pod.metadata.uid ?? '';
      paths.delete(uid);
      mounts.tokens.forget(uid);
      await volumes.remove(uid);
      await cgroups.remove(uid, qosClass(pod.spec));
    },

    async remove(pod) {
      const { sandboxes, containers } = observer.of(pod.metadata.uid ?? '');
      for (const { id } of containers) await runtime.removeContainer(id);
      for (const { id } of sandboxes) await runtime.removeSandbox(id);
      await logs.remove(logDirectory(context, pod));
    },
  };
}
