import type { Endpoint, EndpointPort, EndpointSlice } from '#core/api/types/discovery/v1';
import { equal } from '../common/equal.ts';

/** Endpoints that are reached at the same ports, to be spread over slices of one address type. */
export interface Group {
  readonly addressType: 'IPv4' | 'IPv6';
  readonly ports: readonly EndpointPort[];
  readonly endpoints: readonly Endpoint[];
}

export interface Arrangement {
  readonly create: readonly EndpointSlice[];
  readonly update: readonly EndpointSlice[];
  readonly delete: readonly EndpointSlice[];
}

export interface Shelf {
  /** What there is, of this owner. */
  readonly existing: readonly EndpointSlice[];
  readonly groups: readonly Group[];
  /** Endpoints that one slice holds. */
  readonly most: number;
  /** A slice without endpoints, as it would be created. */
  readonly fresh: (addressType: Group['addressType'], ports: readonly EndpointPort[]) => EndpointSlice;
  /** The labels and annotations that a slice should have. */
  readonly dressed: (slice: EndpointSlice) => EndpointSlice;
}

/**
 * Spreads endpoints over slices with few writes: each stays where it is, what is new goes to slices that are written anyway, then
 * to one with room for all of it, then to new ones; slices to be deleted are used again for ones to be created. Upstream:
 * k8s.io/endpointslice/reconciler.go.
 */
export function arrange({ existing, groups, most, fresh, dressed }: Shelf): Arrangement {
  const create: EndpointSlice[] = [];
  const update: EndpointSlice[] = [];
  const spare: EndpointSlice[] = [];
  const wanted = new Map(groups.map((group) => [keyOf(group.addressType, group.ports), group]));
  const shelved = new Map<string, EndpointSlice[]>();
  for (const slice of existing) {
    const key = keyOf(slice.addressType, slice.ports ?? []);
    if (!wanted.has(key)) {
      spare.push(slice);
      continue;
    }
    const list = shelved.get(key);
    if (list === undefined) shelved.set(key, [slice]);
    else list.push(slice);
  }
  for (const [key, group] of wanted) place(group, shelved.get(key) ?? []);

  // A write costs watchers less than a deletion and a creation.
  for (let index = 0; index < spare.length && create.length > 0;) {
    const old = spare[index]!;
    const at = create.findIndex(({ addressType }) => addressType === old.addressType);
    if (at < 0) {
      index++;
      continue;
    }
    const [made] = create.splice(at, 1);
    spare.splice(index, 1);
    update.push(dressed({ ...old, ports: made!.ports ?? [], endpoints: made!.endpoints ?? [] }));
  }
  return { create, update, delete: spare };

  function place(group: Group, slices: readonly EndpointSlice[]): void {
    const left = new Map(group.endpoints.map((endpoint) => [identityOf(endpoint), endpoint]));
    const changed: { readonly slice: EndpointSlice; readonly endpoints: Endpoint[] }[] = [];
    const unchanged: EndpointSlice[] = [];
    for (const slice of slices) {
      const kept: Endpoint[] = [];
      let differs = false;
      for (const endpoint of slice.endpoints ?? []) {
        const identity = identityOf(endpoint);
        const next = left.get(identity);
        if (next === undefined) {
          differs = true;
          continue;
        }
        left.delete(identity);
        if (equal(next, endpoint)) kept.push(endpoint);
        else {
          kept.push(next);
          differs = true;
        }
      }
      const empty = kept.length === 0 && group.endpoints.length > 0;
      if (empty) spare.push(slice);
      else if (differs || dressed(slice) !== slice) changed.push({ slice, endpoints: kept });
      else unchanged.push(slice);
    }
    const rest = [...left.values()];
    changed.sort((a, b) => b.endpoints.length - a.endpoints.length);
    for (const { endpoints } of changed) endpoints.push(...rest.splice(0, Math.max(0, most - endpoints.length)));
    if (rest.length > 0 && rest.length < most) {
      const roomy = fullest(unchanged, most - rest.length);
      if (roomy !== undefined)
        changed.push({ slice: roomy, endpoints: [...(roomy.endpoints ?? []), ...rest.splice(0)] });
    }
    for (const { slice, endpoints } of changed) update.push(dressed({ ...slice, endpoints }));
    while (rest.length > 0) create.push({ ...fresh(group.addressType, group.ports), endpoints: rest.splice(0, most) });
    // An owner without endpoints has one empty slice, so that clients see that it was looked at.
    if (group.endpoints.length === 0 && slices.length === 0) create.push(fresh(group.addressType, group.ports));
    if (group.endpoints.length === 0) spare.push(...slices.slice(1));
  }
}

/** The slice with the most endpoints among those of at most `size`. */
function fullest(slices: readonly EndpointSlice[], size: number): EndpointSlice | undefined {
  let best: EndpointSlice | undefined;
  for (const slice of slices) {
    const length = slice.endpoints?.length ?? 0;
    if (length <= size && (best === undefined || length > (best.endpoints?.length ?? 0))) best = slice;
  }
  return best;
}

/** Ports in any order are the same ports. */
function keyOf(addressType: string, ports: readonly EndpointPort[]): string {
  const texts = ports.map(({ name = '', protocol = 'TCP', port, appProtocol = '' }) =>
    [name, protocol, port ?? '', appProtocol].join('/'),
  );
  return [addressType, ...texts.toSorted()].join(',');
}

/** What makes an endpoint the same one as before, whatever else changes about it. */
function identityOf({ addresses, hostname = '', targetRef }: Endpoint): string {
  return [...addresses.toSorted(), hostname, targetRef?.namespace, targetRef?.name, targetRef?.uid].join(',');
}
