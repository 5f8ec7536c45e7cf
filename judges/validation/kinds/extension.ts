import type { Fault, Kind } from '../cases.ts';

const hook = {
  name: 'a.b.c',
  sideEffects: 'None',
  admissionReviewVersions: ['v1'],
  clientConfig: { url: 'https://x/y' },
};
const config = (kind: string) => ({
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind,
  metadata: { name: 'x' },
  webhooks: [hook],
});
const hooks = (...all: object[]): Fault => ({
  webhooks: all.map((one, i) => ({ ...hook, name: `h${i}.b.c`, ...one })),
});
const rule = { operations: ['CREATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['pods'] };
const rules = (...all: object[]): Fault => hooks({ rules: all.map((one) => ({ ...rule, ...one })) });
const service = (one: object) => ({ clientConfig: { service: { name: 's', namespace: 'n', ...one } } });
const selector = { matchExpressions: [{ key: 'a b', operator: 'X' }] };
const webhooks: readonly Fault[] = [
  hooks({ name: '' }, { name: 'A_b' }, { name: 'a.b' }, { name: 'd.e.f' }, { name: 'd.e.f' }),
  rules(
    { operations: [] },
    { operations: ['*', 'CREATE', 'X'] },
    { apiGroups: [] },
    { apiGroups: ['*', 'a'] },
    { apiVersions: [] },
    { apiVersions: ['*', ''] },
    { resources: [] },
    { resources: ['', '*/*', 'a'] },
    { resources: ['pods/*', 'pods/log', '*/log', 'x/log'] },
    { resources: ['*', 'a'] },
    { scope: 'X' },
  ),
  hooks(
    { failurePolicy: 'X', matchPolicy: 'Y', sideEffects: 'Some', timeoutSeconds: 0 },
    { sideEffects: undefined, timeoutSeconds: 31 },
    { namespaceSelector: selector, objectSelector: selector },
  ),
  hooks(
    { clientConfig: {} },
    { clientConfig: { url: 'http://x' } },
    { clientConfig: { url: 'https://' } },
    { clientConfig: { url: 'https://u@x/y?z=1#f' } },
    { clientConfig: { url: 'x' } },
  ),
  hooks(
    service({ name: '', namespace: '', port: 70000 }),
    service({ path: 'x' }),
    service({ path: '//' }),
    service({ path: '/a//B' }),
    service({ path: '/a/' }),
  ),
  hooks(
    { admissionReviewVersions: [] },
    { admissionReviewVersions: ['v1', 'v1', 'A'] },
    { admissionReviewVersions: ['v9'] },
  ),
  hooks({
    matchConditions: [
      { name: '', expression: '' },
      { name: 'a b', expression: 'true' },
      { name: 'c', expression: 'true' },
      { name: 'c', expression: ' ' },
    ],
  }),
];
const subject = { kind: 'User', user: { name: 'u' } };
const resource = { verbs: ['get'], apiGroups: ['*'], resources: ['*'], namespaces: ['*'] };
const flow = (...all: object[]): Fault => ({
  'spec.rules': all.map((one) => ({ subjects: [subject], resourceRules: [resource], ...one })),
});
const queuing = (one: object): Fault => ({
  'spec.limited.limitResponse': { type: 'Queue', queuing: { queues: 64, handSize: 8, queueLengthLimit: 50, ...one } },
});

export const extension: Readonly<Record<string, Kind>> = {
  ValidatingWebhookConfiguration: {
    object: config('ValidatingWebhookConfiguration'),
    create: webhooks,
    update: [hooks({ name: 'x' })],
  },
  MutatingWebhookConfiguration: {
    object: config('MutatingWebhookConfiguration'),
    create: [...webhooks, hooks({ reinvocationPolicy: 'X' })],
  },
  APIService: {
    object: {
      apiVersion: 'apiregistration.k8s.io/v1',
      kind: 'APIService',
      metadata: { name: 'v1.a.b' },
      spec: {
        group: 'a.b',
        version: 'v1',
        groupPriorityMinimum: 1,
        versionPriority: 1,
        service: { name: 's', namespace: 'n' },
      },
    },
    create: [
      { 'metadata.name': 'x' },
      { 'metadata.name': 'v1.', 'spec.group': '' },
      { 'metadata.name': 'v2.', 'spec.group': '', 'spec.version': 'v2' },
      { 'metadata.name': '1.A_b', 'spec.group': 'A_b', 'spec.version': '1' },
      { 'spec.groupPriorityMinimum': 0, 'spec.versionPriority': 1001 },
      { 'spec.service': undefined, 'spec.caBundle': 'eA==', 'spec.insecureSkipTLSVerify': true },
      { 'spec.service': { port: 70000 } },
      { 'spec.caBundle': 'eA==', 'spec.insecureSkipTLSVerify': true },
    ],
    update: [{ 'spec.versionPriority': 0 }],
    status: [{ 'status.conditions': [{ type: 'A', status: 'X' }] }],
  },
  FlowSchema: {
    object: {
      apiVersion: 'flowcontrol.apiserver.k8s.io/v1',
      kind: 'FlowSchema',
      metadata: { name: 'x' },
      spec: { matchingPrecedence: 500, priorityLevelConfiguration: { name: 'p' } },
    },
    create: [
      { 'spec.matchingPrecedence': -1 },
      { 'spec.matchingPrecedence': 10001 },
      { 'spec.matchingPrecedence': 1 },
      { 'spec.distinguisherMethod': { type: 'X' } },
      { 'spec.priorityLevelConfiguration': { name: '' } },
      { 'spec.priorityLevelConfiguration': { name: 'A_b' } },
      flow(
        { subjects: [] },
        { resourceRules: [] },
        {
          subjects: [
            { kind: 'X' },
            { kind: 'User', group: { name: 'g' }, serviceAccount: { name: 's', namespace: 'n' } },
            { kind: 'Group', group: { name: '' } },
            { kind: 'ServiceAccount', serviceAccount: { name: '', namespace: '' } },
            { kind: 'ServiceAccount', serviceAccount: { name: 'A_b', namespace: 'A_b' } },
          ],
        },
      ),
      flow({
        resourceRules: [
          { verbs: [], apiGroups: [], resources: [] },
          { verbs: ['*', 'get'], apiGroups: ['*', 'a'], resources: ['*', 'a'], namespaces: ['*', 'a'] },
          { ...resource, verbs: ['fly'], namespaces: ['A_b'] },
        ],
      }),
      flow({
        resourceRules: [],
        nonResourceRules: [
          { verbs: [], nonResourceURLs: [] },
          { verbs: ['get'], nonResourceURLs: ['*', '/a'] },
          { verbs: ['get'], nonResourceURLs: ['', '/', 'a', '/a b', '/a//b', '/a*', '/a/*'] },
        ],
      }),
    ],
    update: [{ 'spec.matchingPrecedence': -1 }],
    status: [
      {
        'status.conditions': [
          { type: 'A', status: 'True' },
          { type: 'A', status: 'True' },
          { type: '', status: 'True' },
        ],
      },
    ],
  },
  PriorityLevelConfiguration: {
    object: {
      apiVersion: 'flowcontrol.apiserver.k8s.io/v1',
      kind: 'PriorityLevelConfiguration',
      metadata: { name: 'x' },
      spec: { type: 'Limited', limited: { nominalConcurrencyShares: 5, limitResponse: { type: 'Reject' } } },
    },
    create: [
      { 'spec.type': 'X' },
      { 'spec.type': 'Exempt' },
      { 'spec.limited': undefined },
      { 'spec.exempt': {} },
      {
        'spec.limited.nominalConcurrencyShares': -1,
        'spec.limited.lendablePercent': 101,
        'spec.limited.borrowingLimitPercent': -1,
      },
      { 'spec.limited.limitResponse': { type: 'X' } },
      { 'spec.limited.limitResponse': { type: 'Queue' } },
      { 'spec.limited.limitResponse': { type: 'Reject', queuing: { queues: 1, handSize: 1, queueLengthLimit: 1 } } },
      queuing({ queues: -1, handSize: -1, queueLengthLimit: -1 }),
      queuing({ queues: 20000000 }),
      queuing({ handSize: 65 }),
      queuing({ queues: 1000000, handSize: 10 }),
    ],
    update: [{ 'spec.limited.nominalConcurrencyShares': -1 }],
  },
};
