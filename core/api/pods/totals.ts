import type { Container, Pod, PodSpec } from '#core/api/types/core/v1';
import {
  addQuantities,
  compareQuantities,
  milliNumber,
  parseQuantity,
  type Quantity,
  wholeNumber,
} from '#core/machinery/quantity';

type Resources = Readonly<Record<string, string>>;
type Side = 'requests' | 'limits';

/** How amounts are reckoned with. */
export interface Reckoning<V> {
  readonly read: (resource: string, text: string) => V;
  readonly add: (a: V, b: V) => V;
  readonly isLess: (a: V, b: V) => boolean;
}

export const exactly: Reckoning<Quantity> = {
  read: (_, text) => parseQuantity(text),
  add: addQuantities,
  isLess: (a, b) => compareQuantities(a, b) < 0,
};

/** Where speed matters more: thousandths of a processor, and of all else whole ones. */
export const asNumbers: Reckoning<number> = {
  read: (resource, text) => (resource === 'cpu' ? milliNumber(text) : wholeNumber(text)),
  add: (a, b) => a + b,
  isLess: (a, b) => a < b,
};

/** By resource. */
type Amounts<V> = Map<string, V>;

function add<V>(to: Amounts<V>, more: Iterable<readonly [string, V]>, how: Reckoning<V>): void {
  for (const [name, amount] of more) {
    const known = to.get(name);
    to.set(name, known === undefined ? amount : how.add(known, amount));
  }
}

function raise<V>(to: Amounts<V>, more: Iterable<readonly [string, V]>, how: Reckoning<V>): void {
  for (const [name, amount] of more) {
    const known = to.get(name);
    if (known === undefined || how.isLess(known, amount)) to.set(name, amount);
  }
}

function read<V>(list: Resources | undefined, how: Reckoning<V>): Amounts<V> {
  const amounts: Amounts<V> = new Map();
  for (const name in list) amounts.set(name, how.read(name, list[name]!));
  return amounts;
}

/**
 * What containers need together: all at once, or any one init container beside the sidecars started before it, whichever is
 * more.
 */
function together<V>(
  { containers, initContainers }: PodSpec,
  amountsOf: (container: Container) => Amounts<V>,
  how: Reckoning<V>,
): Amounts<V> {
  const all: Amounts<V> = new Map();
  for (const container of containers ?? []) add(all, amountsOf(container), how);
  if (initContainers === undefined) return all;
  const sidecars: Amounts<V> = new Map();
  const most: Amounts<V> = new Map();
  for (const container of initContainers) {
    const own = amountsOf(container);
    if (container.restartPolicy === 'Always') {
      add(all, own, how);
      add(sidecars, own, how);
      raise(most, sidecars, how);
    } else {
      add(own, sidecars, how);
      raise(most, own, how);
    }
  }
  raise(all, most, how);
  return all;
}

/** As its spec has it. Upstream: component-helpers/resource/helpers.go (AggregateContainerRequests, AggregateContainerLimits). */
export const containersTogether = (spec: PodSpec, side: Side): ReadonlyMap<string, Quantity> =>
  together(spec, ({ resources }) => read(resources?.[side], exactly), exactly);

interface Measured {
  readonly resources?: { readonly requests?: Resources; readonly limits?: Resources };
  readonly allocatedResources?: Resources;
}

/** The most of each resource that any of the lists has. */
function mostOf(lists: readonly (Resources | undefined)[]): Resources {
  let most = lists[0] ?? {};
  for (const list of lists) {
    for (const name in list) {
      const known = most[name];
      const text = list[name]!;
      // Nearly always: no resize is under way.
      if (known === text) continue;
      if (known === undefined || compareQuantities(parseQuantity(known), parseQuantity(text)) < 0) {
        most = { ...most, [name]: text };
      }
    }
  }
  return most;
}

/** While a resize is under way, what is wanted and what was given both count; but what cannot ever be given does not. */
function effective(
  wanted: Resources | undefined,
  { resources, allocatedResources }: Measured,
  side: Side,
  { status }: Pod,
): Resources | undefined {
  if (resources === undefined) return wanted;
  const pending = status?.conditions?.find(({ type }) => type === 'PodResizePending');
  const given = side === 'requests' ? [resources.requests, allocatedResources] : [resources.limits];
  return mostOf(pending?.reason === 'Infeasible' ? given : [wanted, ...given]);
}

const isOfPods = (resource: string): boolean =>
  resource === 'cpu' || resource === 'memory' || resource.startsWith('hugepages-');

export interface TotalOptions<V> {
  readonly overhead?: boolean;
  /** What the node has given counts as well: to containers, or also to the pod as a whole. */
  readonly measured?: 'containers' | 'all';
  /** A container that asks for none of these counts as one that asks for so much. */
  readonly missing?: ReadonlyMap<string, V>;
}

const statusOf = (container: string, status: Pod['status']): Measured | undefined =>
  status?.containerStatuses?.find(({ name }) => name === container) ??
  status?.initContainerStatuses?.find(({ name }) => name === container);

/** What a pod needs in all. Upstream: component-helpers/resource/helpers.go (PodRequests, PodLimits). */
export function podTotal<V>(
  pod: Pod,
  side: Side,
  how: Reckoning<V>,
  { overhead = false, measured, missing }: TotalOptions<V> = {},
): ReadonlyMap<string, V> {
  const { spec, status } = pod;
  if (spec === undefined) return new Map();
  const amountsOf = (container: Container): Amounts<V> => {
    const own = container.resources?.[side];
    const given = measured === undefined ? undefined : statusOf(container.name, status);
    const amounts = read(given === undefined ? own : effective(own, given, side, pod), how);
    if (missing !== undefined) {
      for (const [name, amount] of missing) if (!amounts.has(name)) amounts.set(name, amount);
    }
    return amounts;
  };
  const total = together(spec, amountsOf, how);
  const wanted = spec.resources?.[side];
  const ofPod = measured === 'all' && status !== undefined ? effective(wanted, status, side, pod) : wanted;
  for (const name in wanted) {
    if (isOfPods(name) && ofPod?.[name] !== undefined) total.set(name, how.read(name, ofPod[name]));
  }
  if (!overhead || spec.overhead === undefined) return total;
  const more = read(spec.overhead, how);
  if (side === 'limits') {
    // Without a limit there is nothing that overhead could be added to.
    const zero = how.read('', '0');
    for (const name of more.keys()) if (!total.has(name) || !how.isLess(zero, total.get(name)!)) more.delete(name);
  }
  add(total, more, how);
  return total;
}
