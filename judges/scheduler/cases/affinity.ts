import { pods } from '#core/api/tokens';
import { type Labels, podOf } from '../world.ts';
import type { Case } from './case.ts';

const ZONE = 'topology.kubernetes.io/zone';
const HOST = 'kubernetes.io/hostname';
const WEB = { app: 'web' };
const on = (name: string) => ({ nodeSelector: { [HOST]: name } });
const term = (topologyKey: string, more: object = {}) => ({
  topologyKey,
  labelSelector: { matchLabels: WEB },
  ...more,
});
const together = (...args: Parameters<typeof term>) => ({
  affinity: { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term(...args)] } },
});
const apart = (...args: Parameters<typeof term>) => ({
  affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term(...args)] } },
});
const spread = (topologyKey: string, more: object = {}) => ({
  topologySpreadConstraints: [
    { topologyKey, maxSkew: 1, whenUnsatisfiable: 'DoNotSchedule', labelSelector: { matchLabels: WEB }, ...more },
  ],
});
const web = (name: string, spec: object = {}, labels: Labels = WEB) => podOf(name, { labels, spec });

/** Pods beside pods. */
export const affinity: readonly Case[] = [
  { it: 'company in a zone', pods: [web('x', on('n1')), web('p', together(ZONE), {})] },
  { it: 'no company', pods: [podOf('p', { spec: together(ZONE) })] },
  {
    it: 'company that comes later',
    pods: [podOf('p', { spec: together(ZONE) })],
    afterwards: (client) => client.create(pods, web('x', on('n1'))),
  },
  {
    it: 'the first of its company',
    pods: [web('p', { ...together(ZONE), ...on('n2') }), web('q', together(HOST), {})],
  },
  {
    it: 'apart from its like',
    pods: [web('p', { ...apart(HOST), ...on('n1') }), web('q', { ...apart(HOST), ...on('n1') }), web('r', on('n1'))],
  },
  {
    it: 'apart over zones',
    pods: [web('p', apart(ZONE)), web('q', apart(ZONE)), web('r', apart(ZONE))],
    anywhere: ['p', 'q'],
  },
  {
    it: 'apart by namespaces',
    pods: [
      web('p', on('n1')),
      podOf('q', { spec: { ...apart(HOST, { namespaceSelector: { matchLabels: { team: 'judges' } } }), ...on('n1') } }),
      podOf('r', { spec: { ...apart(HOST, { namespaceSelector: { matchLabels: { team: 'x' } } }), ...on('n1') } }),
      podOf('s', { spec: { ...apart(HOST, { namespaces: ['default'] }), ...on('n1') } }),
    ],
  },
  {
    it: 'apart but for those of another generation',
    pods: [
      web('p', on('n1'), { ...WEB, generation: '1' }),
      web('q', { ...apart(HOST, { matchLabelKeys: ['generation'] }), ...on('n1') }, { ...WEB, generation: '2' }),
      web('r', { ...apart(HOST, { mismatchLabelKeys: ['generation'] }), ...on('n1') }, { ...WEB, generation: '2' }),
    ],
  },
  { it: 'drawn by company', pods: [web('x', on('n2')), podOf('p', { spec: preferring(100) })] },
  {
    it: 'put off by company',
    pods: [web('x', on('n1')), web('y', on('n2')), podOf('p', { spec: preferring(-100) })],
  },
  {
    it: 'spread evenly',
    pods: [web('x', on('n1')), web('y', spread(ZONE)), web('z', { ...spread(ZONE), ...on('n1') })],
    anywhere: ['y'],
  },
  {
    it: 'too uneven',
    pods: [web('x', on('n1')), web('p', { ...spread(HOST, { nodeAffinityPolicy: 'Ignore' }), ...on('n1') })],
  },
  { it: 'spread over what no node has', pods: [web('p', spread('rack'))] },
  {
    it: 'fewer domains than wanted',
    pods: [web('x', on('n1')), web('y', on('n2')), web('p', spread(ZONE, { minDomains: 5 }))],
  },
  {
    it: 'spread over nodes whose taints count',
    pods: [
      web('x', on('n1')),
      web('y', on('n2')),
      web('p', { ...spread(ZONE, { nodeTaintsPolicy: 'Honor' }), nodeSelector: { [ZONE]: 'a' } }),
    ],
  },
  {
    it: 'spread by generations',
    pods: [
      web('x', on('n1'), { ...WEB, generation: '1' }),
      web('p', { ...spread(HOST, { matchLabelKeys: ['generation'] }), ...on('n1') }, { ...WEB, generation: '2' }),
    ],
  },
  {
    it: 'rather spread',
    pods: [web('x', on('n1')), web('y', on('n2')), web('p', spread(HOST, { whenUnsatisfiable: 'ScheduleAnyway' }))],
  },
];

function preferring(weight: number) {
  const preferred = [{ weight: Math.abs(weight), podAffinityTerm: term(HOST) }];
  return {
    affinity: {
      [weight > 0 ? 'podAffinity' : 'podAntiAffinity']: { preferredDuringSchedulingIgnoredDuringExecution: preferred },
    },
  };
}
