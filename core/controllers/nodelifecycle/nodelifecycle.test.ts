import { expect, test } from 'vitest';
import type { Node, NodeCondition, Taint } from '#core/api/types/core/v1';
import type { Lease } from '#core/api/types/coordination/v1';
import { conditionsOf, observe } from './health.ts';
import { evictingKey, evictingTaints, isEvictingRightly, noScheduleTaints, reachableTaints } from './taints.ts';
import { zonesOf } from './zones.ts';

const NOW = Date.parse('2026-03-01T12:00:00Z');

interface Sketch {
  readonly ready?: string;
  readonly heartbeat?: string;
  readonly pressure?: string;
  readonly taints?: readonly Taint[];
  readonly unschedulable?: boolean;
  readonly zone?: string;
}
function node({
  ready = 'True',
  heartbeat = 'h1',
  pressure = 'False',
  taints,
  unschedulable,
  zone = 'z',
}: Sketch): Node {
  const conditions: NodeCondition[] =
    ready === ''
      ? []
      : [
          { type: 'Ready', status: ready, lastHeartbeatTime: heartbeat },
          { type: 'MemoryPressure', status: pressure },
          { type: 'NetworkUnavailable', status: 'False' },
        ];
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: 'n', creationTimestamp: '2026-01-01T00:00:00Z', labels: { 'topology.kubernetes.io/zone': zone } },
    spec: { ...(taints && { taints }), ...(unschedulable && { unschedulable }) },
    status: { conditions },
  };
}
const lease = (renewTime: string) => ({ spec: { renewTime } }) as Lease;

test('a sign of life is a change, whatever time it says', () => {
  const first = observe(undefined, node({}), lease('t1'), 1000);
  expect(first.seen).toBe(1000);
  expect(observe(first, node({}), lease('t1'), 9000)).toBe(first);
  expect(observe(first, node({}), lease('t0 of a skewed clock'), 9000).seen).toBe(9000);
  expect(observe(first, node({ heartbeat: 'h2' }), lease('t1'), 9000).seen).toBe(9000);
});

test.each([
  { it: 'a living one', of: node({}), silent: 50_000, wants: 'same' },
  {
    it: 'a silent one',
    of: node({}),
    silent: 50_001,
    wants:
      'Ready=Unknown/NodeStatusUnknown MemoryPressure=Unknown/NodeStatusUnknown NetworkUnavailable=False/ DiskPressure=Unknown/NodeStatusNeverUpdated PIDPressure=Unknown/NodeStatusNeverUpdated',
  },
  { it: 'one that never spoke, in its first minute', of: node({ ready: '' }), silent: 60_000, wants: 'same' },
  {
    it: 'one that never spoke',
    of: node({ ready: '' }),
    silent: 60_001,
    wants:
      'Ready=Unknown/NodeStatusNeverUpdated MemoryPressure=Unknown/NodeStatusNeverUpdated DiskPressure=Unknown/NodeStatusNeverUpdated PIDPressure=Unknown/NodeStatusNeverUpdated',
  },
  { it: 'one known to be silent', of: node({ ready: 'Unknown' }), silent: 1e9, wants: 'same' },
])('$it', ({ of, silent, wants }) => {
  const memory = observe(undefined, of, undefined, 0);
  const conditions = conditionsOf(of, memory, { monotonic: silent, now: NOW, grace: 50_000 });
  const shown = conditions.map(({ type, status, reason = '' }) => `${type}=${status}/${reason}`).join(' ');
  expect(conditions === of.status!.conditions ? 'same' : shown).toBe(wants);
});

const show = (taints: readonly Taint[]) =>
  taints.map(({ key, effect }) => `${key.replace('node.kubernetes.io/', '')}:${effect}`);
const own: Taint = { key: 'mine', effect: 'NoSchedule' };
const taint = (key: string, effect: Taint['effect']): Taint => ({ key: `node.kubernetes.io/${key}`, effect });

test.each([
  { it: 'none', of: node({ taints: [own] }), wants: ['mine:NoSchedule'] },
  { it: 'not ready', of: node({ ready: 'False', taints: [own] }), wants: ['mine:NoSchedule', 'not-ready:NoSchedule'] },
  {
    it: 'unreachable instead',
    of: node({ ready: 'Unknown', taints: [taint('not-ready', 'NoSchedule')] }),
    wants: ['unreachable:NoSchedule'],
  },
  {
    it: 'pressure and cordon',
    of: node({ pressure: 'True', unschedulable: true }),
    wants: ['memory-pressure:NoSchedule', 'unschedulable:NoSchedule'],
  },
  {
    it: 'what is over goes',
    of: node({ taints: [taint('unschedulable', 'NoSchedule'), taint('not-ready', 'NoExecute')] }),
    wants: ['not-ready:NoExecute'],
  },
])('NoSchedule taints: $it', ({ of, wants }) => expect(show(noScheduleTaints(of, NOW))).toEqual(wants));

test('the taint that makes pods leave follows the state', () => {
  const silent = node({ ready: 'Unknown', taints: [taint('not-ready', 'NoExecute'), own] });
  expect(isEvictingRightly(silent)).toBe(false);
  const taints = evictingTaints(silent, evictingKey(silent)!, NOW);
  expect(show(taints)).toEqual(['mine:NoSchedule', 'unreachable:NoExecute']);
  expect(isEvictingRightly({ ...silent, spec: { taints } })).toBe(true);
  expect(show(reachableTaints({ ...silent, spec: { taints } }))).toEqual(['mine:NoSchedule']);
});

test.each([
  { it: 'a dead node of many', states: ['True', 'True', 'Unknown'], wants: { cutOff: false, rates: [0.1] } },
  {
    it: 'most of a small zone',
    states: ['True', 'Unknown', 'Unknown', 'Unknown'],
    wants: { cutOff: false, rates: [0] },
  },
  {
    it: 'most of a large zone',
    states: [...Array.from({ length: 20 }, () => 'True'), ...Array.from({ length: 40 }, () => 'False')],
    wants: { cutOff: false, rates: [0.01] },
  },
  { it: 'everything', states: ['Unknown', 'False'], wants: { cutOff: true, rates: [0] } },
])('zones: $it', ({ states, wants }) => {
  const { zones, cutOff } = zonesOf(
    states.map((ready) => node({ ready })),
    0.1,
  );
  expect({ cutOff, rates: zones.map(({ rate }) => rate) }).toEqual(wants);
});

test('zones: one that is cut off whole still moves while another stands', () => {
  const { zones, cutOff } = zonesOf([node({ zone: 'a', ready: 'Unknown' }), node({ zone: 'b' })], 0.1);
  expect([cutOff, ...zones.map(({ rate }) => rate)]).toEqual([false, 0.1, 0.1]);
});
