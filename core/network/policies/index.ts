export { createPolicies, type PolicyParts } from './policies.ts';
export { policyContent, wholePolicyTable, POLICY_TABLE, type PolicyWorld } from './plan.ts';
