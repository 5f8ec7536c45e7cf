import type { Strategy } from '#core/api/definition';
import { checkedStrategy } from '#core/api/rules';
import type { MutatingWebhookConfiguration, ValidatingWebhookConfiguration } from '#core/api/types';
import { webhooksProblems } from './webhooks.ts';

const GROUP = 'admissionregistration.k8s.io';
const MUTATING = `${GROUP}/mutatingwebhookconfigurations`;
const VALIDATING = `${GROUP}/validatingwebhookconfigurations`;

/** Strategies of the admissionregistration group. Upstream: pkg/registry/admissionregistration. */
export const admissionregistration: Readonly<Record<string, Strategy>> = {
  [MUTATING]: checkedStrategy<MutatingWebhookConfiguration>(MUTATING, 'MutatingWebhookConfiguration', 'v1', {
    create: ({ webhooks }, problems) => webhooksProblems(webhooks, problems),
  }),
  [VALIDATING]: checkedStrategy<ValidatingWebhookConfiguration>(VALIDATING, 'ValidatingWebhookConfiguration', 'v1', {
    create: ({ webhooks }, problems) => webhooksProblems(webhooks, problems),
  }),
};
