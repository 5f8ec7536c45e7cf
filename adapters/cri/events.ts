import { setTimeout as wait } from 'node:timers/promises';
import { fromBase64 } from '#core/base';
import type { RuntimeEvent } from '#core/kubelet';
import { RuntimeFailure } from '#core/kubelet';
import type { Channel } from './channel.ts';
import type { WireEnvelope } from './wire.ts';

const SUBSCRIBE_AGAIN = 500;
const SETTLE_STEP = 10;
const SETTLE_LIMIT = 2000;

const KINDS: Readonly<Record<string, RuntimeEvent['kind']>> = {
  '/tasks/create': 'created',
  '/tasks/start': 'started',
  '/tasks/exit': 'stopped',
  '/tasks/oom': 'oom',
  '/containers/delete': 'deleted',
};

/** What an id stands for, as the runtime knows it. */
export type Place = { readonly sandbox: string; readonly container?: string };

export interface EventParts {
  readonly channel: Channel;
  /** Undefined for what is not Kubernetes'. */
  locate(id: string): Promise<Place | undefined>;
  /** Whether CRI's own status has caught up with the exit. */
  hasExited(place: Place): Promise<boolean>;
}

/**
 * containerd's own events instead of CRI's: 1.6 has no others, and they come 5 ms after an exit instead of 50. CRI's status
 * is behind them, so an exit is passed on only once the status tells it too. Subscribes again whenever the stream breaks.
 */
export async function followEvents(
  { channel, locate, hasExited }: EventParts,
  listener: (event: RuntimeEvent) => void,
  signal: AbortSignal,
): Promise<void> {
  const pass = async (envelope: WireEnvelope): Promise<void> => {
    const kind = KINDS[envelope.topic];
    const ids = envelope.event === null ? undefined : identities(fromBase64(envelope.event.value ?? ''));
    if (kind === undefined || ids === undefined) return;
    // An exit with a different id is that of an exec.
    if (envelope.topic === '/tasks/exit' && ids.second !== '' && ids.second !== ids.first) return;
    const place = await locate(ids.first);
    if (place === undefined) return;
    if (kind === 'stopped') {
      for (let waited = 0; waited < SETTLE_LIMIT && !(await hasExited(place)); waited += SETTLE_STEP) {
        await wait(SETTLE_STEP);
      }
    }
    if (!signal.aborted) listener({ ...place, kind });
  };
  const subscription = { filters: ['namespace==k8s.io,topic~="/tasks/"', 'namespace==k8s.io,topic~="/containers/"'] };
  while (!signal.aborted) {
    try {
      await channel.stream<WireEnvelope>(
        'Subscribe',
        subscription,
        (envelope) => void pass(envelope).catch(() => undefined),
        signal,
      );
    } catch (error) {
      // Another runtime than containerd: relisting has to do.
      if (error instanceof RuntimeFailure && error.reason === 'unsupported') return;
    }
    await wait(SUBSCRIBE_AGAIN, undefined, { signal }).catch(() => undefined);
  }
}

/** The first two string fields of an event: every task event starts with the container's id, an exit goes on with the process's. */
export function identities(bytes: Uint8Array): { first: string; second: string } | undefined {
  let at = 0;
  const texts = ['', ''];
  for (const [index, tag] of [0x0a, 0x12].entries()) {
    if (bytes[at] !== tag) break;
    const length = bytes[at + 1] ?? 0;
    // Ids are 64 characters; longer than 127 none of them is.
    if (length > 127 || at + 2 + length > bytes.length) return undefined;
    texts[index] = Buffer.from(bytes.subarray(at + 2, at + 2 + length)).toString();
    at += 2 + length;
  }
  return texts[0] === '' ? undefined : { first: texts[0]!, second: texts[1]! };
}
