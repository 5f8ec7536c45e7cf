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

const device = { name: 'r', exactly: { deviceClassName: 'c' } };
const opaque = { opaque: { driver: 'a.b', parameters: { a: 1 } } };
const requests = (...all: object[]): Fault => ({
  'spec.devices': { requests: all.map((one, i) => ({ ...device, name: `r${i}`, ...one })) },
});
const claims: readonly Fault[] = [
  requests(
    { name: 'A_b' },
    { exactly: undefined },
    { firstAvailable: [{ name: 's', deviceClassName: 'c' }] },
    { exactly: { deviceClassName: '' } },
    { exactly: { deviceClassName: 'A_b', allocationMode: 'X' } },
    { name: 'q' },
    { name: 'q' },
  ),
  requests(
    { exactly: { deviceClassName: 'c', allocationMode: 'All', count: 2 } },
    { exactly: { deviceClassName: 'c', count: -1 } },
    { exactly: { deviceClassName: 'c', selectors: [{}] } },
    {
      exactly: undefined,
      firstAvailable: [
        { name: 'A_b', deviceClassName: '' },
        { name: 's', deviceClassName: 'c' },
        { name: 's', deviceClassName: 'c' },
      ],
    },
  ),
  requests({
    exactly: {
      deviceClassName: 'c',
      tolerations: [
        { key: 'a b', operator: 'X', effect: 'Y' },
        { operator: 'Exists', value: 'v' },
        { operator: 'Equal', value: 'a b' },
      ],
    },
  }),
  {
    'spec.devices': {
      requests: [device],
      constraints: [
        {},
        { requests: ['r', 'r', 'no', 'a/b/c'], matchAttribute: 'x' },
        { matchAttribute: '/x' },
        { matchAttribute: 'a.b/9' },
      ],
    },
  },
  {
    'spec.devices': {
      requests: [device],
      config: [
        {},
        { requests: ['no'], ...opaque },
        { opaque: { driver: '', parameters: 'x' } },
        { opaque: { driver: 'A_b' } },
      ],
    },
  },
];
const inTemplate = (fault: Fault): Fault =>
  Object.fromEntries(Object.entries(fault).map(([path, value]) => [`spec.${path}`, value]));

const policy = (kind: string, more: object) => ({
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind,
  metadata: { name: 'x' },
  spec: { matchConstraints: { resourceRules: [rule] }, ...more },
});
const policies: readonly Fault[] = [
  { 'spec.failurePolicy': 'X' },
  { 'spec.paramKind': {} },
  { 'spec.paramKind': { apiVersion: 'a/b/c', kind: 'A_b' } },
  { 'spec.paramKind': { apiVersion: 'A_b/9', kind: 'K' } },
  { 'spec.paramKind': { apiVersion: 'a/', kind: 'K' } },
  { 'spec.matchConstraints': undefined },
  {
    'spec.matchConstraints': {
      matchPolicy: 'X',
      namespaceSelector: selector,
      objectSelector: selector,
      excludeResourceRules: [{ ...rule, resourceNames: ['a/b', 'c', 'c'] }],
    },
  },
  { 'spec.matchConditions': [{ name: '', expression: '' }] },
  {
    'spec.variables': [
      { name: '', expression: '' },
      { name: '9', expression: 'true' },
      { name: 'in', expression: ' ' },
    ],
  },
];
const mutation = {
  patchType: 'JSONPatch',
  jsonPatch: { expression: `[JSONPatch{op: "test", path: "/x", value: "y"}]` },
};
const binding = (kind: string, more: object = {}) => ({
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind,
  metadata: { name: 'x' },
  spec: { policyName: 'p', ...more },
});
const bindings: readonly Fault[] = [
  { 'spec.policyName': '' },
  { 'spec.policyName': 'A_b' },
  { 'spec.paramRef': {} },
  { 'spec.paramRef': { name: 'a/b', selector, parameterNotFoundAction: 'X' } },
  {
    'spec.matchResources': { matchPolicy: 'X', objectSelector: selector, resourceRules: [{ ...rule, operations: [] }] },
  },
];

const version = { name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } };

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
  ResourceClaim: {
    object: {
      apiVersion: 'resource.k8s.io/v1',
      kind: 'ResourceClaim',
      metadata: { name: 'x' },
      spec: { devices: { requests: [device] } },
    },
    create: claims,
    update: [{ 'spec.devices.requests.0.name': 'q' }],
    status: [{ 'status.reservedFor': [{ resource: '', name: '', uid: '' }] }],
  },
  ValidatingAdmissionPolicy: {
    object: policy('ValidatingAdmissionPolicy', { validations: [{ expression: 'true' }] }),
    create: [
      ...policies,
      { 'spec.validations': [] },
      {
        'spec.validations': [
          { expression: ' ' },
          { expression: 'true', message: ' ', messageExpression: ' ' },
          { expression: 'true', message: 'a\nb', reason: 'X' },
        ],
      },
      {
        'spec.auditAnnotations': [
          { key: '', valueExpression: '' },
          { key: 'a b', valueExpression: "'x'" },
          { key: 'k', valueExpression: "'x'" },
          { key: 'k', valueExpression: ' ' },
        ],
      },
    ],
    update: [{ 'spec.validations': [] }],
    status: [{ 'status.conditions': [{ type: 'A', status: 'X', reason: '', message: '', lastTransitionTime: null }] }],
  },
  ValidatingAdmissionPolicyBinding: {
    object: binding('ValidatingAdmissionPolicyBinding', { validationActions: ['Deny'] }),
    create: [
      ...bindings,
      { 'spec.validationActions': [] },
      { 'spec.validationActions': ['X', 'Deny', 'Deny', 'Warn'] },
    ],
  },
  MutatingAdmissionPolicy: {
    object: policy('MutatingAdmissionPolicy', { reinvocationPolicy: 'Never', mutations: [mutation] }),
    create: [
      ...policies,
      { 'spec.reinvocationPolicy': '' },
      { 'spec.reinvocationPolicy': 'X' },
      { 'spec.mutations': [] },
      {
        'spec.mutations': [
          { patchType: '' },
          { patchType: 'X' },
          { patchType: 'JSONPatch' },
          { patchType: 'ApplyConfiguration' },
          { ...mutation, applyConfiguration: { expression: '' } },
          { patchType: 'JSONPatch', jsonPatch: { expression: ' ' } },
        ],
      },
      { 'spec.matchConstraints.resourceRules': [{ ...rule, operations: ['DELETE'] }] },
    ],
  },
  MutatingAdmissionPolicyBinding: { object: binding('MutatingAdmissionPolicyBinding'), create: bindings },
  CustomResourceDefinition: {
    object: {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: 'xs.a.b' },
      spec: { group: 'a.b', scope: 'Namespaced', names: { plural: 'xs', kind: 'X' }, versions: [version] },
    },
    create: [
      { 'metadata.name': 'y' },
      { 'spec.group': '', 'metadata.name': 'xs.' },
      { 'spec.group': 'a', 'metadata.name': 'xs.a' },
      { 'spec.group': 'A_b' },
      { 'spec.scope': '' },
      { 'spec.scope': 'X' },
      { 'spec.names': { plural: '', kind: '' } },
      {
        'spec.names': {
          plural: 'xs',
          singular: 'A_b',
          kind: '9',
          listKind: '9',
          shortNames: ['A'],
          categories: ['B_'],
        },
      },
      { 'spec.versions': [{ ...version, storage: false }] },
      { 'spec.versions': [version, version] },
      { 'spec.versions': [{ ...version, name: 'V1' }] },
      { 'spec.versions.0.schema': undefined },
      { 'spec.versions.0.deprecationWarning': 'x' },
      { 'spec.versions.0.deprecated': true, 'spec.versions.0.deprecationWarning': '' },
      {
        'spec.versions.0.additionalPrinterColumns': [
          { name: '', type: '', jsonPath: '' },
          { name: 'a', type: 'X', format: 'Y', jsonPath: 'z' },
        ],
      },
      { 'spec.versions.0.subresources': { scale: { specReplicasPath: '', statusReplicasPath: '' } } },
      {
        'spec.versions.0.subresources': {
          scale: { specReplicasPath: 'x', statusReplicasPath: '.spec.a', labelSelectorPath: '.a' },
        },
      },
      { 'spec.conversion': { strategy: 'X' } },
      {
        'spec.conversion': {
          strategy: 'None',
          webhook: { clientConfig: { url: 'https://x' }, conversionReviewVersions: ['v1'] },
        },
      },
      { 'spec.conversion': { strategy: 'Webhook' } },
      {
        'spec.conversion': {
          strategy: 'Webhook',
          webhook: { clientConfig: {}, conversionReviewVersions: ['v9', 'v9', 'A'] },
        },
      },
      { 'spec.preserveUnknownFields': true },
      {
        'spec.versions': [
          version,
          {
            ...version,
            name: 'v2',
            storage: false,
            additionalPrinterColumns: [{ name: '', type: 'string', jsonPath: '.a' }],
          },
        ],
      },
    ],
    update: [{ 'spec.group': 'c.d' }, { 'spec.names.plural': 'ys' }, { 'spec.versions': [{ ...version, name: 'v2' }] }],
  },
  DeviceClass: {
    object: { apiVersion: 'resource.k8s.io/v1', kind: 'DeviceClass', metadata: { name: 'x' }, spec: {} },
    create: [
      { 'spec.selectors': [{}] },
      { 'spec.config': [{}, opaque, { opaque: { driver: '', parameters: [1] } }] },
      { 'spec.extendedResourceName': 'cpu' },
      { 'spec.config': Array.from({ length: 33 }, () => opaque) },
    ],
    update: [{ 'spec.selectors': [{}] }],
  },
  ResourceClaimTemplate: {
    object: {
      apiVersion: 'resource.k8s.io/v1',
      kind: 'ResourceClaimTemplate',
      metadata: { name: 'x' },
      spec: { spec: { devices: { requests: [device] } } },
    },
    create: [...claims.map(inTemplate), { 'spec.metadata': { name: 'n', labels: { 'a b': 'c' } } }],
    update: [{ 'spec.metadata': { labels: { a: 'b' } } }],
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
