import { type Context, messageOf, tellContainer } from '../context.ts';
import { type Pod, podKey } from '../api.ts';
import {
  type Action,
  type BackOff,
  NO_RESIZE,
  raise,
  type Resize,
  type StartFailure,
  type Stop,
} from '../plan/index.ts';
import type { Operations } from './operations.ts';

/** What of a pod is under way, and how what ended went: by it the next plan is made. */
export interface Progress {
  readonly backOffs: ReadonlyMap<string, BackOff>;
  readonly failures: ReadonlyMap<string, StartFailure>;
  readonly renewed: ReadonlySet<string>;
  /** Containers that are being stopped, and until when they may take, in milliseconds. */
  readonly stopping: ReadonlyMap<string, number>;
  readonly starting: boolean;
  readonly resize: Omit<Resize, 'pending'>;
  /** Sandboxes or containers are being removed. */
  readonly removing: boolean;
  /** Begins an action of a plan; whatever comes of it pokes the worker. */
  carryOut(action: Action): void;
}

export interface ProgressParts {
  readonly context: Context;
  readonly operations: Operations;
  readonly uid: string;
  /** As it is known now. */
  readonly pod: () => Pod;
  readonly poke: () => void;
  readonly pokeLater: (milliseconds: number) => void;
  /** A sandbox has been made. */
  readonly settled: () => void;
}

/** Milliseconds after which a failed stop is tried again. */
export const RETRY = 1000;
/** Milliseconds after which a resize is tried again that the node or the runtime refused. */
export const RETRY_RESIZE = 5000;

export function createProgress(parts: ProgressParts): Progress {
  const { context, operations, uid, poke, pokeLater } = parts;
  const { turns, observer, runtime, log } = context;
  const backOffs = new Map<string, BackOff>();
  const failures = new Map<string, StartFailure>();
  const renewed = new Set<string>();
  const stopping = new Map<string, number>();
  const leaving = new Set<string>();
  let starting = false;
  let sandboxFailures = 0;
  let resize: Progress['resize'] = NO_RESIZE;

  const carryOut = (action: Action) => {
    switch (action.do) {
      case 'createSandbox': {
        if (action.changed) {
          context.recorder.event(
            parts.pod(),
            'Normal',
            'SandboxChanged',
            'Pod sandbox changed, it will be killed and re-created.',
          );
        }
        return begin('', operations.createSandbox(parts.pod(), action.attempt, sandboxFailures));
      }
      case 'start': {
        const { name, endedAt } = action;
        if (endedAt !== undefined) backOffs.set(name, raise(backOffs.get(name), endedAt, turns.clock.now()));
        renewed.delete(name);
        return begin(name, operations.startContainer(parts.pod(), name, action.sandbox, action.restartCount));
      }
      case 'stop':
        return stop(action);
      case 'resize':
        return resizeContainers(action.containers);
      case 'stopSandbox':
        return leave(action.sandbox, () => runtime.stopSandbox(action.sandbox), observer.touchSandbox);
      case 'removeSandbox':
        return leave(action.sandbox, () => runtime.removeSandbox(action.sandbox), observer.touchSandbox);
      case 'removeContainer':
        return leave(action.container, () => runtime.removeContainer(action.container), observer.touchContainer);
    }
  };

  const begin = (name: string, operation: Promise<StartFailure | undefined>) => {
    starting = true;
    void operation
      .catch((failure: unknown): StartFailure => {
        log.error('starting failed unexpectedly', {
          pod: podKey(parts.pod()),
          container: name,
          failure: messageOf(failure),
        });
        return { reason: 'RunContainerError', message: messageOf(failure), retryAt: turns.clock.now() + 10 * RETRY };
      })
      .then((failure) => {
        starting = false;
        if (failure === undefined) failures.delete(name);
        else failures.set(name, failure);
        if (name === '') {
          sandboxFailures = failure === undefined ? 0 : sandboxFailures + 1;
          if (failure === undefined) parts.settled();
        }
        const later = failure?.later;
        if (later !== undefined) tellBackOff(name, later.at);
        poke();
      });
  };

  /** As upstream's second look at an image that could not be had. */
  const tellBackOff = (name: string, at: number) => {
    turns.after(at - turns.clock.now(), () => {
      const image = parts.pod().spec.containers.find((one) => one.name === name)?.image ?? '';
      tellContainer(context, parts.pod(), name, 'Normal', 'BackOff', `Back-off pulling image "${image}"`);
      tellContainer(context, parts.pod(), name, 'Warning', 'Failed', 'Error: ImagePullBackOff');
    });
  };

  const stop = ({ container, name, graceSeconds, message, renew }: Stop) => {
    const status = observer.of(uid).containers.find((one) => one.id === container);
    if (status === undefined) return;
    const again = stopping.has(container);
    stopping.set(container, turns.clock.now() + graceSeconds * 1000);
    if (!again) tellContainer(context, parts.pod(), name, 'Normal', 'Killing', message);
    const operation = again
      ? runtime.stopContainer(container, Math.max(2, graceSeconds))
      : operations.stopContainer(parts.pod(), status, graceSeconds);
    void operation.then(
      () => {
        stopping.delete(container);
        if (renew) renewed.add(name);
        poke();
      },
      (failure: unknown) => {
        log.warn('cannot stop a container', { pod: podKey(parts.pod()), container, failure: messageOf(failure) });
        stopping.delete(container);
        pokeLater(RETRY);
      },
    );
  };

  const resizeContainers = (containers: readonly { readonly id: string; readonly name: string }[]) => {
    resize = { ...resize, underWay: true };
    void operations.resize(parts.pod(), containers).then(
      () => {
        resize = { ...resize, underWay: false, failure: undefined };
        poke();
      },
      (failure: unknown) => {
        const message = messageOf(failure);
        log.warn('cannot resize a pod', { pod: podKey(parts.pod()), failure: message });
        resize = { ...resize, underWay: false, failure: { message, retryAt: turns.clock.now() + RETRY_RESIZE } };
        poke();
      },
    );
  };

  const leave = (id: string, operation: () => Promise<void>, touch: (id: string) => Promise<void>) => {
    if (leaving.has(id)) return;
    leaving.add(id);
    void operation()
      .then(() => touch(id))
      .then(
        () => {
          leaving.delete(id);
          poke();
        },
        (failure: unknown) => {
          log.warn('cannot stop or remove a sandbox or container', {
            pod: podKey(parts.pod()),
            id,
            failure: messageOf(failure),
          });
          leaving.delete(id);
          pokeLater(RETRY);
        },
      );
  };

  return {
    backOffs,
    failures,
    renewed,
    stopping,
    get starting() {
      return starting;
    },
    get resize() {
      return resize;
    },
    get removing() {
      return leaving.size > 0;
    },
    carryOut,
  };
}
