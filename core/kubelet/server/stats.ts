import { type Pod, timeText } from '../api.ts';
import type { Context } from '../context.ts';
import type { ContainerStats } from '../runtime.ts';

/** What metrics-server and `kubectl top` read. Upstream: k8s.io/kubelet/pkg/apis/stats/v1alpha1. */
export async function statsSummary(context: Context, pods: readonly Pod[]): Promise<object> {
  const { runtime, observer, turns, nodeName } = context;
  const time = timeText(turns.clock.now());
  const stats = new Map<string, ContainerStats>((await runtime.stats()).map((one) => [one.container, one]));
  const usage = await context.cgroups.usage('');
  const ofPods = pods.map((pod) => {
    const running = observer.of(pod.metadata.uid ?? '').containers.filter((one) => stats.has(one.id));
    const containers = running.map(({ id, name, startedAt }) => ({
      name,
      startTime: timeText(startedAt),
      ...figures(time, stats.get(id)!.cpuUsage, stats.get(id)!.memoryWorkingSet),
    }));
    const sum = (of: (one: ContainerStats) => number) =>
      running.reduce((total, { id }) => total + of(stats.get(id)!), 0);
    const { name, namespace, uid } = pod.metadata;
    return {
      podRef: { name, namespace, uid },
      startTime: pod.status?.startTime ?? time,
      containers,
      ...figures(
        time,
        sum((one) => one.cpuUsage),
        sum((one) => one.memoryWorkingSet),
      ),
    };
  });
  const total = (of: (one: ContainerStats) => number) => [...stats.values()].reduce((sum, one) => sum + of(one), 0);
  return {
    node: {
      nodeName,
      startTime: time,
      ...figures(
        time,
        usage?.cpu ?? total((one) => one.cpuUsage),
        usage?.memoryWorkingSet ?? total((one) => one.memoryWorkingSet),
      ),
    },
    pods: ofPods,
  };
}

/** Nanoseconds of processor time and bytes. */
const figures = (time: string, cpu: number, memory: number) => ({
  cpu: { time, usageCoreNanoSeconds: Math.round(cpu) },
  memory: { time, workingSetBytes: memory },
});
