export { type Convert, customDefinition, isTrue } from './definition.ts';
export { planFor, retired } from './plan.ts';
