import { type Container, type Pod, isSidecar, podText } from '../api.ts';
import { containerHash, restartCountOf } from '../labels.ts';
import type { ContainerStatus } from '../runtime.ts';
import { type Action, type ContainerKind, type Held, type Plan, type Stop, deadlineOf, graceOf } from './actions.ts';
import { durationText, retryAt } from './back-off.ts';
import { changedAmounts, restartsFor } from './resize.ts';
import { restartsWhenCondemned } from './restart.ts';
import { type Observed, type World } from './world.ts';

/** Collects what is to be done. One container is started at a time, in the order of the pod. */
export class Draft {
  readonly #world: World;
  readonly #sandbox: string;
  readonly #stops: Stop[] = [];
  readonly #starts: Action[] = [];
  readonly #held: Held[] = [];
  readonly #resized: { readonly id: string; readonly name: string }[] = [];
  #lookAgain = Infinity;

  constructor(world: World, sandbox: string) {
    this.#world = world;
    this.#sandbox = sandbox;
    const deadline = deadlineOf(world.pod);
    if (deadline !== undefined) this.#lookAgain = deadline;
  }

  start(container: Container, kind: ContainerKind, before: ContainerStatus | undefined): void {
    const { observed, backOffs, failures, now, pod, renewed, stopping } = this.#world;
    if (before !== undefined && stopping.has(before.id)) return;
    const failure = failures.get(container.name);
    if (failure !== undefined && failure.retryAt > now) {
      const { later } = failure;
      const said = later !== undefined && later.at <= now ? later : failure;
      this.#hold(container.name, said.reason, said.message, failure.retryAt);
      if (later !== undefined && later.at > now) this.#lookAgain = Math.min(this.#lookAgain, later.at);
      return;
    }
    // One that was stopped to be started anew did not fail; what counts is how the instance before it ended.
    const ends = observed.containers.filter((one) => one.name === container.name && one.state === 'exited');
    const ended = ends[renewed.has(container.name) && ends[0] === before ? 1 : 0];
    if (ended !== undefined && before !== undefined) {
      const backOff = backOffs.get(container.name);
      const until = retryAt(backOff, ended.finishedAt);
      if (until > now && backOff !== undefined) {
        const message = `back-off ${durationText(backOff.delay)} restarting failed container=${container.name} pod=${podText(pod)}`;
        return this.#hold(container.name, 'CrashLoopBackOff', message, until);
      }
    }
    this.#starts.push({
      do: 'start',
      name: container.name,
      kind,
      sandbox: this.#sandbox,
      restartCount: before === undefined ? 0 : restartCountOf(before) + 1,
      endedAt: ended?.finishedAt,
    });
  }

  /** Stops a running container that changed or that its probes condemned, its next start follows once it is gone; resizes it. */
  judge(container: Container, status: ContainerStatus): void {
    const { probes, pod, stopping } = this.#world;
    if (stopping.has(status.id)) return;
    const hash = status.annotations['io.kubernetes.container.hash'];
    const of = isSidecar(container) && isInit(pod, container) ? 'Init container' : 'Container';
    if (hash !== undefined && hash !== containerHash(container)) {
      const message = `${of} ${container.name} definition changed${of === 'Container' ? ', will be restarted' : ''}`;
      return this.stop(status, message, graceOf(pod), true);
    }
    const results = probes.get(status.id);
    const failed = results?.liveness === false ? 'liveness' : results?.startup === false ? 'startup' : undefined;
    if (failed === undefined) return this.#resize(container, status);
    const probe = failed === 'liveness' ? container.livenessProbe : container.startupProbe;
    const renew = restartsWhenCondemned(container, pod.spec);
    const message = `${of} ${container.name} failed ${failed} probe${of === 'Container' && renew ? ', will be restarted' : ''}`;
    this.stop(status, message, probe?.terminationGracePeriodSeconds ?? graceOf(pod), renew);
  }

  #resize(container: Container, status: ContainerStatus): void {
    const changed = changedAmounts(container, status);
    if (restartsFor(container, changed)) {
      return this.stop(status, `Container ${container.name} resize requires restart`, graceOf(this.#world.pod), true);
    }
    if (changed.length > 0) this.#resized.push({ id: status.id, name: status.name });
  }

  stop(status: ContainerStatus, message: string, graceSeconds: number, renew: boolean): void {
    this.#stops.push({ do: 'stop', container: status.id, name: status.name, graceSeconds, message, renew });
  }

  finish(): Plan {
    const starts = this.#world.starting ? [] : this.#starts.slice(0, 1);
    return {
      actions: [...this.#stops, ...this.#resizes(), ...starts, ...surplus(this.#world)],
      held: this.#held,
      terminal: false,
      still: false,
      lookAgain: this.#lookAgain === Infinity ? undefined : this.#lookAgain,
    };
  }

  /** After a failure once more, until the pod's own limits are right, too. */
  #resizes(): readonly Action[] {
    const { resize, now } = this.#world;
    const { underWay, failure } = resize;
    if (underWay || (this.#resized.length === 0 && failure === undefined)) return [];
    if (failure !== undefined && failure.retryAt > now) {
      this.#lookAgain = Math.min(this.#lookAgain, failure.retryAt);
      return [];
    }
    return [{ do: 'resize', containers: this.#resized }];
  }

  #hold(name: string, reason: string, message: string, until: number): void {
    this.#held.push({ name, reason, message, until });
    if (until < this.#lookAgain) this.#lookAgain = until;
  }
}

const isInit = ({ spec }: Pod, { name }: Container) => spec.initContainers?.some((one) => one.name === name) === true;

/** Dead instances beyond the last one of each container, and sandboxes that are not the newest: logs keep one generation. */
function surplus({ observed, stopping }: World): Action[] {
  const actions: Action[] = [];
  const seen = new Map<string, number>();
  for (const one of observed.containers) {
    const count = (seen.get(one.name) ?? 0) + 1;
    seen.set(one.name, count);
    if (count > 2 && one.state !== 'running' && !stopping.has(one.id)) {
      actions.push({ do: 'removeContainer', container: one.id });
    }
  }
  for (const sandbox of observed.sandboxes.slice(1)) {
    if (!sandbox.ready && !observed.containers.some((one) => one.sandbox === sandbox.id && needed(one, observed))) {
      actions.push({ do: 'removeSandbox', sandbox: sandbox.id });
    }
  }
  return actions;
}

/** The last two instances of a container are kept: the present and the one before it (`kubectl logs --previous`). */
const needed = (one: ContainerStatus, { containers }: Observed): boolean => {
  const same = containers.filter((other) => other.name === one.name);
  return same.indexOf(one) < 2;
};
