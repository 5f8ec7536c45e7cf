import { below, type Log, type Random, sleep, type Turns } from '#core/base';
import { events } from '#core/api/tokens';
import type { Event, ObjectReference } from '#core/api/types/core/v1';
import { backoff, type Client } from '#core/client';
import type { KubeObject } from '#core/machinery/object';
import { isStatusError } from '#core/machinery/status';
import { microTimeText, timeText } from '../instants.ts';
import { correlator } from './correlate.ts';

/** Tells users what happens to an object: `kubectl describe` shows it. Never fails and never waits. */
export interface EventRecorder {
  event(
    about: KubeObject | ObjectReference,
    type: 'Normal' | 'Warning',
    reason: string,
    message: string,
    more?: EventDetails,
  ): void;
}

export interface EventDetails {
  /** What was done: `Binding`. */
  readonly action?: string;
  readonly related?: ObjectReference;
}

export interface RecorderParts {
  readonly client: Client;
  readonly turns: Turns;
  readonly random: Random;
  readonly log: Log;
  /** Who speaks: `deployment-controller`, `kubelet`. */
  readonly component: string;
  /** The node that it speaks from, for kubelets. */
  readonly host?: string;
}

/** More than this waiting to be written are dropped: events are told at best effort. */
const MOST_WAITING = 1000;
const TRIES = 12;
const FIRST_WAIT = 500;
const LONGEST_WAIT = 10_000;
/** Upstream's bound on an event's message. */
const MOST_MESSAGE = 1024;

/** Writes events of the core group one after another, repetitions as a count on the first. */
export function eventRecorder(parts: RecorderParts): EventRecorder {
  const { client, turns, log, component, host } = parts;
  const judge = correlator<Event>(turns.clock);
  const waiting: Event[] = [];
  let busy = false;
  // Others speak of the same objects in the same millisecond: names of events must differ all the same.
  let sequence = below(parts.random, 1_000_000);

  const write = async (event: Event): Promise<void> => {
    const verdict = judge({
      about: keyOfReference(event.involvedObject),
      type: event.type ?? '',
      reason: event.reason ?? '',
      message: event.message ?? '',
    });
    if (verdict.is === 'dropped') return;
    if (verdict.is === 'again') {
      const { namespace, name } = verdict.before.metadata;
      const count = (verdict.before.count ?? 1) + 1;
      const patch = { count, message: verdict.message, lastTimestamp: event.lastTimestamp ?? null };
      try {
        return verdict.remember(
          await client.patch(events, { namespace, name: name ?? '' }, { type: 'strategic', patch }),
        );
      } catch (failure) {
        // It has expired since: say it anew.
        if (!isStatusError(failure, 'NotFound')) throw failure;
      }
    }
    verdict.remember(await client.create(events, { ...event, message: verdict.message }));
  };

  const drain = async () => {
    busy = true;
    for (let event = waiting.shift(); event !== undefined; event = waiting.shift()) {
      const waits = backoff(parts.random, FIRST_WAIT, LONGEST_WAIT);
      for (let tries = 1; ; tries++) {
        try {
          await write(event);
          break;
        } catch (failure) {
          const refused = isStatusError(failure) && failure.code < 500 && failure.code !== 429;
          if (refused || tries === TRIES) {
            log.debug('an event was not written', { reason: event.reason, error: String(failure) });
            break;
          }
          await sleep(turns, waits.next());
        }
      }
    }
    busy = false;
  };

  return {
    event(about, type, reason, message, more = {}) {
      if (waiting.length >= MOST_WAITING) return;
      const now = turns.clock.now();
      const involvedObject = referenceTo(about);
      const namespace = involvedObject.namespace ?? 'default';
      const suffix = (BigInt(Math.floor(now)) * 1_000_000n + BigInt(sequence++ % 1_000_000)).toString(16);
      waiting.push({
        kind: 'Event',
        apiVersion: 'v1',
        metadata: { name: `${involvedObject.name ?? 'event'}.${suffix}`, namespace },
        involvedObject,
        reason,
        message: message.length > MOST_MESSAGE ? `${message.slice(0, MOST_MESSAGE - 4)} ...` : message,
        source: { component, ...(host === undefined ? {} : { host }) },
        firstTimestamp: timeText(now),
        lastTimestamp: timeText(now),
        count: 1,
        type,
        // A core Event without an action has no eventTime either: clients tell old and new style by it.
        ...(more.action === undefined ? {} : { action: more.action, eventTime: microTimeText(now) }),
        ...(more.related === undefined ? {} : { related: more.related }),
        reportingComponent: component,
        // An event with a time of its own must name an instance.
        reportingInstance: host ?? (more.action === undefined ? '' : component),
      });
      if (!busy) void drain();
    },
  };
}

const isObject = (about: KubeObject | ObjectReference): about is KubeObject => 'metadata' in about;

/** A reference to an object; a reference stays as it is. */
export function referenceTo(about: KubeObject | ObjectReference): ObjectReference {
  if (!isObject(about)) return about;
  const { apiVersion, kind, metadata } = about;
  const { namespace, name, uid, resourceVersion } = metadata;
  return {
    kind,
    apiVersion,
    ...(namespace === undefined ? {} : { namespace }),
    ...(name === undefined ? {} : { name }),
    ...(uid === undefined ? {} : { uid }),
    ...(resourceVersion === undefined ? {} : { resourceVersion }),
  };
}

const keyOfReference = ({ kind, namespace, name, uid, fieldPath }: ObjectReference): string =>
  [kind, namespace, name, uid, fieldPath].join('/');
