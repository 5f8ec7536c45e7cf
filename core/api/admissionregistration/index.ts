import type { Strategy } from '#core/api/definition';
import { type Check, checkedStrategy, type Checks, conditionProblems } from '#core/api/rules';
import type {
  MutatingAdmissionPolicy,
  MutatingAdmissionPolicyBinding,
  MutatingWebhookConfiguration,
  ValidatingAdmissionPolicy,
  ValidatingAdmissionPolicyBinding,
  ValidatingWebhookConfiguration,
} from '#core/api/types';
import type { Problem } from '#core/machinery/status';
import {
  mutatingBindingProblems,
  mutatingPolicyProblems,
  validatingBindingProblems,
  validatingPolicyProblems,
} from './policies.ts';
import { webhooksProblems } from './webhooks.ts';

export { clientConfigProblems } from './client-config.ts';
export { environmentOf, type Uses, variableType } from './expressions.ts';

const GROUP = 'admissionregistration.k8s.io';

/** One resource of the group: its id, and its strategy. */
function row<T>(resource: string, kind: string, create: Check<T>, more: Partial<Checks<T>> = {}, version = 'v1') {
  const id = `${GROUP}/${resource}`;
  return [id, checkedStrategy<T>(id, kind, version, { create, ...more })] as const;
}

function policyStatusProblems({ status }: ValidatingAdmissionPolicy, _old: unknown, problems: Problem[]): void {
  conditionProblems(status?.conditions, 'status.conditions', problems);
}

/** Strategies of the admissionregistration group. Upstream: pkg/registry/admissionregistration. */
export const admissionregistration: Readonly<Record<string, Strategy>> = Object.fromEntries([
  row<MutatingWebhookConfiguration>(
    'mutatingwebhookconfigurations',
    'MutatingWebhookConfiguration',
    ({ webhooks }, problems) => webhooksProblems(webhooks, problems),
  ),
  row<ValidatingWebhookConfiguration>(
    'validatingwebhookconfigurations',
    'ValidatingWebhookConfiguration',
    ({ webhooks }, problems) => webhooksProblems(webhooks, problems),
  ),
  row<ValidatingAdmissionPolicy>('validatingadmissionpolicies', 'ValidatingAdmissionPolicy', validatingPolicyProblems, {
    status: policyStatusProblems,
  }),
  row<ValidatingAdmissionPolicyBinding>(
    'validatingadmissionpolicybindings',
    'ValidatingAdmissionPolicyBinding',
    validatingBindingProblems,
  ),
  row<MutatingAdmissionPolicy>(
    'mutatingadmissionpolicies',
    'MutatingAdmissionPolicy',
    mutatingPolicyProblems,
    {},
    'v1beta1',
  ),
  row<MutatingAdmissionPolicyBinding>(
    'mutatingadmissionpolicybindings',
    'MutatingAdmissionPolicyBinding',
    mutatingBindingProblems,
    {},
    'v1beta1',
  ),
]);
