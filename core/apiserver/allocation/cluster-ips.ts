import type { ServiceCIDR } from '#core/api/types';
import type { Random } from '#core/base';
import { type AddressRange, parseAddress, parseRange, rangeText } from '#core/machinery/names';
import type { KubeObject } from '#core/machinery/object';
import { internalError, invalid } from '#core/machinery/status';
import { keyIn, type Stored } from '#core/apiserver/auth';
import type { Key, Store } from '#core/store';
import { addressAt, bandOf, isUsable, pick, usableSize } from './ranges.ts';
import {
  type Family,
  familyOf,
  heldAddresses,
  isExternalName,
  isHeadless,
  refused,
  type ServiceChange,
  type Spec,
} from './service.ts';

const GROUP = 'networking.k8s.io';
const STEP = 16;
const MAX_UPPER = 256;

export interface ClusterAddresses {
  /** The families of the cluster, the default first. */
  readonly families: readonly Family[];
  /** The spec with the addresses that it lacks. Throws a StatusError where one asked for cannot be had or all are taken. */
  allocate(change: ServiceChange, dryRun: boolean): Spec;
  /** Addresses that were chosen and are not in the store yet are given to nobody else. */
  release(addresses: readonly string[]): void;
}

/** Where the object that owns an address lies. */
export const addressKey = (address: string): Key => keyIn(GROUP, 'ipaddresses', '', address);

/** `ranges` (CIDRs, the default family first) count until ServiceCIDR objects do. */
export function clusterAddresses(
  store: Store,
  stored: Stored,
  random: Random,
  ranges: readonly string[],
): ClusterAddresses {
  const families = [...new Set(ranges.map(familyOf))];
  const reserved = new Set<string>();
  const isTaken = (address: string) => reserved.has(address) || store.latest(addressKey(address)) !== undefined;

  const rangesOf = (family: Family): readonly AddressRange[] => {
    const ready = [...stored.list<ServiceCIDR>(GROUP, 'servicecidrs')].filter(isReady);
    const texts = ready.length === 0 ? ranges : ready.flatMap(({ spec }) => spec?.cidrs ?? []);
    return texts.filter((text) => familyOf(text) === family).map((text) => parseRange(text)!);
  };
  const fixed = (name: string, clusterIPs: readonly string[], address: string, dryRun: boolean): string => {
    const refuse = (why: string) =>
      refused(name, [invalid('spec.clusterIPs', clusterIPs, `failed to allocate IP ${address}: ${why}`)]);
    const parsed = parseAddress(address)!;
    const known = rangesOf(familyOf(address));
    if (!known.some((range) => isUsable(range, parsed))) {
      const [first] = known;
      if (!dryRun || first === undefined) throw refuse('the provided network does not match the current range');
      const range = rangeText(first);
      throw refuse(`the provided IP (${address}) is not in the valid range. The range of valid IPs is ${range}`);
    }
    // Upstream's dry run does not look whether it is taken either.
    if (dryRun) return address;
    if (isTaken(address)) throw refuse('provided IP is already allocated');
    return address;
  };
  const chosen = (name: string, family: Family, dryRun: boolean): string => {
    for (const range of rangesOf(family)) {
      if (dryRun) return addressAt(range, -1);
      const offset = pick(bandOf(usableSize(range), STEP, MAX_UPPER), random, (at) => isTaken(addressAt(range, at)));
      if (offset !== undefined) return addressAt(range, offset);
    }
    throw internalError(`failed to allocate a serviceIP for Service ${JSON.stringify(name)}: range is full`);
  };

  return {
    families,
    allocate({ name, spec, old }, dryRun) {
      if (isExternalName(spec) || isHeadless(spec)) return spec;
      const held = new Set(heldAddresses(old));
      const asked = spec.clusterIPs ?? [];
      const taken: string[] = [];
      try {
        const clusterIPs = (spec.ipFamilies ?? []).map((family, i) => {
          const wanted = asked[i] ?? '';
          if (wanted !== '' && held.has(wanted)) return wanted;
          // A Service keeps its address for life; validation says so to whoever wants another one.
          if (wanted !== '' && old !== undefined && !isExternalName(old) && i < (old.clusterIPs?.length ?? 0))
            return wanted;
          const address = wanted === '' ? chosen(name, family as Family, dryRun) : fixed(name, asked, wanted, dryRun);
          if (!dryRun) {
            reserved.add(address);
            taken.push(address);
          }
          return address;
        });
        return clusterIPs.length === 0 ? spec : { ...spec, clusterIP: clusterIPs[0]!, clusterIPs };
      } catch (failure) {
        for (const address of taken) reserved.delete(address);
        throw failure;
      }
    },
    release(addresses) {
      for (const address of addresses) reserved.delete(address);
    },
  };
}

const isReady = ({ metadata, status }: ServiceCIDR) =>
  metadata.deletionTimestamp === undefined &&
  (status?.conditions ?? []).some((one) => one.type === 'Ready' && one.status === 'True');

export interface AddressOwner {
  readonly namespace: string;
  readonly name: string;
}

/** The object by which a Service owns an address. */
export const addressObject = (
  address: string,
  { namespace, name }: AddressOwner,
  uid: string,
  creationTimestamp: string,
): KubeObject =>
  ({
    kind: 'IPAddress',
    apiVersion: `${GROUP}/v1`,
    metadata: {
      name: address,
      uid,
      creationTimestamp,
      labels: {
        'ipaddress.kubernetes.io/ip-family': familyOf(address),
        'ipaddress.kubernetes.io/managed-by': 'ipallocator.k8s.io',
      },
    },
    spec: { parentRef: { resource: 'services', namespace, name } },
  }) as KubeObject;
