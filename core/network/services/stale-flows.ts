import type { Flow, RuleSet } from './rules.ts';

/** What the kernel must forget: UDP has no end of a connection, so a client would go on being sent where nobody is. */
export interface StaleFlow {
  /** Empty for a node port. */
  readonly ip: string;
  readonly port: number;
  /** Only what leads there; absent: all to this port, as there was no endpoint before. */
  readonly target?: string;
}

/** The UDP flows that a change of rules makes stale. */
export function staleFlows(before: RuleSet, after: RuleSet): readonly StaleFlow[] {
  if (before.flows.length === 0 && after.flows.length === 0) return [];
  const wanted = new Map(after.flows.map((flow) => [keyOf(flow), flow]));
  const known = new Map(before.flows.map((flow) => [keyOf(flow), flow]));
  const stale: StaleFlow[] = [];
  for (const flow of before.flows) {
    const kept = new Set(wanted.get(keyOf(flow))?.targets);
    for (const target of flow.targets) if (!kept.has(target)) stale.push({ ip: flow.ip, port: flow.port, target });
  }
  for (const { ip, port, targets } of after.flows) {
    const old = known.get(keyOf({ ip, port }));
    if (targets.length > 0 && (old === undefined || old.targets.length === 0)) stale.push({ ip, port });
  }
  return stale;
}

const keyOf = ({ ip, port }: Pick<Flow, 'ip' | 'port'>): string => `${ip}:${port}`;
