import type { FlowSchemaSpec, PriorityLevelConfigurationSpec } from '#core/api/types';

type Rules = NonNullable<FlowSchemaSpec['rules']>[number];
type FlowSubject = Rules['subjects'][number];

const group = (name: string): FlowSubject => ({ kind: 'Group', group: { name } });
const user = (name: string): FlowSubject => ({ kind: 'User', user: { name } });
const accounts = (namespace: string): FlowSubject => ({
  kind: 'ServiceAccount',
  serviceAccount: { namespace, name: '*' },
});
const everybody = [group('system:unauthenticated'), group('system:authenticated')];

const on = (verbs: readonly string[], apiGroups: readonly string[], resources: readonly string[], cluster = false) => ({
  verbs,
  apiGroups,
  resources,
  ...(cluster ? { clusterScope: true } : {}),
  namespaces: ['*'],
});
const everything: Pick<Rules, 'resourceRules' | 'nonResourceRules'> = {
  resourceRules: [on(['*'], ['*'], ['*'], true)],
  nonResourceRules: [{ verbs: ['*'], nonResourceURLs: ['*'] }],
};
const leases = (verbs: readonly string[]) => on(verbs, ['coordination.k8s.io'], ['leases']);

type Flow = readonly [
  name: string,
  level: string,
  precedence: number,
  by: string,
  subjects: readonly FlowSubject[],
  rules?: Omit<Rules, 'subjects'>,
];

/** Upstream: apiserver/pkg/apis/flowcontrol/bootstrap/default.go. */
const flows = (): readonly Flow[] => [
  ['exempt', 'exempt', 1, '', [group('system:masters')]],
  [
    'probes',
    'exempt',
    2,
    '',
    everybody,
    { nonResourceRules: [{ verbs: ['get'], nonResourceURLs: ['/healthz', '/readyz', '/livez'] }] },
  ],
  [
    'system-leader-election',
    'leader-election',
    100,
    'ByUser',
    [user('system:kube-controller-manager'), user('system:kube-scheduler'), accounts('kube-system')],
    { resourceRules: [leases(['get', 'create', 'update'])] },
  ],
  [
    'system-node-high',
    'node-high',
    400,
    'ByUser',
    [group('system:nodes')],
    { resourceRules: [on(['*'], [''], ['nodes', 'nodes/status'], true), leases(['*'])] },
  ],
  ['system-nodes', 'system', 500, 'ByUser', [group('system:nodes')]],
  ['kube-controller-manager', 'workload-high', 800, 'ByNamespace', [user('system:kube-controller-manager')]],
  ['kube-scheduler', 'workload-high', 800, 'ByNamespace', [user('system:kube-scheduler')]],
  ['kube-system-service-accounts', 'workload-high', 900, 'ByNamespace', [accounts('kube-system')]],
  ['service-accounts', 'workload-low', 9000, 'ByUser', [group('system:serviceaccounts')]],
  ['global-default', 'global-default', 9900, 'ByUser', everybody],
  ['catch-all', 'catch-all', 10000, 'ByUser', everybody],
];

type Level = readonly [name: string, shares: number, lendable: number, queues?: number, hand?: number];

const levels: readonly Level[] = [
  ['system', 30, 33, 64, 6],
  ['node-high', 40, 25, 64, 6],
  ['leader-election', 10, 0, 16, 4],
  ['workload-high', 40, 50, 128, 6],
  ['workload-low', 100, 90, 128, 6],
  ['global-default', 20, 50, 128, 6],
  ['catch-all', 5, 0],
];

/** What users may not change, but for the share of what is exempt. */
export const MANDATORY: readonly string[] = ['exempt', 'catch-all'];

/** Specs of the flow schemas that every cluster has, by name. */
export const flowSchemaSpecs = (): ReadonlyMap<string, FlowSchemaSpec> =>
  new Map(
    flows().map(([name, level, matchingPrecedence, type, subjects, rules = everything]) => [
      name,
      {
        priorityLevelConfiguration: { name: level },
        matchingPrecedence,
        ...(type === '' ? {} : { distinguisherMethod: { type } }),
        rules: [{ subjects, ...rules }],
      },
    ]),
  );

/** Specs of the priority levels that every cluster has, by name. */
export const priorityLevelSpecs = (): ReadonlyMap<string, PriorityLevelConfigurationSpec> =>
  new Map([
    ['exempt', { type: 'Exempt', exempt: { nominalConcurrencyShares: 0, lendablePercent: 0 } }],
    ...levels.map(
      ([name, nominalConcurrencyShares, lendablePercent, queues, handSize]): [
        string,
        PriorityLevelConfigurationSpec,
      ] => [
        name,
        {
          type: 'Limited',
          limited: {
            nominalConcurrencyShares,
            limitResponse:
              queues === undefined || handSize === undefined
                ? { type: 'Reject' }
                : { type: 'Queue', queuing: { queues, handSize, queueLengthLimit: 50 } },
            lendablePercent,
          },
        },
      ],
    ),
  ]);
