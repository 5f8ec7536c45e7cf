import type { Node } from '#core/api/types/core/v1';
import { readyOf } from './health.ts';

/** How much of a zone is down: pods of a few dead nodes move, those of a zone that is cut off stay where they are. */
export type ZoneState = 'Normal' | 'PartialDisruption' | 'FullDisruption';

const REGION = 'topology.kubernetes.io/region';
const ZONE = 'topology.kubernetes.io/zone';
const EXCLUDED = 'node.kubernetes.io/exclude-disruption';
/** This share of a zone's nodes down, and more than two of them, is a disruption. */
const DISRUPTED = 0.55;
/** A zone of more nodes still evicts while it is partly disrupted, slowly. */
const LARGE = 50;
const SLOW_RATE = 0.01;

export const zoneOf = ({ metadata }: Node): string =>
  `${metadata.labels?.[REGION] ?? ''}:${metadata.labels?.[ZONE] ?? ''}`;

/** Upstream: pkg/controller/nodelifecycle/node_lifecycle_controller.go (ComputeZoneState). */
export function stateOf(nodes: readonly Node[]): ZoneState {
  const down = nodes.filter((node) => readyOf(node)?.status !== 'True').length;
  if (down === 0) return 'Normal';
  if (down === nodes.length) return 'FullDisruption';
  return down > 2 && down / nodes.length >= DISRUPTED ? 'PartialDisruption' : 'Normal';
}

export interface Zone {
  readonly name: string;
  readonly state: ZoneState;
  readonly nodes: readonly Node[];
  /** Nodes a second whose pods may be made to leave. */
  readonly rate: number;
}

/** The zones and how fast each may evict; nowhere at all while every node of every zone is down: then it is us who are cut off. */
export function zonesOf(
  nodes: readonly Node[],
  rate: number,
): { readonly zones: readonly Zone[]; readonly cutOff: boolean } {
  const byZone = new Map<string, Node[]>();
  for (const node of nodes) {
    if (node.metadata.labels?.[EXCLUDED] !== undefined) continue;
    const name = zoneOf(node);
    const list = byZone.get(name);
    if (list === undefined) byZone.set(name, [node]);
    else list.push(node);
  }
  const zones = [...byZone].map(([name, members]): Zone => {
    const state = stateOf(members);
    const slow = members.length > LARGE ? SLOW_RATE : 0;
    return { name, state, nodes: members, rate: state === 'PartialDisruption' ? slow : rate };
  });
  const cutOff = zones.length > 0 && zones.every(({ state }) => state === 'FullDisruption');
  return { zones: cutOff ? zones.map((zone) => ({ ...zone, rate: 0 })) : zones, cutOff };
}
