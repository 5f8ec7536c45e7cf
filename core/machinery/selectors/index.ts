export * from './fields.ts';
export * from './labels.ts';
export { parseRequirements, SelectorFailure } from './parse.ts';
export * from './requirement.ts';
