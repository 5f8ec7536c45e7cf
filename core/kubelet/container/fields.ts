import { compareQuantities, parseQuantity, quantityOf, wholeOf, milliOf } from '#core/machinery/quantity';
import type { Container, FieldRef, Node, Pod, ResourceFieldRef } from '../api.ts';

/** What the downward API may be asked for is not there; the message is for users. */
export class FieldFailure extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'FieldFailure';
  }
}

/** What only the node knows of a pod. */
export interface FieldWorld {
  readonly pod: Pod;
  readonly nodeName: string;
  readonly hostIPs: readonly string[];
  readonly podIPs: readonly string[];
  readonly node: Node | undefined;
}

const QUOTED = (text: string) => JSON.stringify(text);

/** A map as the downward API writes it in a file: sorted, quoted, a line each. */
const mapText = (map: Readonly<Record<string, string>> = {}): string =>
  Object.keys(map)
    .sort()
    .map((key) => `${key}=${QUOTED(map[key]!)}`)
    .join('\n');

/** The value of `metadata.labels['x']`, `status.podIP`, ... Upstream: pkg/fieldpath, pkg/kubelet/kubelet_pods.go. Throws a FieldFailure. */
export function fieldValue({ pod, nodeName, hostIPs, podIPs }: FieldWorld, { fieldPath }: FieldRef): string {
  const { metadata, spec } = pod;
  const subscript = /^metadata\.(labels|annotations)\['(.*)'\]$/.exec(fieldPath);
  if (subscript !== null) return metadata[subscript[1] as 'labels' | 'annotations']?.[subscript[2]!] ?? '';
  switch (fieldPath) {
    case 'metadata.name':
      return metadata.name ?? '';
    case 'metadata.namespace':
      return metadata.namespace ?? '';
    case 'metadata.uid':
      return metadata.uid ?? '';
    case 'metadata.labels':
      return mapText(metadata.labels);
    case 'metadata.annotations':
      return mapText(metadata.annotations);
    case 'spec.nodeName':
      return spec.nodeName ?? nodeName;
    case 'spec.serviceAccountName':
      return spec.serviceAccountName ?? '';
    case 'status.hostIP':
      return hostIPs[0] ?? '';
    case 'status.hostIPs':
      return hostIPs.join(',');
    case 'status.podIP':
      return podIPs[0] ?? '';
    case 'status.podIPs':
      return podIPs.join(',');
    default:
      throw new FieldFailure(`unsupported fieldPath: ${fieldPath}`);
  }
}

/** The value of `limits.cpu`, `requests.memory`, ..., in units of the divisor, rounded up. A limit that is not set is the node's allocatable. */
export function resourceValue(
  { pod, node }: FieldWorld,
  reference: ResourceFieldRef,
  own: Container | undefined,
): string {
  const { containerName = '', resource, divisor = '0' } = reference;
  const all = [...(pod.spec.initContainers ?? []), ...pod.spec.containers];
  const container = containerName === '' ? own : all.find((one) => one.name === containerName);
  if (container === undefined) throw new FieldFailure(`container ${containerName} not found`);
  const match = /^(limits|requests)\.(.+)$/.exec(resource);
  if (match === null) throw new FieldFailure(`unsupported container resource : ${resource}`);
  const [, of, name] = match as unknown as [string, 'limits' | 'requests', string];
  const set = container.resources?.[of]?.[name];
  const fallback =
    of === 'limits' || ['cpu', 'memory', 'ephemeral-storage'].includes(name)
      ? node?.status?.allocatable?.[name]
      : undefined;
  const amount = parseQuantity(set ?? (of === 'limits' ? fallback : undefined) ?? '0');
  const unit = parseQuantity(divisor);
  const by = compareQuantities(unit, quantityOf(0)) === 0 ? quantityOf(1) : unit;
  // Cpu may be asked for in thousandths; everything else comes whole.
  const [above, below] = name === 'cpu' ? [milliOf(amount), milliOf(by)] : [wholeOf(amount), wholeOf(by)];
  return String((above + below - 1n) / below);
}
