export * from './defaults.ts';
export { pullPolicyOf } from './image.ts';
export { scalingBehavior } from './workloads.ts';
export type { DefaultsContext } from './rule.ts';
