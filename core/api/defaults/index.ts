export * from './defaults.ts';
export { pullPolicyOf } from './image.ts';
export type { DefaultsContext } from './rule.ts';
