export * from './actions.ts';
export * from './back-off.ts';
export { isOwnCondition, isPassingCondition } from './conditions.ts';
export * from './plan.ts';
export { withResourcesOf } from './resize.ts';
export * from './restart.ts';
export * from './status.ts';
export * from './world.ts';
