export { readEndpoints, choose, type Target } from './endpoints.ts';
export { TABLE, wholeTable } from './nft.ts';
export { contains, serviceRules, serviceKeyOf, type ProxyNode } from './plan.ts';
export { merge, noRules, type RuleSet, type ServiceRules } from './rules.ts';
export { staleFlows, type StaleFlow } from './stale-flows.ts';
