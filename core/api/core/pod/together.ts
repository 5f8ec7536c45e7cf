import type { PodSpec } from '#core/api/types';
import { addQuantities, compareQuantities, parseQuantity, type Quantity } from '#core/machinery/quantity';

type Resources = Readonly<Record<string, string>>;

/**
 * What the containers need together: all at once, or any one init container beside the sidecars started before it.
 * Upstream: component-helpers/resource/helpers.go (AggregateContainerRequests, AggregateContainerLimits).
 */
export function containersTogether(spec: PodSpec, side: 'limits' | 'requests'): ReadonlyMap<string, Quantity> {
  const sum = new Map<string, Quantity>();
  for (const container of spec.containers ?? []) add(sum, container.resources?.[side]);
  const sidecars = new Map<string, Quantity>();
  const most = new Map<string, Quantity>();
  for (const container of spec.initContainers ?? []) {
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
