export { parsedRequest } from './certificates.ts';
export { builtInAdmission } from './chain.ts';
export { namespaceLifecycle } from './namespace-lifecycle.ts';
export type { AdmissionParts } from './parts.ts';
export { isOf, refusalOf } from './refuse.ts';
export { validatingPolicies } from './policies/plugin.ts';
export { countName, type Evaluator, evaluatorOf, isCounted } from './quota/evaluators.ts';
export { type Amounts, amountsOf, sumOf, textsOf } from './resource-lists.ts';
export { mutatingWebhooks, validatingWebhooks, type WebhookParts } from './webhooks/plugins.ts';
