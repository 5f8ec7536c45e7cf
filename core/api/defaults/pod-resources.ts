import { containersTogether } from '#core/api/pods';
import type { Container, Pod } from '#core/api/types';
import { formatQuantity } from '#core/machinery/quantity';

type Resources = Readonly<Record<string, string>>;

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

/** A pod with resources of its own: huge pages limits and requests that follow from its containers and its limits. */
export function podLevelResources(pod: Pod): Pod {
  const own = pod.spec.resources;
  if (own === undefined) return pod;
  const limits: Record<string, string> = { ...own.limits };
  if (own.limits !== undefined || own.requests !== undefined)
    for (const [name, amount] of containersTogether(pod.spec, 'limits'))
      if (isHugePages(name) && !Object.hasOwn(own.requests ?? {}, name) && !Object.hasOwn(limits, name))
        limits[name] = formatQuantity(amount);
  if (Object.keys(limits).length === 0) return pod;
  const requests: Record<string, string> = { ...own.requests };
  for (const [name, amount] of containersTogether(pod.spec, 'requests'))
    if (isPodLevel(name) && !isHugePages(name) && !Object.hasOwn(requests, name))
      requests[name] = formatQuantity(amount);
  for (const [name, amount] of Object.entries(limits))
    if (isPodLevel(name) && !Object.hasOwn(requests, name)) requests[name] = amount;
  const resources = { ...own, limits: sorted(limits), requests: sorted(requests) };
  return { ...pod, spec: { ...pod.spec, resources } };
}
