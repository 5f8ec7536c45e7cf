import { type Log, type Random, sleep, type Turns } from '#core/base';
import { leases } from '#core/api/tokens';
import type { Lease } from '#core/api/types/coordination/v1';
import type { Client } from '#core/client';
import { isStatusError } from '#core/machinery/status';
import { microTimeText } from './instants.ts';

export interface LeaderOptions {
  readonly client: Client;
  readonly turns: Turns;
  readonly random: Random;
  readonly log: Log;
  readonly namespace: string;
  /** The Lease: `kube-controller-manager`. */
  readonly name: string;
  /** Who runs: unique among all who might lead. */
  readonly identity: string;
  /** Milliseconds; upstream's 15 s, 10 s and 2 s. */
  readonly leaseDuration?: number;
  readonly renewDeadline?: number;
  readonly retryPeriod?: number;
}

/**
 * Calls `lead` once this process holds the Lease; its signal aborts when the Lease is lost, and the election begins again. On
 * abort of `signal` the Lease is given up, so that the next leader need not wait. Another's lease counts from when this process
 * first saw it in its present form: clocks of two machines are never compared. Upstream: client-go/tools/leaderelection.
 */
export async function leadWhenElected(
  options: LeaderOptions,
  lead: (signal: AbortSignal) => void,
  signal: AbortSignal,
): Promise<void> {
  const { client, turns, random, log, namespace, name, identity } = options;
  const { leaseDuration = 15_000, renewDeadline = 10_000, retryPeriod = 2000 } = options;
  const { clock } = turns;
  const named = { namespace, name };
  let seen: { readonly version: string; readonly at: number } | undefined;

  const mine = (transitions: number, acquireTime: string | undefined): Lease['spec'] => {
    const now = microTimeText(clock.now());
    return {
      holderIdentity: identity,
      leaseDurationSeconds: Math.ceil(leaseDuration / 1000),
      acquireTime: acquireTime ?? now,
      renewTime: now,
      leaseTransitions: transitions,
    };
  };

  /** Takes or renews the Lease; false while another holds it. */
  const attempt = async (): Promise<boolean> => {
    let lease: Lease;
    try {
      lease = await client.get(leases, named);
    } catch (failure) {
      if (!isStatusError(failure, 'NotFound')) throw failure;
      const made: Lease = {
        apiVersion: 'coordination.k8s.io/v1',
        kind: 'Lease',
        metadata: named,
        spec: mine(0, undefined),
      };
      await client.create(leases, made);
      return true;
    }
    const { spec = {} } = lease;
    const holder = spec.holderIdentity ?? '';
    const version = lease.metadata.resourceVersion ?? '';
    if (seen?.version !== version) seen = { version, at: clock.monotonic() };
    const held = (spec.leaseDurationSeconds ?? 0) * 1000;
    if (holder !== '' && holder !== identity && clock.monotonic() - seen.at < held) return false;
    const transitions = (spec.leaseTransitions ?? 0) + (holder === identity ? 0 : 1);
    const next = mine(transitions, holder === identity ? spec.acquireTime : undefined);
    await client.update(leases, { ...lease, spec: { ...spec, ...next } });
    return true;
  };

  const tryOnce = async (): Promise<boolean> => {
    try {
      return await attempt();
    } catch (failure) {
      if (!isStatusError(failure, 'Conflict') && !isStatusError(failure, 'AlreadyExists')) {
        log.warn('the lease could not be taken', { lease: name, error: String(failure) });
      }
      return false;
    }
  };

  const release = async () => {
    try {
      const lease = await client.get(leases, named);
      if (lease.spec?.holderIdentity !== identity) return;
      const spec = {
        ...lease.spec,
        holderIdentity: '',
        leaseDurationSeconds: 1,
        renewTime: microTimeText(clock.now()),
      };
      await client.update(leases, { ...lease, spec });
    } catch (failure) {
      log.debug('the lease could not be given up', { lease: name, error: String(failure) });
    }
  };

  while (!signal.aborted) {
    if (!(await tryOnce())) {
      await wait(turns, retryPeriod * (1 + random.next() * 0.2), signal);
      continue;
    }
    log.info('leading', { lease: name, identity });
    const term = new AbortController();
    lead(term.signal);
    let renewed = clock.monotonic();
    while (!signal.aborted && clock.monotonic() - renewed < renewDeadline) {
      await wait(turns, retryPeriod, signal);
      if (!signal.aborted && (await tryOnce())) renewed = clock.monotonic();
    }
    term.abort(new Error(`the lease ${name} is no longer held`));
    if (signal.aborted) await release();
    else log.warn('the lease was lost', { lease: name, identity });
  }
}

const wait = (turns: Turns, milliseconds: number, signal: AbortSignal) =>
  sleep(turns, milliseconds, signal).catch(() => undefined);
