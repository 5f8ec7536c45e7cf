import { type Container, type ContainerStatus, type Pod, type PodCondition, isSidecar, timeText } from '../api.ts';
import type { Phase } from './phase.ts';

type Judged = Pick<PodCondition, 'status' | 'reason' | 'message'>;

const TRUE: Judged = { status: 'True' };
const untrue = (reason: string, message = ''): Judged => ({
  status: 'False',
  reason,
  ...(message === '' ? {} : { message }),
});

/** As Go prints a list of words: `[a b]`. */
const listText = (names: readonly string[]): string => `[${names.join(' ')}]`;

function wrong(unknown: readonly string[], known: readonly string[], word: string): string {
  const parts: string[] = [];
  if (unknown.length > 0) parts.push(`containers with unknown status: ${listText(unknown)}`);
  if (known.length > 0) parts.push(`containers with ${word} status: ${listText(known)}`);
  return parts.join(', ');
}

function sort(
  containers: readonly Container[],
  statuses: ReadonlyMap<string, ContainerStatus>,
  good: (status: ContainerStatus, container: Container) => boolean,
): { readonly unknown: readonly string[]; readonly bad: readonly string[] } {
  const unknown: string[] = [];
  const bad: string[] = [];
  for (const container of containers) {
    const status = statuses.get(container.name);
    if (status === undefined) unknown.push(container.name);
    else if (!good(status, container)) bad.push(container.name);
  }
  return { unknown, bad };
}

function containersReady({ spec }: Pod, statuses: ReadonlyMap<string, ContainerStatus>, phase: Phase): Judged {
  if (phase === 'Failed') return untrue('PodFailed');
  const counted = [...(spec.initContainers ?? []).filter(isSidecar), ...spec.containers];
  const { unknown, bad } = sort(counted, statuses, (status) => status.ready);
  if (phase === 'Succeeded' && unknown.length === 0) return untrue('PodCompleted');
  const message = wrong(unknown, bad, 'unready');
  return message === '' ? TRUE : untrue('ContainersNotReady', message);
}

function ready({ spec, status }: Pod, containers: Judged): Judged {
  if (containers.status !== 'True') return containers;
  const messages: string[] = [];
  for (const { conditionType } of spec.readinessGates ?? []) {
    const condition = status?.conditions?.find((one) => one.type === conditionType);
    if (condition === undefined) {
      messages.push(`corresponding condition of pod readiness gate "${conditionType}" does not exist.`);
    } else if (condition.status !== 'True') {
      messages.push(`the status of pod readiness gate "${conditionType}" is not "True", but ${condition.status}`);
    }
  }
  return messages.length === 0 ? TRUE : untrue('ReadinessGatesNotReady', messages.join(', '));
}

function initialized({ spec }: Pod, statuses: ReadonlyMap<string, ContainerStatus>, phase: Phase): Judged {
  const { unknown, bad } = sort(spec.initContainers ?? [], statuses, (status, container) =>
    isSidecar(container) ? status.started === true : status.ready,
  );
  if (phase === 'Succeeded' && unknown.length === 0) return { status: 'True', reason: 'PodCompleted' };
  const began = spec.containers.some(({ name }) => {
    const state = statuses.get(name)?.state;
    return state?.running !== undefined || state?.terminated !== undefined;
  });
  const message = began ? '' : wrong(unknown, bad, 'incomplete');
  return message === '' ? TRUE : untrue('ContainersNotInitialized', message);
}

const OWNED = ['PodReadyToStartContainers', 'Initialized', 'Ready', 'ContainersReady', 'PodScheduled'] as const;

/** Those that are there only while they are true. */
const PASSING: readonly string[] = ['PodResizePending', 'PodResizeInProgress'];

/** Whether a kubelet writes this condition; the others are left as they are. */
export const isOwnCondition = (type: string): boolean =>
  (OWNED as readonly string[]).includes(type) || isPassingCondition(type);

export const isPassingCondition = (type: string): boolean => PASSING.includes(type);

/**
 * The conditions that a kubelet owns, after those of others. A transition time is kept while the status is the same.
 * Upstream: pkg/kubelet/status/generate.go.
 */
export function conditionsOf(
  pod: Pod,
  before: readonly PodCondition[],
  containers: readonly ContainerStatus[],
  phase: Phase,
  hasSandbox: boolean,
  passing: readonly PodCondition[],
  now: number,
): readonly PodCondition[] {
  const statuses = new Map(containers.map((one) => [one.name, one]));
  const all = containersReady(pod, statuses, phase);
  const judged: Record<(typeof OWNED)[number], Judged> = {
    PodReadyToStartContainers: hasSandbox ? TRUE : { status: 'False' },
    Initialized: initialized(pod, statuses, phase),
    Ready: ready(pod, all),
    ContainersReady: all,
    PodScheduled: TRUE,
  };
  const others = (pod.status?.conditions ?? []).filter(({ type }) => !isOwnCondition(type));
  const { generation } = pod.metadata;
  return [
    ...others,
    ...[...passing, ...OWNED.map((type) => ({ type, ...judged[type] }))].map((condition): PodCondition => {
      const old = before.find((one) => one.type === condition.type);
      const same = old?.status === condition.status;
      return {
        ...(generation === undefined ? {} : { observedGeneration: generation }),
        ...condition,
        lastTransitionTime: same ? (old.lastTransitionTime ?? timeText(now)) : timeText(now),
      };
    }),
  ];
}
