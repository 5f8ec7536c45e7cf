import type { JsonObject } from '#core/base';
import type { Scenario } from '../scenario.ts';
import { CONFIG_MAPS, configMap, post, remove } from './steps.ts';

const GROUP = '/apis/admissionregistration.k8s.io/v1';
const POLICIES = `${GROUP}/validatingadmissionpolicies`;
const BINDINGS = `${GROUP}/validatingadmissionpolicybindings`;
const DRY = `${CONFIG_MAPS}?dryRun=All`;

const policy = (name: string, spec: JsonObject): JsonObject => ({
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'ValidatingAdmissionPolicy',
  metadata: { name },
  spec: {
    matchConstraints: {
      namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': '{{ns}}' } },
      resourceRules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['configmaps'] }],
    },
    ...spec,
  },
});

const binding = (name: string, actions: readonly string[], more: JsonObject = {}): JsonObject => ({
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'ValidatingAdmissionPolicyBinding',
  metadata: { name },
  spec: { policyName: name, validationActions: actions, ...more },
});

const of = (key: string, value: string) => configMap('x', { data: { [key]: value } });

/** What policies say of a write: their messages, reasons and warnings, and of expressions that fail. */
export const policies: Scenario = {
  name: 'policies',
  steps: [
    // expressions that are wrong
    post(`${POLICIES}?dryRun=All`, policy('wrong', { validations: [{ expression: 'object.data.' }] })),
    post(`${POLICIES}?dryRun=All`, policy('wrong', { validations: [{ expression: '1' }] })),
    post(`${POLICIES}?dryRun=All`, policy('wrong', { validations: [{ expression: 'none == 1' }] })),
    post(
      `${POLICIES}?dryRun=All`,
      policy('wrong', { validations: [{ expression: 'true', messageExpression: '1 + 1' }] }),
    ),
    post(
      `${POLICIES}?dryRun=All`,
      policy('wrong', { validations: [{ expression: 'variables.a' }], variables: [{ name: 'a', expression: 'b' }] }),
    ),
    post(
      `${POLICIES}?dryRun=All`,
      policy('wrong', {
        validations: [{ expression: 'params.a == 1' }],
        matchConditions: [{ name: 'a', expression: 'params' }],
      }),
    ),
    // what they say
    post(
      POLICIES,
      policy('says-{{ns}}', {
        failurePolicy: 'Fail',
        variables: [{ name: 'size', expression: 'size(object.data)' }],
        matchConditions: [{ name: 'has-data', expression: 'has(object.data)' }],
        validations: [
          { expression: "!('plain' in object.data)" },
          { expression: "!('message' in object.data)", message: 'it says so' },
          {
            expression: "!('computed' in object.data)",
            message: 'not this',
            messageExpression: "'it has ' + string(variables.size) + ' of ' + object.data['computed']",
            reason: 'Forbidden',
          },
          {
            expression: "!('failing' in object.data)",
            message: 'this',
            messageExpression: "string(object.data['none'])",
          },
          { expression: "!('lines' in object.data)", message: 'this one', messageExpression: "'a\\nb'" },
          { expression: "!('empty' in object.data)", message: 'this too', messageExpression: "'  '" },
          { expression: "!('error' in object.data) || object.data['none'] == 'a'", message: 'never' },
          { expression: "!('large' in object.data)", reason: 'RequestEntityTooLarge' },
        ],
      }),
    ),
    post(BINDINGS, binding('says-{{ns}}', ['Deny'])),
    post(DRY, of('plain', '1'), { until: 422 }),
    ...['message', 'computed', 'failing', 'lines', 'empty', 'error', 'large', 'fine'].map((key) =>
      post(DRY, of(key, 'x')),
    ),
    post(DRY, configMap('x', { data: { message: 'a', computed: 'b' } })),
    post(DRY, configMap('x')),
    // warnings in place of refusals, and both
    post(
      POLICIES,
      policy('warns-{{ns}}', { validations: [{ expression: "!('warn' in object.data)", message: 'think of it' }] }),
    ),
    post(BINDINGS, binding('warns-{{ns}}', ['Warn', 'Audit'])),
    { wait: 2000 },
    post(DRY, of('warn', 'x')),
    post(DRY, configMap('x', { data: { warn: 'a', plain: 'b' } })),
    post(DRY, configMap('x')),
    remove(`${BINDINGS}/warns-{{ns}}`),
    remove(`${POLICIES}/warns-{{ns}}`),
    remove(`${BINDINGS}/says-{{ns}}`),
    remove(`${POLICIES}/says-{{ns}}`),
  ],
};
