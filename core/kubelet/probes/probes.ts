import type { Random, Timer, Turns } from '#core/base';
import { type Container, type Pod, type PodStatus, type Probe, isSidecar } from '../api.ts';
import type { Observed, ProbeResults } from '../plan/index.ts';
import type { ContainerStatus } from '../runtime.ts';
import type { Probing } from './probing.ts';

export type ProbeKind = 'startup' | 'liveness' | 'readiness';

/** The probes of one pod: they run while its containers do. Upstream: pkg/kubelet/prober. */
export interface Probes {
  readonly results: ReadonlyMap<string, ProbeResults>;
  /** Starts and ends probes so that they fit what runs. `stopping`: a pod on its way out is asked for readiness only. */
  fit(pod: Pod, observed: Observed, stopping: boolean): void;
  stop(): void;
}

export interface ProbesParts {
  readonly turns: Turns;
  readonly random: Random;
  readonly probing: Probing;
  /** What was reported before this kubelet started: a container that was ready stays so until a probe says otherwise. */
  readonly reported: PodStatus;
  readonly startedAt: number;
  readonly changed: () => void;
  readonly tell: (container: string, reason: 'Unhealthy' | 'ProbeWarning', message: string) => void;
}

const KINDS: readonly ProbeKind[] = ['startup', 'liveness', 'readiness'];
const TITLE = { startup: 'Startup', liveness: 'Liveness', readiness: 'Readiness' } as const;

/** Upstream: the time within which a container counts as one that ran before this kubelet. */
const BEFORE_START = 10_000;

const probeOf = (container: Container, kind: ProbeKind): Probe | undefined =>
  kind === 'startup'
    ? container.startupProbe
    : kind === 'liveness'
      ? container.livenessProbe
      : container.readinessProbe;

interface Running {
  readonly kind: ProbeKind;
  readonly id: string;
  stop(): void;
}

export function createProbes(parts: ProbesParts): Probes {
  const { turns, changed } = parts;
  const results = new Map<string, ProbeResults>();
  const running = new Map<string, Running>();

  const say = (id: string, kind: ProbeKind, good: boolean) => {
    const before = results.get(id);
    if (before?.[kind] === good) return;
    results.set(id, { ...before, [kind]: good });
    changed();
  };

  const seed = (container: Container, status: ContainerStatus) => {
    if (results.has(status.id)) return;
    const old = [...(parts.reported.containerStatuses ?? []), ...(parts.reported.initContainerStatuses ?? [])].find(
      (one) => one.name === container.name && one.containerID?.endsWith(`//${status.id}`) === true,
    );
    const ranBefore = old !== undefined && status.startedAt < parts.startedAt - BEFORE_START;
    results.set(status.id, {
      ...(ranBefore && old.started === true ? { startup: true } : {}),
      ...(ranBefore && old.ready ? { readiness: true } : {}),
    });
  };

  const begin = (container: Container, status: ContainerStatus, kind: ProbeKind, probe: Probe, podIP: string) => {
    const key = `${status.id}/${kind}`;
    if (running.has(key)) return;
    running.set(
      key,
      startProbe(parts, container, status, kind, probe, podIP, (good) => say(status.id, kind, good)),
    );
  };

  return {
    results,
    fit(pod, observed, stopping) {
      const wanted = new Set<string>();
      const podIP = observed.sandboxes[0]?.ips[0] ?? pod.status?.podIP ?? '';
      const probed = [...(pod.spec.initContainers ?? []).filter(isSidecar), ...pod.spec.containers];
      const known = new Set<string>();
      for (const container of probed) {
        const status = observed.containers.find((one) => one.name === container.name);
        if (status?.state !== 'running') continue;
        known.add(status.id);
        if (KINDS.every((kind) => probeOf(container, kind) === undefined)) continue;
        seed(container, status);
        const started = container.startupProbe === undefined || results.get(status.id)?.startup === true;
        for (const kind of KINDS) {
          const probe = probeOf(container, kind);
          const due = kind === 'startup' ? !started && results.get(status.id)?.startup === undefined : started;
          if (probe === undefined || !due || (stopping && kind !== 'readiness')) continue;
          if (kind === 'liveness' && results.get(status.id)?.liveness === false) continue;
          wanted.add(`${status.id}/${kind}`);
          begin(container, status, kind, probe, podIP);
        }
      }
      for (const [key, one] of running) {
        if (wanted.has(key)) continue;
        one.stop();
        running.delete(key);
      }
      for (const id of results.keys()) if (!known.has(id)) results.delete(id);
    },
    stop() {
      for (const one of running.values()) one.stop();
      running.clear();
    },
  };

  function startProbe(
    { random, probing, tell }: ProbesParts,
    container: Container,
    status: ContainerStatus,
    kind: ProbeKind,
    probe: Probe,
    podIP: string,
    settle: (good: boolean) => void,
  ): Running {
    const period = (probe.periodSeconds ?? 10) * 1000;
    let timer: Timer | undefined;
    let over = false;
    let last: boolean | undefined;
    let run = 0;

    const ask = async () => {
      const { result, output } = await probing({ container, id: status.id, podIP, probe });
      if (over) return;
      take(result, output);
      if (!over) timer = turns.after(period, () => void ask());
    };
    const take = (result: string, output: string) => {
      if (result === 'error') {
        return tell(
          container.name,
          'Unhealthy',
          `${TITLE[kind]} probe errored and resulted in unknown state: ${output}`,
        );
      }
      const good = result !== 'failure';
      if (!good) tell(container.name, 'Unhealthy', `${TITLE[kind]} probe failed: ${output}`);
      if (result === 'warning') tell(container.name, 'ProbeWarning', `${TITLE[kind]} probe warning: ${output}`);
      run = last === good ? run + 1 : 1;
      last = good;
      if (run >= (good ? (probe.successThreshold ?? 1) : (probe.failureThreshold ?? 3))) settle(good);
    };

    const delay = status.startedAt + (probe.initialDelaySeconds ?? 0) * 1000 - turns.clock.now();
    // After a restart of the kubelet not all probes of a node are due at once.
    const spread = status.startedAt < parts.startedAt ? random.next() * period : 0;
    timer = turns.after(Math.max(0, delay) + spread, () => void ask());
    return {
      kind,
      id: status.id,
      stop() {
        over = true;
        timer?.cancel();
      },
    };
  }
}
