import { createHeap, type Timer, type Turns } from '#core/base';
import type { ClusterChange, Plugin } from './plugins/index.ts';
import type { PodInfo } from './snapshot.ts';

/** A pod that waits for a node. */
export interface Waiting {
  info: PodInfo;
  attempts: number;
  /** When it may be tried first; equal priorities go by it. */
  readonly since: number;
  readonly sequence: number;
  /** Those that turned it away at the last attempt. */
  plugins: ReadonlySet<string>;
  state: 'active' | 'backoff' | 'unschedulable' | 'underway';
  timer: Timer | undefined;
  /** What changed while it was under way: where that could let it fit, it waits only for its back-off. */
  readonly changes: Set<ClusterChange>;
}

export interface SchedulingQueue {
  /** A pod that needs a node, or what such a pod is now. */
  put(info: PodInfo): void;
  remove(uid: string): void;
  /** The next to try: the highest priority, then who waits longest. */
  take(): Waiting | undefined;
  /** It did not fit: it waits for a change that concerns those who turned it away. */
  setAside(waiting: Waiting, plugins: ReadonlySet<string>): void;
  /** Something failed that is not the pod's fault: again after the back-off. */
  retry(waiting: Waiting): void;
  /** Something changed in the cluster. */
  wake(change: ClusterChange): void;
  readonly size: number;
  stop(): void;
}

/** Milliseconds. Upstream: pkg/scheduler/backend/queue/scheduling_queue.go. */
const FIRST_BACKOFF = 1000;
const LONGEST_BACKOFF = 10_000;
const UNSCHEDULABLE_AT_MOST = 5 * 60_000;
const FLUSH_EVERY = 30_000;

/** `ready` is called whenever there is something to take. */
export function schedulingQueue(turns: Turns, plugins: readonly Plugin[], ready: () => void): SchedulingQueue {
  const all = new Map<string, Waiting>();
  const asideSince = new Map<Waiting, number>();
  const wakes = new Map(plugins.map(({ name, wakes: changes }) => [name, new Set(changes)]));
  let sequence = 0;
  let flushing: Timer;

  const active = createHeap<Waiting>((a, b) =>
    a.info.priority !== b.info.priority
      ? a.info.priority > b.info.priority
      : a.since !== b.since
        ? a.since < b.since
        : a.sequence < b.sequence,
  );
  const underway = new Set<Waiting>();
  const activate = (waiting: Waiting) => {
    waiting.timer?.cancel();
    waiting.timer = undefined;
    waiting.state = 'active';
    asideSince.delete(waiting);
    active.push(waiting);
    ready();
  };
  const backOff = (waiting: Waiting) => {
    asideSince.delete(waiting);
    waiting.state = 'backoff';
    const milliseconds = Math.min(FIRST_BACKOFF * 2 ** (waiting.attempts - 1), LONGEST_BACKOFF);
    waiting.timer = turns.after(milliseconds, () => {
      if (waiting.state === 'backoff') activate(waiting);
    });
  };
  const concerns = (turnedAway: ReadonlySet<string>, change: ClusterChange): boolean => {
    if (turnedAway.size === 0) return change === 'nodeAdded';
    for (const name of turnedAway) if (wakes.get(name)?.has(change) !== false) return true;
    return false;
  };
  const flush = () => {
    const now = turns.clock.monotonic();
    for (const [waiting, since] of asideSince) if (now - since >= UNSCHEDULABLE_AT_MOST) activate(waiting);
    flushing = turns.after(FLUSH_EVERY, flush);
  };
  flushing = turns.after(FLUSH_EVERY, flush);

  return {
    get size() {
      return all.size;
    },
    put(info) {
      const known = all.get(info.uid);
      if (known !== undefined) {
        known.info = info;
        // What it asks for may have changed: worth a try.
        if (known.state === 'unschedulable') activate(known);
        return;
      }
      const waiting: Waiting = {
        info,
        attempts: 0,
        since: turns.clock.monotonic(),
        sequence: sequence++,
        plugins: new Set(),
        state: 'active',
        timer: undefined,
        changes: new Set(),
      };
      all.set(info.uid, waiting);
      activate(waiting);
    },
    remove(uid) {
      const known = all.get(uid);
      if (known === undefined) return;
      all.delete(uid);
      known.timer?.cancel();
      asideSince.delete(known);
      underway.delete(known);
      // A heap gives up only its first: one that is in it is passed over when its turn comes.
    },
    take() {
      for (let next = active.pop(); next !== undefined; next = active.pop()) {
        if (all.get(next.info.uid) !== next || next.state !== 'active') continue;
        next.state = 'underway';
        underway.add(next);
        next.changes.clear();
        next.attempts++;
        return next;
      }
      return undefined;
    },
    setAside(waiting, turnedAway) {
      underway.delete(waiting);
      if (all.get(waiting.info.uid) !== waiting) return;
      waiting.plugins = turnedAway;
      for (const change of waiting.changes) if (concerns(turnedAway, change)) return backOff(waiting);
      waiting.state = 'unschedulable';
      asideSince.set(waiting, turns.clock.monotonic());
    },
    retry(waiting) {
      underway.delete(waiting);
      if (all.get(waiting.info.uid) === waiting) backOff(waiting);
    },
    wake(change) {
      for (const waiting of asideSince.keys()) if (concerns(waiting.plugins, change)) backOff(waiting);
      for (const waiting of underway) waiting.changes.add(change);
    },
    stop() {
      flushing.cancel();
      for (const { timer } of all.values()) timer?.cancel();
      all.clear();
    },
  };
}
