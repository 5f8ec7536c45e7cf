import { timeOf, type ContainerStatus as ReportedStatus, type Pod, allContainers } from '../api.ts';
import { containerAnnotations, containerLabels, podLabels } from '../labels.ts';
import type { Probing } from '../probes/probing.ts';
import type { Cgroups, Dialer, LogFiles, Volumes } from '../seams.ts';
import { utf8 } from '#core/base';
import type { AdoptedPod, SimulatedRuntime } from './runtime.ts';

/** What a simulated node has instead of a machine: nothing is kept, nothing is reached. */
export interface SimulatedMachine {
  readonly volumes: Volumes;
  readonly cgroups: Cgroups;
  readonly dialer: Dialer;
  readonly logs: LogFiles;
  readonly probing: Probing;
}

const NOWHERE = '/simulated';

export function simulatedMachine(runtime: SimulatedRuntime): SimulatedMachine {
  const volumes: Volumes = {
    real: false,
    emptyDir: async () => NOWHERE,
    files: async () => NOWHERE,
    hostPath: async (path) => path,
    subPath: async () => NOWHERE,
    file: async () => NOWHERE,
    read: async () => '',
    remove: async () => {},
    pods: async () => [],
  };
  const logs: LogFiles = {
    async size(path) {
      const text = runtime.logOf(path);
      return text === undefined ? undefined : utf8(text).length;
    },
    read: async (path, offset, length) => utf8(runtime.logOf(path) ?? '').subarray(offset, offset + length),
    remove: async () => {},
  };
  const unreachable = () => Promise.reject(new Error('simulated: there is no network to reach a container by'));
  return {
    volumes,
    cgroups: { prepare: async () => '', remove: async () => {}, usage: async () => undefined },
    dialer: { http: unreachable, tcp: unreachable, grpc: unreachable },
    logs,
    probing: async ({ id }) =>
      runtime.isHealthy(id)
        ? { result: 'success', output: '' }
        : { result: 'failure', output: 'simulated: the container is told to fail its probes' },
  };
}

/** The pods that ran when they were last reported, for a runtime that has forgotten them. */
export const adoptable = (pods: readonly Pod[]): readonly AdoptedPod[] =>
  pods.filter(({ status }) => status?.phase === 'Running' || hasRunning(status?.initContainerStatuses)).map(adopted);

const hasRunning = (statuses: readonly ReportedStatus[] = []): boolean =>
  statuses.some(({ state }) => state?.running !== undefined);

function adopted(pod: Pod): AdoptedPod {
  const { metadata, spec, status } = pod;
  const reported = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
  return {
    sandbox: {
      pod: { namespace: metadata.namespace ?? '', name: metadata.name ?? '', uid: metadata.uid ?? '' },
      attempt: 0,
      hostname: metadata.name ?? '',
      logDirectory: '',
      labels: podLabels(pod),
      annotations: metadata.annotations ?? {},
    },
    ips: spec.hostNetwork === true ? [] : (status?.podIPs ?? []).map(({ ip }) => ip),
    containers: reported.flatMap(({ name, state, containerID = '', restartCount, image }) => {
      const container = allContainers(spec).find((one) => one.name === name);
      if (state?.running === undefined || container === undefined) return [];
      return [
        {
          id: containerID.slice(containerID.indexOf('//') + 2),
          name,
          attempt: restartCount,
          image,
          startedAt: timeOf(state.running.startedAt),
          labels: containerLabels(pod, container),
          annotations: containerAnnotations(pod, container, restartCount),
          logPath: '',
        },
      ];
    }),
  };
}
