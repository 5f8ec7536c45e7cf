import type { Container, Pod } from '#core/api/types';
import {
  addQuantities,
  compareQuantities,
  formatQuantity,
  parseQuantity,
  type Quantity,
} from '#core/machinery/quantity';

type Resources = Readonly<Record<string, string>>;
type Side = 'limits' | 'requests';

const isHugePages = (name: string): boolean => name.startsWith('hugepages-');
const isPodLevel = (name: string): boolean => name === 'cpu' || name === 'memory' || isHugePages(name);

/** A container that sets a limit and no request asks for its limit. */
export function requestsFromLimits(container: Container): Container {
  const { limits, requests } = container.resources ?? {};
  if (limits === undefined) return container;
  const missing = Object.keys(limits).filter((name) => !Object.hasOwn(requests ?? {}, name));
  if (missing.length === 0) return container;
  const all = { ...requests, ...Object.fromEntries(missing.map((name) => [name, limits[name]!])) };
  return { ...container, resources: { ...container.resources, requests: sorted(all) } };
}

/** Resources are written in the order of their names. */
const sorted = (resources: Resources): Resources =>
  Object.fromEntries(
    Object.keys(resources)
      .sort()
      .map((name) => [name, resources[name]!]),
  );

/**
 * What the containers need together: all at once, or any one init container beside the sidecars started before it.
 * Upstream: component-helpers/resource/helpers.go.
 */
function together(pod: Pod, side: Side): Map<string, Quantity> {
  const sum = new Map<string, Quantity>();
  for (const container of pod.spec.containers ?? []) add(sum, container.resources?.[side]);
  const sidecars = new Map<string, Quantity>();
  const most = new Map<string, Quantity>();
  for (const container of pod.spec.initContainers ?? []) {
    const own = container.resources?.[side];
    const isSidecar = container.restartPolicy === 'Always';
    if (isSidecar) {
      add(sum, own);
      add(sidecars, own);
    }
    const here = new Map(sidecars);
    if (!isSidecar) add(here, own);
    raise(most, here);
  }
  raise(sum, most);
  return sum;
}

function add(to: Map<string, Quantity>, resources: Resources | undefined): void {
  for (const [name, amount] of Object.entries(resources ?? {})) {
    const known = to.get(name);
    const quantity = parseQuantity(amount);
    to.set(name, known === undefined ? quantity : addQuantities(known, quantity));
  }
}

function raise(to: Map<string, Quantity>, from: ReadonlyMap<string, Quantity>): void {
  for (const [name, amount] of from) {
    const known = to.get(name);
    if (known === undefined || compareQuantities(known, amount) < 0) to.set(name, amount);
  }
}

/** A pod with resources of its own: huge pages limits and requests that follow from its containers and its limits. */
export function podLevelResources(pod: Pod): Pod {
  const own = pod.spec.resources;
  if (own === undefined) return pod;
  const limits: Record<string, string> = { ...own.limits };
  if (own.limits !== undefined || own.requests !== undefined)
    for (const [name, amount] of together(pod, 'limits'))
      if (isHugePages(name) && !Object.hasOwn(own.requests ?? {}, name) && !Object.hasOwn(limits, name))
        limits[name] = formatQuantity(amount);
  if (Object.keys(limits).length === 0) return pod;
  const requests: Record<string, string> = { ...own.requests };
  for (const [name, amount] of together(pod, 'requests'))
    if (isPodLevel(name) && !isHugePages(name) && !Object.hasOwn(requests, name))
      requests[name] = formatQuantity(amount);
  for (const [name, amount] of Object.entries(limits))
    if (isPodLevel(name) && !Object.hasOwn(requests, name)) requests[name] = amount;
  const resources = { ...own, limits: sorted(limits), requests: sorted(requests) };
  return { ...pod, spec: { ...pod.spec, resources } };
}
