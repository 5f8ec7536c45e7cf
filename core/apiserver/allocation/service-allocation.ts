import type { Service } from '#core/api/types';
import type { Clock, Crypto, Random } from '#core/base';
import { keyIn, storedIn } from '#core/apiserver/auth';
import type { Accompaniment, Allocation, PlannedWrite } from '#core/apiserver';
import type { KubeObject } from '#core/machinery/object';
import { serviceUnavailable } from '#core/machinery/status';
import { timeOf } from '#core/machinery/values';
import type { Guard, Store, Write } from '#core/store';
import { alignAddresses, carryOver, dropForType } from './carry-over.ts';
import { addressKey, addressObject, type AddressOwner, clusterAddresses } from './cluster-ips.ts';
import { withFamilies } from './families.ts';
import { nodePorts, type PortRange } from './node-ports.ts';
import { heldAddresses, type ServiceChange, type Spec } from './service.ts';

export interface AllocationParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly crypto: Crypto;
  readonly random: Random;
  /** CIDRs, one a family, the default family's first; until there are ServiceCIDR objects. */
  readonly serviceRanges: readonly string[];
  /** Default 30000-32767. */
  readonly nodePortRange?: PortRange;
}

export interface ServiceAllocation extends Allocation {
  close(): void;
}

/**
 * Gives Services their addresses and node ports. A Service and the object that owns its address are written in one transaction; a
 * second family's address, which the store cannot write in the same one, goes before it and comes back if the Service does not.
 */
export function serviceAllocation(parts: AllocationParts): ServiceAllocation {
  const { store, random } = parts;
  const addresses = clusterAddresses(store, storedIn(store), random, parts.serviceRanges);
  const ports = nodePorts(store, random, parts.nodePortRange ?? { first: 30_000, last: 32_767 });

  const allocate = async (write: PlannedWrite, service: Service): Promise<Accompaniment> => {
    const { old, dryRun } = write;
    const change: ServiceChange = {
      name: service.metadata.name ?? '',
      spec: service.spec as Spec,
      old: (old as Service | undefined)?.spec,
    };
    const carried = carryOver(change);
    const aligned = alignAddresses({ ...change, spec: carried });
    const withFamily = withFamilies({ ...change, spec: aligned }, addresses.families);
    const addressed = addresses.allocate({ ...change, spec: withFamily }, dryRun);
    const gained = heldAddresses(addressed).filter((one) => !heldAddresses(change.old).includes(one));
    let allocated;
    try {
      allocated = ports.allocate({ ...change, spec: addressed }, dryRun);
    } catch (failure) {
      addresses.release(gained);
      throw failure;
    }
    const spec = dropForType({ ...change, spec: allocated.spec });
    const object = (spec === change.spec ? service : { ...service, spec }) as KubeObject;
    if (dryRun) return { object };
    const lost = heldAddresses(change.old).filter((one) => !heldAddresses(spec).includes(one));
    const given = () => {
      addresses.release(gained);
      ports.release(allocated.taken);
    };
    return withOwners(parts, ownerOf(service), object, gained, lost, given);
  };

  return {
    concerns: ({ group, resource }) => group === '' && resource === 'services',
    accompany(write) {
      const { object, old, subresource, dryRun } = write;
      if (subresource !== '') return { object };
      if (object !== undefined) return allocate(write, object as unknown as Service);
      if (dryRun || old === undefined) return { object };
      return removal(parts, old as unknown as Service);
    },
    close: () => ports.close(),
  };
}

const ownerOf = ({ metadata: { namespace = '', name = '' } }: Service): AddressOwner => ({ namespace, name });

/** One address's object may go with the Service, gained or lost; the others are written by themselves. */
async function withOwners(
  parts: AllocationParts,
  owner: AddressOwner,
  object: KubeObject,
  gained: readonly string[],
  lost: readonly string[],
  given: () => void,
): Promise<Accompaniment> {
  const [first, ...before] = gained;
  // A transaction writes one object of a resource: an address gained goes first, one lost goes along where none is gained.
  const gone = first === undefined ? lost[0] : undefined;
  const after = first === undefined ? lost.slice(1) : lost;
  const made: string[] = [];
  const undo = () => Promise.all(made.map((address) => removeAddress(parts.store, address, owner)));
  try {
    for (const address of before) {
      await makeAddress(parts, address, owner);
      made.push(address);
    }
  } catch (failure) {
    await undo();
    given();
    throw failure;
  }
  const writes: Write[] = [];
  const guards: Guard[] = [];
  if (first !== undefined) {
    guards.push({ key: addressKey(first), revision: 0 });
    writes.push({ key: addressKey(first), object: newAddress(parts, first, owner) });
  }
  if (gone !== undefined) addRemoval(parts.store, gone, owner, guards, writes);
  return {
    object,
    guards,
    writes,
    settled(committed) {
      given();
      // Should one of these fail, repair finds what is left.
      if (!committed) void undo();
      else for (const address of after) void removeAddress(parts.store, address, owner);
    },
  };
}

/** With the Service go its address and the Endpoints of its name. */
function removal({ store }: AllocationParts, service: Service): Accompaniment {
  const guards: Guard[] = [];
  const writes: Write[] = [];
  const owner = ownerOf(service);
  const [first, ...others] = heldAddresses(service.spec);
  if (first !== undefined) addRemoval(store, first, owner, guards, writes);
  const key = keyIn('', 'endpoints', owner.namespace, owner.name);
  const endpoints = store.latest(key);
  if (endpoints !== undefined && !endpoints.object.metadata.finalizers?.length) {
    guards.push({ key, revision: endpoints.revision });
    writes.push({ key, object: undefined });
  }
  return {
    object: undefined,
    guards,
    writes,
    settled(committed) {
      if (committed) for (const address of others) void removeAddress(store, address, owner);
    },
  };
}

const newAddress = ({ clock, crypto }: AllocationParts, address: string, owner: AddressOwner) =>
  addressObject(address, owner, crypto.uuid(), timeOf(clock.now()));

async function makeAddress(parts: AllocationParts, address: string, owner: AddressOwner): Promise<void> {
  const key = addressKey(address);
  const outcome = await parts.store.commit({
    guards: [{ key, revision: 0 }],
    writes: [{ key, object: newAddress(parts, address, owner) }],
  });
  if (!outcome.ok) throw serviceUnavailable(`cannot take the address ${address}: somebody else just did`);
}

/** Only if it is that Service's. */
function addRemoval(store: Store, address: string, owner: AddressOwner, guards: Guard[], writes: Write[]): void {
  const entry = store.latest(addressKey(address));
  if (entry === undefined || !isOwnedBy(entry.object, owner)) return;
  guards.push({ key: entry.key, revision: entry.revision });
  writes.push({ key: entry.key, object: undefined });
}

async function removeAddress(store: Store, address: string, owner: AddressOwner): Promise<void> {
  const guards: Guard[] = [];
  const writes: Write[] = [];
  addRemoval(store, address, owner, guards, writes);
  if (writes.length > 0) await store.commit({ guards, writes });
}

export function isOwnedBy(object: KubeObject, { namespace, name }: AddressOwner): boolean {
  const parent = (object as { readonly spec?: { readonly parentRef?: Partial<AddressOwner> } }).spec?.parentRef;
  return parent?.namespace === namespace && parent.name === name;
}
