export { APP_ARMOR, appArmorOf } from './app-armor.ts';
export { nodePreference, type NodePredicate, nodeTerms, requiredNodes, type SelectableNode } from './node-selectors.ts';
export { qosClass, type QosClass } from './qos.ts';
export { restartRule, restartsAfter } from './restarts.ts';
export { asNumbers, containersTogether, exactly, podTotal, type Reckoning, type TotalOptions } from './totals.ts';
export { toleratedBy, tolerates } from './tolerations.ts';
