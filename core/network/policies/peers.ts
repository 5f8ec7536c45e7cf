import type { Pod } from '#core/api/types/core/v1';
import type { NetworkPolicyPeer, NetworkPolicyPort } from '#core/api/types/networking/v1';
import { type LabelSelector, type LabelSelectorObject, nothing, selectorOfObject } from '#core/machinery/selectors';

/** The pods that have an address of their own, and the labels of namespaces. */
export interface Neighbours {
  readonly podsOf: ReadonlyMap<string, readonly Pod[]>;
  readonly namespaces: ReadonlyMap<string, Readonly<Record<string, string>>>;
}

/** The other side of a rule: pods, or ranges of addresses without parts of them. `undefined`: everybody. */
export type Peers =
  | {
      readonly pods: readonly Pod[];
      readonly blocks: readonly { readonly cidr: string; readonly except: readonly string[] }[];
    }
  | undefined;

/** Validation keeps invalid selectors out; one that is there all the same selects nothing. */
export function selectorOf(object: LabelSelectorObject | undefined): LabelSelector {
  try {
    return selectorOfObject(object);
  } catch {
    return nothing;
  }
}

/** Whom the peers of one rule name, seen from the policy's namespace. An empty list is everybody. */
export function peersOf(list: readonly NetworkPolicyPeer[] | undefined, namespace: string, world: Neighbours): Peers {
  if (list === undefined || list.length === 0) return undefined;
  const pods = new Set<Pod>();
  const blocks: { cidr: string; except: readonly string[] }[] = [];
  for (const { podSelector, namespaceSelector, ipBlock } of list) {
    if (ipBlock !== undefined) {
      const { cidr, except = [] } = ipBlock;
      if (cidr.includes('.')) blocks.push({ cidr, except: except.filter((one) => one.includes('.')) });
      continue;
    }
    const isPeer = podSelector === undefined ? () => true : selectorOf(podSelector).matches;
    for (const name of namespacesOf(namespaceSelector, namespace, world)) {
      for (const pod of world.podsOf.get(name) ?? []) if (isPeer(pod.metadata.labels)) pods.add(pod);
    }
  }
  return { pods: [...pods], blocks };
}

function namespacesOf(
  selector: LabelSelectorObject | undefined,
  namespace: string,
  { namespaces }: Neighbours,
): readonly string[] {
  if (selector === undefined) return [namespace];
  const { matches } = selectorOf(selector);
  return [...namespaces].filter(([, labels]) => matches(labels)).map(([name]) => name);
}

/** A rule's port in nft's words: `tcp dport 80`, `udp dport 8000-8010`, `meta l4proto sctp`. */
export function portMatch({ protocol = 'TCP', port, endPort }: NetworkPolicyPort): string {
  const name = protocol.toLowerCase();
  if (typeof port !== 'number') return `meta l4proto ${name}`;
  return `${name} dport ${endPort === undefined || endPort === port ? port : `${port}-${endPort}`}`;
}

/** The number that a pod's containers give a port's name. */
export function namedPort(pod: Pod, name: string, protocol: string): number | undefined {
  const { containers, initContainers = [] } = pod.spec;
  for (const container of [...containers, ...initContainers]) {
    const found = container.ports?.find((port) => port.name === name && (port.protocol ?? 'TCP') === protocol);
    if (found !== undefined) return found.containerPort;
  }
  return undefined;
}
