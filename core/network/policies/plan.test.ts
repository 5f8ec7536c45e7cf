import { expect, test } from 'vitest';
import type { Pod } from '#core/api/types/core/v1';
import type { NetworkPolicySpec } from '#core/api/types/networking/v1';
import { policyContent } from './plan.ts';

const pod = (
  name: string,
  ip: string,
  more: { namespace?: string; node?: string; hostNetwork?: boolean } = {},
): Pod => ({
  kind: 'Pod',
  apiVersion: 'v1',
  metadata: { name, namespace: more.namespace ?? 'default', labels: { app: name } },
  spec: {
    nodeName: more.node ?? 'a',
    containers: [{ name: 'main', ports: [{ name: 'http', containerPort: 8080 }] }],
    ...(more.hostNetwork === true ? { hostNetwork: true } : {}),
  },
  status: { podIP: ip, phase: 'Running' },
});
const pods = [
  pod('web', '10.1.0.1'),
  pod('db', '10.1.0.2'),
  pod('far', '10.1.1.1', { node: 'b' }),
  pod('other', '10.1.1.2', { namespace: 'team', node: 'b' }),
  pod('host', '172.30.0.2', { hostNetwork: true }),
];
const allow = (match: string) => `${match} meta mark set meta mark | 0x8000 return`.trim();
const rulesOf = (spec: NetworkPolicySpec) => {
  const { chains, elements } = policyContent({
    node: 'a',
    policies: [
      {
        kind: 'NetworkPolicy',
        apiVersion: 'networking.k8s.io/v1',
        metadata: { name: 'p', namespace: 'default' },
        spec,
      },
    ],
    pods,
    namespaces: new Map([
      ['default', {}],
      ['team', { team: 'x' }],
    ]),
  });
  return {
    in: chains.get('np-ingress/default/p'),
    out: chains.get('np-egress/default/p'),
    ingress: [...(elements.get('ingress') ?? [])].map(([ip]) => ip),
    egress: [...(elements.get('egress') ?? [])].map(([ip]) => ip),
  };
};
const web = { podSelector: { matchLabels: { app: 'web' } } };

test.each([
  { it: 'deny all', spec: { podSelector: {} }, wants: { in: [], ingress: ['10.1.0.1', '10.1.0.2'], egress: [] } },
  { it: 'allow all', spec: { ...web, ingress: [{}] }, wants: { in: [allow('')], ingress: ['10.1.0.1'] } },
  {
    it: 'pods of the namespace',
    spec: { ...web, ingress: [{ from: [{ podSelector: { matchLabels: { app: 'far' } } }] }] },
    wants: { in: [allow('ip saddr { 10.1.1.1 }')] },
  },
  {
    it: 'all pods of other namespaces',
    spec: { ...web, ingress: [{ from: [{ namespaceSelector: { matchLabels: { team: 'x' } } }] }] },
    wants: { in: [allow('ip saddr { 10.1.1.2 }')] },
  },
  {
    it: 'some pods of other namespaces',
    spec: {
      ...web,
      ingress: [
        {
          from: [
            {
              namespaceSelector: {},
              podSelector: { matchExpressions: [{ key: 'app', operator: 'In', values: ['other', 'db'] }] },
            },
          ],
        },
      ],
    },
    wants: { in: [allow('ip saddr { 10.1.0.2, 10.1.1.2 }')] },
  },
  {
    it: 'a selector that finds nobody',
    spec: { ...web, ingress: [{ from: [{ podSelector: { matchLabels: { app: 'none' } } }] }] },
    wants: { in: [], ingress: ['10.1.0.1'] },
  },
  {
    it: 'ranges with exceptions, and ports',
    spec: {
      ...web,
      ingress: [
        {
          from: [{ ipBlock: { cidr: '10.0.0.0/8', except: ['10.9.0.0/16'] } }],
          ports: [{ port: 80 }, { port: 90, endPort: 99, protocol: 'UDP' }],
        },
      ],
    },
    wants: {
      in: [
        allow('ip saddr 10.0.0.0/8 ip saddr != 10.9.0.0/16 tcp dport 80'),
        allow('ip saddr 10.0.0.0/8 ip saddr != 10.9.0.0/16 udp dport 90-99'),
      ],
    },
  },
  {
    it: 'a port by its name',
    spec: { ...web, ingress: [{ ports: [{ port: 'http' }] }] },
    wants: { in: [allow('meta l4proto tcp ip daddr . th dport { 10.1.0.1 . 8080 }')] },
  },
  {
    it: 'egress only',
    spec: {
      ...web,
      policyTypes: ['Egress'],
      egress: [{ to: [{ podSelector: { matchLabels: { app: 'db' } } }], ports: [{ port: 'http' }] }],
    },
    wants: {
      in: undefined,
      out: [allow('ip daddr { 10.1.0.2 } meta l4proto tcp ip daddr . th dport { 10.1.0.2 . 8080 }')],
      ingress: [],
      egress: ['10.1.0.1'],
    },
  },
] as { it: string; spec: NetworkPolicySpec; wants: object }[])('$it', ({ spec, wants }) =>
  expect(rulesOf(spec)).toMatchObject(wants),
);
