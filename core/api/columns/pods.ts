import type { Container, ContainerStatus, Pod, PodTemplate } from '#core/api/types';
import { ago, since } from '#core/machinery/table';
import { containerImages, containerNames, isTrue, labelsText, nameOf, orNone, show } from './kit.ts';

const isSidecar = (container: Container | undefined): boolean => container?.restartPolicy === 'Always';

/** What a pod's containers add up to. */
interface Summary {
  reason: string;
  ready: number;
  restarts: number;
  /** When the latest of the restarts was, in milliseconds. */
  lastRestart: number;
}

function countRestarts(summary: Summary, { restartCount = 0, lastState }: ContainerStatus): void {
  summary.restarts += restartCount;
  const finishedAt = lastState?.terminated?.finishedAt;
  if (finishedAt !== undefined && finishedAt !== null)
    summary.lastRestart = Math.max(summary.lastRestart, Date.parse(finishedAt));
}

const endOf = ({
  reason = '',
  signal = 0,
  exitCode,
}: NonNullable<NonNullable<ContainerStatus['state']>['terminated']>): string =>
  reason !== '' ? reason : signal !== 0 ? `Signal:${signal}` : `ExitCode:${exitCode}`;

/** Goes through the init containers up to the one that the pod waits for; whether there is one. */
function initialising({ spec, status }: Pod, summary: Summary, sidecars: Summary): boolean {
  const containers = new Map(spec?.initContainers?.map((container) => [container.name, container]));
  for (const [i, container] of (status?.initContainerStatuses ?? []).entries()) {
    countRestarts(summary, container);
    const sidecar = isSidecar(containers.get(container.name));
    if (sidecar) countRestarts(sidecars, container);
    const { terminated, waiting } = container.state ?? {};
    if (terminated?.exitCode === 0) continue;
    if (sidecar && container.started === true) {
      if (container.ready) summary.ready++;
      continue;
    }
    const reason = waiting?.reason ?? '';
    if (terminated !== undefined) summary.reason = `Init:${endOf(terminated)}`;
    else if (reason !== '' && reason !== 'PodInitializing') summary.reason = `Init:${reason}`;
    else summary.reason = `Init:${i}/${spec?.initContainers?.length ?? 0}`;
    return true;
  }
  return false;
}

/** Goes through the main containers, last to first, so that the first one's state is what is told. */
function running({ status }: Pod, summary: Summary): void {
  let runs = false;
  let failure = '';
  for (const container of (status?.containerStatuses ?? []).toReversed()) {
    countRestarts(summary, container);
    const { waiting, terminated, running: current } = container.state ?? {};
    if (waiting?.reason !== undefined && waiting.reason !== '') summary.reason = waiting.reason;
    else if (terminated !== undefined) {
      summary.reason = endOf(terminated);
      if (terminated.exitCode !== 0) failure = summary.reason;
    } else if (container.ready && current !== undefined) {
      runs = true;
      summary.ready++;
    }
  }
  if (summary.reason !== 'Completed') return;
  if (runs && isTrue(status?.conditions, 'Ready')) summary.reason = 'Running';
  else if (failure !== '') summary.reason = failure;
  else if (runs) summary.reason = 'NotReady';
}

function summaryOf(pod: Pod): Summary {
  const { status, metadata } = pod;
  const gated = status?.conditions?.some(({ type, reason }) => type === 'PodScheduled' && reason === 'SchedulingGated');
  const phase = status?.phase ?? '';
  const summary: Summary = {
    reason: gated === true ? 'SchedulingGated' : status?.reason || phase,
    ready: 0,
    restarts: 0,
    lastRestart: 0,
  };
  const sidecars: Summary = { ...summary };
  if (!initialising(pod, summary, sidecars) || isTrue(status?.conditions, 'Initialized')) {
    summary.restarts = sidecars.restarts;
    summary.lastRestart = sidecars.lastRestart;
    running(pod, summary);
  }
  if (metadata.deletionTimestamp !== undefined) {
    if (status?.reason === 'NodeLost') summary.reason = 'Unknown';
    else if (phase !== 'Failed' && phase !== 'Succeeded') summary.reason = 'Terminating';
  }
  return summary;
}

function readinessGates({ spec, status }: Pod): string {
  const gates = spec?.readinessGates ?? [];
  const open = gates.filter(({ conditionType }) => isTrue(status?.conditions, conditionType)).length;
  return gates.length === 0 ? '<none>' : `${open}/${gates.length}`;
}

/** Upstream: pkg/printers/internalversion/printers.go (printPod). */
export const pods = show<Pod>(
  ['Name', 'Ready', 'Status', 'Restarts', 'Age', '*IP', '*Node', '*Nominated Node', '*Readiness Gates'],
  (pod, now) => {
    const { spec, status } = pod;
    const { reason, ready, restarts, lastRestart } = summaryOf(pod);
    const total = (spec?.containers?.length ?? 0) + (spec?.initContainers ?? []).filter(isSidecar).length;
    return [
      nameOf(pod),
      `${ready}/${total}`,
      reason,
      restarts !== 0 && lastRestart !== 0 ? `${restarts} (${ago(lastRestart, now)} ago)` : String(restarts),
      since(pod.metadata.creationTimestamp, now),
      orNone(status?.podIPs?.[0]?.ip),
      orNone(spec?.nodeName),
      orNone(status?.nominatedNodeName),
      readinessGates(pod),
    ];
  },
);

export const podTemplates = show<PodTemplate>(['Name', 'Containers', 'Images', 'Pod Labels'], (object) => {
  const { spec, metadata } = object.template ?? {};
  return [
    nameOf(object),
    containerNames(spec?.containers),
    containerImages(spec?.containers),
    labelsText(metadata?.labels),
  ];
});
