import type { IPAddress, Service } from '#core/api/types';
import type { Clock, Crypto, Log, Turns } from '#core/base';
import { keyIn } from '#core/apiserver/auth';
import { timeOf } from '#core/machinery/values';
import type { Store } from '#core/store';
import { addressKey, addressObject } from './cluster-ips.ts';
import { heldAddresses } from './service.ts';
import { isOwnedBy } from './service-allocation.ts';

export interface RepairParts {
  readonly store: Store;
  readonly turns: Turns;
  readonly clock: Clock;
  readonly crypto: Crypto;
  readonly log: Log;
}

/** Milliseconds; upstream repairs every three minutes. */
const INTERVAL = 3 * 60_000;
/** An address's object may be a moment ahead of its Service. */
const GRACE = 60_000;

/**
 * Addresses whose Service is gone become free, and Services whose address nobody owns own it again.
 * Upstream: pkg/registry/core/service/ipallocator/controller/repairip.go.
 */
export function startRepair(parts: RepairParts): { close(): void } {
  const { turns, log } = parts;
  let closed = false;
  let timer: { cancel(): void } | undefined;
  const again = () => {
    timer = turns.after(INTERVAL, () => {
      repair(parts)
        .catch((error: unknown) => log.warn('cannot repair the addresses of services', { error: String(error) }))
        .finally(() => {
          if (!closed) again();
        });
    });
  };
  again();
  return {
    close() {
      closed = true;
      timer?.cancel();
    },
  };
}

/** One round. */
export async function repair({ store, clock, crypto, log }: RepairParts): Promise<void> {
  for (const entry of store.view('networking.k8s.io/ipaddresses/').range()) {
    const { metadata, spec } = entry.object as unknown as IPAddress;
    const parent = spec?.parentRef;
    if (
      metadata.labels?.['ipaddress.kubernetes.io/managed-by'] !== 'ipallocator.k8s.io' ||
      parent?.resource !== 'services'
    )
      continue;
    if (clock.now() - Date.parse(metadata.creationTimestamp ?? '') < GRACE) continue;
    const service = store.latest(keyIn('', 'services', parent.namespace ?? '', parent.name ?? ''))
      ?.object as unknown as Service | undefined;
    if (heldAddresses(service?.spec).includes(metadata.name ?? '')) continue;
    log.info('free the address of a service that does not have it', { address: metadata.name, service: parent.name });
    await store.commit({
      guards: [{ key: entry.key, revision: entry.revision }],
      writes: [{ key: entry.key, object: undefined }],
    });
  }
  for (const { object } of store.view('/services/').range()) {
    const { metadata, spec } = object as unknown as Service;
    const owner = { namespace: metadata.namespace ?? '', name: metadata.name ?? '' };
    for (const address of heldAddresses(spec)) {
      const key = addressKey(address);
      const existing = store.latest(key);
      if (existing !== undefined) {
        if (!isOwnedBy(existing.object, owner))
          log.warn('an address of a service is owned by another', { address, service: owner.name });
        continue;
      }
      const made = addressObject(address, owner, crypto.uuid(), timeOf(clock.now()));
      await store.commit({ guards: [{ key, revision: 0 }], writes: [{ key, object: made }] });
    }
  }
}
